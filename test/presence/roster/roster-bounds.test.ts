import { multiaddr } from '@multiformats/multiaddr'
import { describe, expect, it } from 'vitest'
import { heldBytes, megabytes } from '../../hostile/heap.ts'
import { MAX_RECORD_BYTES } from '../../../src/presence/record/index.ts'
import { MAX_GONE, MAX_PRESENT, MAX_PRESENT_BYTES, Roster } from '../../../src/presence/roster/index.ts'
import { madeUpPeer, newMadeUpPeer } from '../simulation/made-up-peers.ts'
import { checked, epochAt } from '../record/records.ts'
import { ANN, AT, BOB, kinds, leaving } from './people.ts'

const FLOOD = 100_000

/** Bytes of all signed records that the roster would hand on as of somebody who is there. */
function presentBytes (roster: Roster): number {
  return [...roster.lines(0)].filter(({ gone }) => !gone).reduce((sum, { record }) => sum + record.byteLength, 0)
}

describe('a roster in a flood of made-up peers', () => {
  it.each([
    ['small records', 300, 0],
    ['the largest records', MAX_RECORD_BYTES, 24]
  ])('of %s stays within its bounds, and keeps those who were there before', { timeout: 120_000 }, async (name, bytes, addresses) => {
    const roster = new Roster()
    const before = await heldBytes()
    const started = performance.now()
    let largest = 0
    let forgotten = 0
    let refused = 0

    roster.hear(checked(ANN, { lifetime: 3_600_000 }), AT)

    for (let number = 10; number < 10 + FLOOD; number++) {
      const now = number * 4
      const cheap = checked(newMadeUpPeer(number), { ...(number % 3 === 0 ? leaving : { lifetime: 120_000 }), signed: new Uint8Array(bytes) })

      // as the gate does it: what is dear about a record is looked at if it is news
      if (roster.judge(cheap) !== 'news') {
        refused++
        continue
      }

      const record = {
        ...cheap,
        data: new Uint8Array(bytes >> 2),
        peerRecord: new Uint8Array(bytes >> 1),
        multiaddrs: Array.from({ length: addresses }, (_, address) => multiaddr(`/ip4/192.0.2.${address}/tcp/4001`))
      }

      forgotten += [...roster.hear(record, { now, date: now }), ...roster.expire(now)].filter(({ kind }) => kind === 'forgotten').length
      largest = Math.max(largest, roster.size)
    }

    const seconds = (performance.now() - started) / 1_000
    const held = await heldBytes() - before

    console.log(`${FLOOD} made-up peers with ${name} (${bytes} B, ${addresses} addresses): ${largest} present at most, ${roster.remembered} remembered,` +
      ` ${megabytes(held)} held, ${seconds.toFixed(1)} s`)

    expect(largest).toBeLessThanOrEqual(MAX_PRESENT)
    expect(roster.remembered).toBeLessThanOrEqual(MAX_PRESENT + MAX_GONE)
    expect(roster.remembered + forgotten + refused).toBe(FLOOD + 1)
    expect(roster.get(ANN)).not.toBe(undefined)
    expect(presentBytes(roster)).toBeLessThanOrEqual(MAX_PRESENT_BYTES + MAX_RECORD_BYTES)
  })

  it('takes no more bytes from those who came with small records and then let them grow', () => {
    const roster = new Roster()

    for (let number = 10; number < 10 + MAX_PRESENT; number++) {
      roster.hear(checked(madeUpPeer(number), { signed: new Uint8Array(200), lifetime: 600_000 }), AT)
    }

    let refused = 0

    for (let number = 10; number < 10 + MAX_PRESENT; number++) {
      const record = checked(madeUpPeer(number), { signed: new Uint8Array(MAX_RECORD_BYTES), sequence: 2n, lifetime: 600_000 })

      refused += roster.judge(record) === 'full' ? 1 : 0
      roster.hear(record, AT)
    }

    expect(refused).toBeGreaterThan(MAX_PRESENT / 2)
    expect(roster.size).toBe(MAX_PRESENT)
    expect(presentBytes(roster)).toBeLessThanOrEqual(MAX_PRESENT_BYTES)
    // who says no more than before is heard all the same
    expect(roster.judge(checked(madeUpPeer(9 + MAX_PRESENT), { signed: new Uint8Array(200), sequence: 3n }))).toBe('news')
  })

  it('pushes nobody out to take on one more than it has room for', () => {
    const roster = new Roster({ present: 1, gone: 10 })

    roster.hear(checked(ANN), AT)

    expect(roster.judge(checked(BOB))).toBe('full')
    expect(roster.judgeHandedOn(checked(BOB), { age: 0, gone: false })).toBe('full')
    expect(roster.take(checked(BOB), { age: 0, gone: false }, AT)).toEqual([])
    expect(kinds(roster.hear(checked(ANN, { epoch: epochAt(1) }), AT))).toEqual(['update'])
  })
})
