import { describe, expect, it } from 'vitest'
import { chooseRelays, compareRelays, preference } from '../../src/reachability/relay-choice.ts'
import type { RelayCandidate } from '../../src/reachability/relay-choice.ts'

interface Named extends RelayCandidate {
  readonly name: string
}

/** The later the name, the less it is preferred. */
function relay (name: string, so: Partial<RelayCandidate> = {}): Named {
  return { name, origin: 'given', isHeld: false, isDoubtful: false, namers: 0, preference: 1_000 - name.charCodeAt(0), ...so }
}

function choose (relays: readonly Named[], most = 2): string {
  return [...chooseRelays(relays, most)].map(({ name }) => name).join('')
}

function favourite (peer: string, among: readonly string[]): string {
  return among.toSorted((one, other) => preference(peer, other) - preference(peer, one))[0]!
}

describe('the choice of relays', () => {
  it('is as many as are missing, the preferred ones first', () => {
    expect(choose([relay('c'), relay('a'), relay('b')])).toBe('ab')
    expect(choose([relay('a', { isHeld: true }), relay('b'), relay('c')])).toBe('b')
    expect(choose([relay('b'), relay('c'), relay('a')], 1)).toBe('a')
  })

  it('is none once enough are held, whichever they are', () => {
    expect(choose([relay('a'), relay('b', { isHeld: true }), relay('c', { isHeld: true })])).toBe('')
    expect(choose([relay('a'), relay('x', { isHeld: true, origin: 'learned' }), relay('y', { isHeld: true, origin: 'learned' })])).toBe('')
    expect(choose([relay('a', { isHeld: true }), relay('b', { isHeld: true }), relay('c', { isHeld: true })])).toBe('')
  })

  it('goes on with those that are doubtful, and takes another one beside each', () => {
    const doubtful = { isDoubtful: true }

    expect(choose([relay('a', doubtful), relay('b'), relay('c'), relay('d')])).toBe('abc')
    expect(choose([relay('a', doubtful), relay('b', { isHeld: true }), relay('c', doubtful), relay('d')])).toBe('acd')
    expect(choose([relay('a', doubtful), relay('b', doubtful)])).toBe('ab')
  })

  it('is of learned ones only when all that were given are held or doubtful, and then of those that most name', () => {
    const learned = [relay('x', { origin: 'learned', namers: 1 }), relay('y', { origin: 'learned', namers: 3 }), relay('z', { origin: 'learned', namers: 3 })]

    expect(choose([...learned, relay('a'), relay('b')])).toBe('ab')
    expect(choose([...learned, relay('a', { isDoubtful: true }), relay('b')])).toBe('aby')
    expect(choose([...learned, relay('a', { isDoubtful: true }), relay('b', { isDoubtful: true })])).toBe('abyz')
    expect(choose([...learned, relay('a', { isHeld: true })])).toBe('y')
    expect(choose(learned)).toBe('yz')
  })

  it('does not look at who names those that were given', () => {
    expect([relay('b', { namers: 9 }), relay('a')].toSorted(compareRelays).map(({ name }) => name)).toEqual(['a', 'b'])
  })
})

describe('the preference of a peer for a relay', () => {
  it('is the same each time, and another for each of both', () => {
    expect(preference('peer', 'relay')).toBe(preference('peer', 'relay'))
    expect(new Set([preference('peer', 'relay'), preference('peer', 'relais'), preference('pier', 'relay'), preference('relay', 'peer')]).size).toBe(4)
  })

  const relays = Array.from({ length: 10 }, (_, index) => `relay ${index}`)
  const peers = Array.from({ length: 5_000 }, (_, index) => `peer ${index}`)

  it('spreads peers evenly over the relays', () => {
    const counts = new Map<string, number>()

    for (const peer of peers) {
      const chosen = favourite(peer, relays)

      counts.set(chosen, (counts.get(chosen) ?? 0) + 1)
    }

    expect(counts.size).toBe(10)
    // 500 each, with a standard deviation of 21
    expect(Math.min(...counts.values())).toBeGreaterThan(400)
    expect(Math.max(...counts.values())).toBeLessThan(600)
  })

  it('leaves all peers where they are but those of a relay that is taken away', () => {
    const gone = relays[3]!
    const left = relays.filter(other => other !== gone)

    const others = peers.filter(peer => favourite(peer, relays) !== gone)

    expect(others.map(peer => favourite(peer, left))).toEqual(others.map(peer => favourite(peer, relays)))
  })
})
