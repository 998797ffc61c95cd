import { equals } from 'uint8arrays/equals'
import { RosterDigest } from './roster-digest.ts'
import type { CheckedRecord, Mark, PeerPresence } from './entries.ts'
import type { RosterSpace } from './roster-space.ts'

/** Somebody who is present. */
export interface Present extends Mark {
  readonly entry: PeerPresence
  readonly expires: number
  readonly heard: number
  readonly lifetime: number
  readonly peerRecord: Uint8Array | undefined
  readonly signed: Uint8Array
  /** Rises with every change: the place among what others are told, newest first. A heartbeat changes nothing. */
  readonly place: bigint
  /** Whether the record came from its subject by gossip, and not only from a neighbour's roster. */
  readonly wasPublished: boolean
  /** Who says that it is lost, and until when it may refute that; undefined while nobody does. */
  readonly suspicion?: { readonly until: number, readonly isCertain: boolean } | undefined
}

/** Those who are present, by name, in the order in which they were put in; with the space that they take, and their digest. */
export class PresentPeers {
  readonly #space: RosterSpace
  readonly #peers = new Map<string, Present>()
  /** Of those whom nobody suspects. */
  readonly digest: RosterDigest = new RosterDigest()

  constructor (space: RosterSpace) {
    this.#space = space
  }

  get size (): number {
    return this.#peers.size
  }

  [Symbol.iterator] (): MapIterator<[string, Present]> {
    return this.#peers.entries()
  }

  values (): MapIterator<Present> {
    return this.#peers.values()
  }

  get (key: string): Present | undefined {
    return this.#peers.get(key)
  }

  /** Whether there is room for so many bytes of signed records more. */
  hasRoomFor (bytes: number): boolean {
    return this.#space.has(bytes)
  }

  /** Puts somebody in, at the end, or in the place of what is known of it. */
  set (key: string, present: Present): void {
    this.#count(this.#peers.get(key), present)
    this.#peers.set(key, present)
  }

  /** Puts somebody in, at the end. */
  setLast (key: string, present: Present): void {
    this.#count(this.#peers.get(key), present)
    this.#peers.delete(key)
    this.#peers.set(key, present)
  }

  delete (key: string): void {
    this.#count(this.#peers.get(key), undefined)
    this.#peers.delete(key)
  }

  /** A heartbeat, which is most of what comes, leaves the digest as it is: it is not computed for that. */
  #count (before: Present | undefined, after: Present | undefined): void {
    this.#space.take((after?.signed.byteLength ?? 0) - (before?.signed.byteLength ?? 0))

    if (before?.epoch !== after?.epoch || (before?.suspicion == null) !== (after?.suspicion == null)) {
      this.#toggle(before)
      this.#toggle(after)
    }
  }

  /** To put in and to take out are one for a digest. */
  #toggle (present: Present | undefined): void {
    if (present != null && present.suspicion == null) {
      this.digest.toggle(present.peer, present.epoch)
    }
  }
}

/** Whether a record says of its subject what is known of it. */
export function saysTheSame (entry: PeerPresence, record: CheckedRecord): boolean {
  return entry.status === record.status &&
    equals(entry.data, record.data) &&
    entry.multiaddrs.length === record.multiaddrs.length &&
    entry.multiaddrs.every((multiaddr, index) => multiaddr.equals(record.multiaddrs[index]))
}
