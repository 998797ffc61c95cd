/** What the choice of relays depends on, of each one. */
export interface RelayCandidate {
  readonly origin: 'given' | 'learned'
  readonly isHeld: boolean
  /** Whether it failed, or has not answered for a while, since it was last held. */
  readonly isDoubtful: boolean
  /** How many of those who are present name it. */
  readonly namers: number
  /** Which of several equal ones this peer prefers: see `preference`. */
  readonly preference: number
}

/**
 * Which relays to try, so that `most` are held: in order of preference, as many as are missing, and one more for each of
 * these that is doubtful. So a relay that is down is tried on and on, and the next one beside it; and those that were
 * learned only when all those that were given are held or doubtful. None, once enough are held. Pure.
 */
export function chooseRelays<Relay extends RelayCandidate> (relays: readonly Relay[], most: number): Set<Relay> {
  const chosen = new Set<Relay>()
  let missing = most - relays.filter(({ isHeld }) => isHeld).length

  for (const relay of relays.filter(({ isHeld }) => !isHeld).toSorted(compareRelays)) {
    if (missing <= 0) {
      break
    }

    chosen.add(relay)

    if (!relay.isDoubtful) {
      missing--
    }
  }

  return chosen
}

/** Orders relays: given before learned, of the learned those that more peers name, then by preference. Pure. */
export function compareRelays (one: RelayCandidate, other: RelayCandidate): number {
  if (one.origin !== other.origin) {
    return one.origin === 'given' ? -1 : 1
  }

  const byNamers = one.origin === 'given' ? 0 : other.namers - one.namers

  return byNamers === 0 ? other.preference - one.preference : byNamers
}

/**
 * How much a peer prefers a relay, 0 to 2^32 - 1: evenly spread over peers and relays, always the same for the same two. So
 * peers spread over the relays, each comes back to its own after a reload with the same key, and one relay more or less
 * moves only the peers that prefer it (rendezvous hashing, Thaler and Ravishankar 1998). The hash is FNV-1a, with the
 * finalizer of MurmurHash3 since FNV leaves the last bytes poorly mixed. Pure.
 */
export function preference (peer: string, relay: string): number {
  let hash = 0x811c_9dc5

  for (const byte of new TextEncoder().encode(`${peer} ${relay}`)) {
    hash = Math.imul(hash ^ byte, 0x0100_0193)
  }

  hash = Math.imul(hash ^ hash >>> 16, 0x85eb_ca6b)
  hash = Math.imul(hash ^ hash >>> 13, 0xc2b2_ae35)

  return (hash ^ hash >>> 16) >>> 0
}
