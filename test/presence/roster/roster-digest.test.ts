import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { RosterDigest } from '../../../src/presence/roster/roster-digest.ts'
import { madeUpPeer } from '../simulation/made-up-peers.ts'
import { epochAt } from '../record/records.ts'
import { ANN, BOB, CIM } from './people.ts'

function digestOf (...entries: ReadonlyArray<readonly [number, number]>): string {
  const digest = new RosterDigest()

  for (const [peer, run] of entries) {
    digest.toggle(madeUpPeer(peer), epochAt(run))
  }

  return digest.bytes.join('.')
}

describe('the digest of a roster', () => {
  it('is eight bytes, and nothing but zeros for an empty one', () => {
    expect(new RosterDigest().bytes).toEqual(new Uint8Array(8))
  })

  it('tells another run of a peer from the one before', () => {
    expect(digestOf([1, 0])).not.toBe(digestOf([1, 1]))
  })

  it('with one more is what it would be if that one were in it, and changes nothing', () => {
    const digest = new RosterDigest()

    digest.toggle(ANN, epochAt(0))

    const before = digest.bytes
    const both = digest.with(BOB, epochAt(1))

    expect(digest.bytes).toEqual(before)
    digest.toggle(BOB, epochAt(1))
    expect(digest.bytes).toEqual(both)
  })

  it('is the same for two peers that each leave themselves out and put themselves in again', () => {
    const [ofAnn, ofBob] = [new RosterDigest(), new RosterDigest()]

    ofAnn.toggle(BOB, epochAt(1))
    ofAnn.toggle(CIM, epochAt(2))
    ofBob.toggle(CIM, epochAt(2))
    ofBob.toggle(ANN, epochAt(0))

    expect(ofAnn.with(ANN, epochAt(0))).toEqual(ofBob.with(BOB, epochAt(1)))
  })

  it('depends on who is in it and not on the order in which they came and went', () => {
    const entries = fc.uniqueArray(fc.tuple(fc.integer({ min: 1, max: 30 }), fc.nat(3)), { selector: String, maxLength: 20 })

    fc.assert(fc.property(entries.chain(all => fc.tuple(fc.constant(all), fc.shuffledSubarray([...all, ...all, ...all], { minLength: all.length * 3 }))), ([all, thrice]) => {
      expect(digestOf(...thrice)).toBe(digestOf(...all))
    }))
  })

  it('is another one for each of 100,000 rosters, in both of its halves together', { timeout: 60_000 }, () => {
    const seen = new Set<string>()
    const halves = [new Set<string>(), new Set<string>()] as const
    const digest = new RosterDigest()

    for (let number = 0; number < 100_000; number++) {
      digest.toggle(madeUpPeer(number % 1_000), epochAt(number))

      const bytes = digest.bytes

      seen.add(bytes.join('.'))
      halves[0].add(bytes.slice(0, 4).join('.'))
      halves[1].add(bytes.slice(4).join('.'))
    }

    expect(seen.size).toBe(100_000)
    // 32 random bits would meet once or twice in as many
    expect(Math.min(halves[0].size, halves[1].size)).toBeGreaterThan(99_980)
  })
})
