import type { DepartureReason, PeerPresence, RosterChange } from './roster/index.ts'
import type { PeerId } from '@libp2p/interface'

/** What all rooms together say of a peer. */
export type EverybodyChange =
  | { readonly kind: 'online', readonly entry: PeerPresence }
  | { readonly kind: 'update', readonly entry: PeerPresence, readonly restarted: boolean }
  | { readonly kind: 'offline', readonly entry: PeerPresence, readonly reason: DepartureReason }

interface Known {
  readonly entry: PeerPresence
  /** When it said so, by its own clock. */
  readonly issued: number
  /** The room in which it said so; undefined once it is not in that one any more. */
  readonly heardIn: string | undefined
  /** The rooms in which it is, by name. */
  readonly rooms: ReadonlySet<string>
}

/** Digits of an epoch that name the run of the node: they are the same in all its rooms. */
const RUN_DIGITS = 16

/**
 * Who is in any room with this peer: the rosters of all rooms as one. A peer is there as long as it is in one of them, and
 * is what it said last, in whichever. Pure.
 */
export class Everybody implements Iterable<PeerPresence> {
  readonly #known = new Map<string, Known>()

  get (peer: PeerId): PeerPresence | undefined {
    return this.#known.get(peer.toString())?.entry
  }

  * [Symbol.iterator] (): Iterator<PeerPresence> {
    for (const { entry } of this.#known.values()) {
      yield entry
    }
  }

  /** Takes in what changed in a room. Returns what that changes here, if anything. */
  take (room: string, change: Exclude<RosterChange, { kind: 'forgotten' }>): EverybodyChange | undefined {
    const key = change.entry.peer.toString()
    const known = this.#known.get(key)

    if (change.kind === 'offline') {
      return this.#leave(key, room) ? change : undefined
    }

    const { entry, issued } = change

    if (known == null) {
      this.#known.set(key, { entry, issued, heardIn: room, rooms: new Set([room]) })

      return { kind: 'online', entry }
    }

    const rooms = new Set([...known.rooms, room])

    // what it says in one room arrives before what it said earlier in another; within a room the order is right, whatever its clock does
    if (issued < known.issued && known.heardIn !== undefined && known.heardIn !== room) {
      this.#known.set(key, { ...known, rooms })

      return undefined
    }

    const restarted = entry.epoch.slice(-RUN_DIGITS) !== known.entry.epoch.slice(-RUN_DIGITS)
    const isNew = restarted || !saysTheSame(entry, known.entry)
    const latest = isNew ? { ...entry, since: restarted ? entry.since : known.entry.since } : known.entry

    this.#known.set(key, { entry: latest, issued, heardIn: room, rooms })

    return isNew ? { kind: 'update', entry: latest, restarted } : undefined
  }

  /** A room was left: whoever is in no other is not here any more. */
  leaveRoom (room: string): void {
    for (const key of this.#known.keys()) {
      this.#leave(key, room)
    }
  }

  /** Returns whether that was the last room of this peer. */
  #leave (key: string, room: string): boolean {
    const known = this.#known.get(key)

    if (known?.rooms.has(room) !== true) {
      return false
    }

    const rooms = new Set(known.rooms)

    rooms.delete(room)

    if (rooms.size > 0) {
      this.#known.set(key, { ...known, heardIn: known.heardIn === room ? undefined : known.heardIn, rooms })

      return false
    }

    return this.#known.delete(key)
  }
}

function saysTheSame (a: PeerPresence, b: PeerPresence): boolean {
  return a.status === b.status &&
    a.data.length === b.data.length && a.data.every((byte, index) => byte === b.data[index]) &&
    a.multiaddrs.length === b.multiaddrs.length && a.multiaddrs.every((multiaddr, index) => multiaddr.equals(b.multiaddrs[index]))
}
