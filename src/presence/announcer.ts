import { equals } from 'uint8arrays/equals'
import { asError } from '../errors/index.ts'
import { createEpoch, EPOCH_BYTES, LAST_SEQUENCE, MAX_PEER_RECORD_BYTES, signPeerRecord, signRecord } from './record/index.ts'
import { HEARTBEAT_JITTER, MIN_RECORD_GAP, SAY_AGAIN_DELAY, SAY_AGAIN_SPREAD_PER_PEER } from './constants.ts'
import type { PresenceStatus } from './index.ts'
import type { PresenceRecord } from './record/index.ts'
import type { Environment, Timer } from '../environment/index.ts'
import type { Logger, PeerId, PrivateKey } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'

/** All that an announcer needs of the rest of the node. */
export interface AnnouncerInit {
  readonly peerId: PeerId
  readonly privateKey: PrivateKey
  readonly topic: string
  /** Milliseconds between two heartbeats, before jitter. */
  readonly heartbeatInterval: number
  /** Milliseconds that each record is good for. */
  readonly lifetime: number
  readonly environment: Environment
  readonly log: Logger
  /** The addresses at which this node can be dialled now. */
  readonly addresses: () => Multiaddr[]
  /** How many peers are present. */
  readonly rosterSize: () => number
  /** Gives a record to gossip; resolves to the number of neighbours that it was sent to. */
  readonly publish: (record: Uint8Array) => Promise<number>
}

/**
 * Says what this peer is: at once when that changes, again when somebody new may not have heard it, and in between as a
 * heartbeat. One timer holds the next time at which something is due; whatever comes up before it rides along.
 */
export class Announcer {
  readonly #init: AnnouncerInit
  #status: PresenceStatus = 'online'
  #data = new Uint8Array()

  #epoch: string | undefined
  #sequence = 0n
  #timer: Timer | undefined
  #due = Infinity
  #lastSaid = -Infinity
  /** The addresses as last signed, so that they are signed once and not with every heartbeat. */
  #signedAddresses: { readonly text: string, readonly peerRecord: Uint8Array } | undefined

  constructor (init: AnnouncerInit) {
    this.#init = init
  }

  get status (): PresenceStatus {
    return this.#status
  }

  set status (status: PresenceStatus) {
    if (status !== this.#status) {
      this.#status = status
      this.#changed()
    }
  }

  get data (): Uint8Array {
    return this.#data
  }

  set data (data: Uint8Array) {
    if (!equals(data, this.#data)) {
      this.#data = data.slice()
      this.#changed()
    }
  }

  /** Begins a new epoch, and says so. */
  start (): void {
    const { environment } = this.#init

    this.#epoch = createEpoch(this.#date(), environment.randomBytes(EPOCH_BYTES / 2))
    this.#sequence = 0n
    this.#lastSaid = -Infinity
    this.#changed()
  }

  /** To be called whenever this node's addresses may have changed. */
  addressesMayHaveChanged (): void {
    if (asText(this.#init.addresses()) !== (this.#signedAddresses?.text ?? '')) {
      this.#changed()
    }
  }

  /** Somebody may not have heard of this peer yet: says it again soon, within what all may spend on newcomers. */
  sayAgain (): void {
    const { environment, rosterSize } = this.#init
    const spread = (rosterSize() + 1) * SAY_AGAIN_SPREAD_PER_PEER
    const soonest = environment.now() + SAY_AGAIN_DELAY + environment.random() * spread

    this.#sayAt(Math.max(soonest, this.#lastSaid + spread))
  }

  /** Ends the epoch with a goodbye, after which nothing is said. Resolves to the number of neighbours told. */
  async leave (): Promise<number> {
    const epoch = this.#epoch

    this.#timer?.stop()
    this.#due = Infinity
    this.#epoch = undefined

    return epoch == null
      ? 0
      : this.#publish({ ...this.#frame(epoch), sequence: LAST_SEQUENCE, status: 'leaving', data: new Uint8Array() }, false)
  }

  #changed (): void {
    this.#sayAt(Math.max(this.#init.environment.now(), this.#lastSaid + MIN_RECORD_GAP))
  }

  /** Says it then, unless it is said sooner anyway. */
  #sayAt (due: number): void {
    const { environment } = this.#init

    if (this.#epoch == null || due >= this.#due) {
      return
    }

    this.#timer?.stop()
    this.#due = due
    // even what is due now waits for its own turn, so that all that changes in one turn is said in one record
    this.#timer = environment.startTimer(Math.max(due - environment.now(), 0), () => { this.#say() })
  }

  #say (): void {
    const { environment, heartbeatInterval, log } = this.#init
    const epoch = this.#epoch

    if (epoch == null) {
      return
    }

    this.#due = Infinity
    this.#lastSaid = environment.now()
    this.#sayAt(this.#lastSaid + heartbeatInterval * (1 + HEARTBEAT_JITTER * (2 * environment.random() - 1)))
    this.#sequence++

    this.#publish({ ...this.#frame(epoch), sequence: this.#sequence, status: this.#status, data: this.#data }, true)
      .catch((err: unknown) => { log.error('could not announce this peer - %e', asError(err)) })
  }

  #frame (epoch: string): Pick<PresenceRecord, 'epoch' | 'issued' | 'lifetime'> {
    return { epoch, issued: this.#date(), lifetime: this.#init.lifetime }
  }

  /** Whole milliseconds, as the wire has them. */
  #date (): number {
    return Math.floor(this.#init.environment.date())
  }

  async #publish (record: PresenceRecord, withAddresses: boolean): Promise<number> {
    const { publish, privateKey, topic } = this.#init
    const peerRecord = withAddresses ? await this.#peerRecord() : undefined

    return publish(await signRecord(peerRecord == null ? record : { ...record, peerRecord }, topic, privateKey))
  }

  /** This node's addresses, signed; undefined if it has none. */
  async #peerRecord (): Promise<Uint8Array | undefined> {
    const { addresses, peerId, privateKey } = this.#init
    const multiaddrs = addresses()
    const text = asText(multiaddrs)

    if (this.#signedAddresses?.text !== text) {
      this.#signedAddresses = { text, peerRecord: await signAsManyAsFit(peerId, multiaddrs, this.#date(), privateKey) }
    }

    return multiaddrs.length === 0 ? undefined : this.#signedAddresses.peerRecord
  }
}

function asText (multiaddrs: Multiaddr[]): string {
  return multiaddrs.join('\n')
}

/** A node with more addresses than a record holds announces the first of them. */
async function signAsManyAsFit (peerId: PeerId, multiaddrs: Multiaddr[], issued: number, privateKey: PrivateKey): Promise<Uint8Array> {
  for (let count = multiaddrs.length; count > 0; count--) {
    const peerRecord = await signPeerRecord(peerId, multiaddrs.slice(0, count), issued, privateKey)

    if (peerRecord.byteLength <= MAX_PEER_RECORD_BYTES) {
      return peerRecord
    }
  }

  return signPeerRecord(peerId, [], issued, privateKey)
}
