import { asError } from '../../errors/index.ts'
import { decodeGossip, encodeGossip, InvalidRecordError, MAX_GOSSIP_BYTES, UnusableRecordError } from '../record/index.ts'
import { RecordGate } from './record-gate.ts'
import { WrongSecretError } from '../topics/index.ts'
import type { RoomContext } from './room-context.ts'
import type { GossipVerdict, RoomGossip } from './room-gossip.ts'
import type { RoomPart } from './room-part.ts'
import type { CheckedRecord, HandedOn, Membership, Moment } from '../roster/index.ts'
import type { Message } from '@libp2p/gossipsub'
import type { Logger, PeerId } from '@libp2p/interface'

/** What an intake takes in for. */
export interface RoomIntakeInit {
  readonly domain: string
  readonly context: RoomContext
  readonly membership: Membership
  readonly part: RoomPart
  readonly gossip: () => RoomGossip
  readonly log: Logger
  /** Aborts when the room is left: nothing is taken in from then on. */
  readonly signal: AbortSignal
  /** A record of this peer was taken in; or something else that the membership has to do with. */
  readonly took: (peer?: PeerId) => void
}

/**
 * All that comes into a room: by gossip, by handing over, and from the rosters of neighbours. What passes the gate goes into
 * the membership, and its addresses into the peer store.
 */
export class RoomIntake {
  readonly #init: RoomIntakeInit
  readonly #gate: RecordGate

  constructor (init: RoomIntakeInit) {
    this.#init = init
    this.#gate = new RecordGate(init.domain, init.membership, init.context.environment)
  }

  /** What gossipsub asks before it forwards a message from a neighbour. What is accepted is in the membership by then. */
  async validate (topic: string, message: Message, neighbour: PeerId): Promise<GossipVerdict> {
    const { context, membership, part, gossip, took } = this.#init

    // an unsigned message has no author; one of this very peer comes from a second node with the same key
    if (message.type !== 'signed' || message.from.equals(context.peerId)) {
      return 'ignore'
    }

    return this.#guarded(async () => {
      if (message.data.byteLength > MAX_GOSSIP_BYTES) {
        throw new InvalidRecordError(`a message has at most ${MAX_GOSSIP_BYTES} bytes`)
      }

      const said = decodeGossip(await gossip().open(topic, message.data))

      part.heard?.(message)

      if ('record' in said) {
        const { roster } = membership

        // a neighbour may hand it on before it is published, or while it is being checked
        return roster.isPublishedNow(message.from, said.record) ||
          this.#takeIn(await this.#gate.check(said.record, message.from)) ||
          roster.isPublishedNow(message.from, said.record)
      }

      const bearer = { peer: neighbour, isFollower: context.followers.has(neighbour) }
      const isBelieved = membership.hearSuspicion(said.suspicion, message.from, part.own?.latest, context.environment.now(), bearer)

      took()

      return isBelieved
    })
  }

  /** A neighbour says something of itself, or hands on its goodbye as the last thing that it does. */
  async handedOver (peer: PeerId, topic: string, message: Uint8Array): Promise<void> {
    const { gossip } = this.#init

    await this.#guarded(async () => {
      const said = decodeGossip(await gossip().open(topic, message))

      if ('record' in said) {
        const record = await this.#gate.check(said.record, peer)

        // others may not hear of it otherwise
        if (this.#takeIn(record) && record.status === 'leaving') {
          await gossip().publish(encodeGossip(said))
        }
      }
    })
  }

  /**
   * A line of a neighbour's roster. Returns whether it brought somebody, or something, that was not known.
   *
   * @throws {InvalidRecordError} no honest neighbour hands such a record on
   */
  async handedOn (bytes: Uint8Array, handedOn: HandedOn): Promise<boolean> {
    const { context, membership, signal, took } = this.#init
    let record: CheckedRecord

    try {
      record = await this.#gate.checkHandedOn(bytes, handedOn)
    } catch (err) {
      if (err instanceof UnusableRecordError) {
        return false
      }

      throw err
    }

    if (record.peer.equals(context.peerId)) {
      return false
    }

    if (signal.aborted || membership.judgeHandedOn(record, handedOn) !== 'news') {
      return false
    }

    if (!handedOn.gone) {
      this.#storeAddresses(record)
    }

    membership.take(record, handedOn, this.#moment)
    took(record.peer)

    return !handedOn.gone
  }

  get #moment (): Moment {
    const { environment } = this.#init.context

    return { now: environment.now(), date: environment.date() }
  }

  /** What the verdict is on something that came in. */
  async #guarded (take: () => Promise<boolean | void>): Promise<GossipVerdict> {
    const { log } = this.#init

    try {
      return await take() === true ? 'accept' : 'ignore'
    } catch (err) {
      if (err instanceof InvalidRecordError || err instanceof WrongSecretError) {
        log('rejected a message - %e', err)

        return 'reject'
      }

      if (err instanceof UnusableRecordError) {
        log.trace('ignored a record - %e', err)
      } else {
        log.error('could not take in a message - %e', asError(err))
      }
    }

    return 'ignore'
  }

  /** Returns whether it was still news when it had been checked. */
  #takeIn (record: CheckedRecord): boolean {
    const { membership, signal, took } = this.#init

    if (signal.aborted || membership.roster.judge(record) !== 'news') {
      return false
    }

    this.#storeAddresses(record)
    membership.hear(record, this.#moment)
    took(record.peer)

    return true
  }

  /** Unless they are those that are known. */
  #storeAddresses ({ peer, peerRecord, multiaddrs }: CheckedRecord): void {
    const { membership, part } = this.#init

    if (peerRecord != null && multiaddrs !== membership.roster.get(peer)?.multiaddrs) {
      part.storeAddresses?.(peer, peerRecord)
    }
  }
}
