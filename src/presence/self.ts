import { equals } from 'uint8arrays/equals'
import { RUN_BYTES } from './constants.ts'
import { MAX_ADDRESSES, MAX_PEER_RECORD_BYTES, signPeerRecord } from './record/index.ts'
import type { PresenceStatus } from './record/index.ts'
import type { Environment } from '../environment/index.ts'
import type { PeerId, PrivateKey } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'

/** What a `Self` is made with. */
export interface SelfInit {
  readonly peerId: PeerId
  readonly privateKey: PrivateKey
  readonly environment: Environment
  readonly status: PresenceStatus
  readonly data: Uint8Array
  /** The addresses at which this node can be dialled now. */
  readonly addresses: () => Multiaddr[]
  /** To be told whenever what the app says of this peer has changed. */
  readonly changed: () => void
}

/** What this peer has to say of itself, in whatever rooms it is. */
export class Self {
  readonly peerId: PeerId
  readonly privateKey: PrivateKey
  /** Stays the same for one run of the node, so that who shares two rooms with this peer knows it for the same. */
  #run: Uint8Array
  readonly #init: SelfInit
  #status: PresenceStatus
  #data: Uint8Array
  /** When addresses were signed last, or a little later. */
  #lastSigned = 0
  /** The addresses as last signed, so that they are signed once and not with every heartbeat. */
  #signedAddresses: { readonly text: string, readonly peerRecord: Promise<Uint8Array> } | undefined

  constructor (init: SelfInit) {
    this.peerId = init.peerId
    this.privateKey = init.privateKey
    this.#init = init
    this.#status = init.status
    this.#data = init.data.slice()
    this.#run = this.#draw()
  }

  get run (): Uint8Array {
    return this.#run
  }

  /** To be called when the node starts. */
  beginRun (): void {
    this.#run = this.#draw()
  }

  get status (): PresenceStatus {
    return this.#status
  }

  set status (status: PresenceStatus) {
    if (status !== this.#status) {
      this.#status = status
      this.#init.changed()
    }
  }

  get data (): Uint8Array {
    return this.#data
  }

  set data (data: Uint8Array) {
    if (!equals(data, this.#data)) {
      this.#data = data.slice()
      this.#init.changed()
    }
  }

  /** The addresses at which this node can be dialled now. */
  get addresses (): readonly Multiaddr[] {
    return this.#init.addresses()
  }

  /** This node's addresses, signed; undefined if it has none. */
  async peerRecord (): Promise<Uint8Array | undefined> {
    const multiaddrs = this.#init.addresses()
    const text = asText(multiaddrs)

    if (this.#signedAddresses?.text !== text) {
      this.#signedAddresses = { text, peerRecord: this.#signAsManyAsFit(multiaddrs) }
    }

    return multiaddrs.length === 0 ? undefined : this.#signedAddresses.peerRecord
  }

  /** A node with more addresses than a record holds announces the first of them. */
  async #signAsManyAsFit (multiaddrs: Multiaddr[]): Promise<Uint8Array> {
    // who stores addresses takes none that are older than those it has, and clocks are set back
    const issued = this.#lastSigned = Math.max(Math.floor(this.#init.environment.date()), this.#lastSigned + 1)

    for (let count = Math.min(multiaddrs.length, MAX_ADDRESSES); count > 0; count--) {
      const peerRecord = await signPeerRecord(this.peerId, multiaddrs.slice(0, count), issued, this.privateKey)

      if (peerRecord.byteLength <= MAX_PEER_RECORD_BYTES) {
        return peerRecord
      }
    }

    return signPeerRecord(this.peerId, [], issued, this.privateKey)
  }

  #draw (): Uint8Array {
    return this.#init.environment.randomBytes(RUN_BYTES)
  }
}

function asText (multiaddrs: Multiaddr[]): string {
  return multiaddrs.join('\n')
}
