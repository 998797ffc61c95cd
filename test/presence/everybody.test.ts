import { beforeEach, describe, expect, it } from 'vitest'
import { Everybody } from '../../src/presence/everybody.ts'
import { createEpoch } from '../../src/presence/record/index.ts'
import { somebody, TODAY } from './record/records.ts'
import type { PeerPresence } from '../../src/presence/index.ts'
import type { PeerId } from '@libp2p/interface'

describe('everybody in all rooms', () => {
  let ann: PeerId
  let everybody: Everybody

  beforeEach(async () => {
    ann = (await somebody()).peer
    everybody = new Everybody()
  })

  /** Ann as she is in a room that she entered that long after the start of the day, in a run that `run` names. */
  function entry (changes: Partial<PeerPresence> = {}, entered = 0, run = 1): PeerPresence {
    return { peer: ann, status: 'online', data: new Uint8Array(), multiaddrs: [], since: 1, epoch: createEpoch(TODAY + entered, new Uint8Array(8).fill(run)), ...changes }
  }

  it('has whoever is in one room, and tells once of who is in two', () => {
    expect(everybody.take('one', { kind: 'online', entry: entry(), issued: 1 })?.kind).toBe('online')
    expect(everybody.take('two', { kind: 'online', entry: entry({}, 5), issued: 2 })).toBe(undefined)
    expect([...everybody]).toEqual([entry()])
    expect(everybody.get(ann)).toEqual(entry())
  })

  it('tells that a peer is gone when it has left the last of its rooms', () => {
    everybody.take('one', { kind: 'online', entry: entry(), issued: 1 })
    everybody.take('two', { kind: 'online', entry: entry(), issued: 1 })

    expect(everybody.take('one', { kind: 'offline', entry: entry(), reason: 'left' })).toBe(undefined)
    expect(everybody.take('one', { kind: 'offline', entry: entry(), reason: 'left' })).toBe(undefined)
    expect(everybody.take('two', { kind: 'offline', entry: entry(), reason: 'lost' })).toMatchObject({ kind: 'offline', reason: 'lost' })
    expect([...everybody]).toEqual([])
  })

  it('tells of a change once, in whichever room it is heard first', () => {
    everybody.take('one', { kind: 'online', entry: entry(), issued: 1 })
    everybody.take('two', { kind: 'online', entry: entry(), issued: 2 })

    expect(everybody.take('two', { kind: 'update', entry: entry({ status: 'busy' }), issued: 10, restarted: false })).toMatchObject({ kind: 'update', restarted: false, entry: { status: 'busy' } })
    expect(everybody.take('one', { kind: 'update', entry: entry({ status: 'busy' }), issued: 11, restarted: false })).toBe(undefined)
    expect(everybody.get(ann)?.status).toBe('busy')
  })

  it('does not go back to what a peer said before, though it is heard later in another room', () => {
    everybody.take('one', { kind: 'online', entry: entry(), issued: 1 })
    everybody.take('two', { kind: 'online', entry: entry(), issued: 2 })
    everybody.take('one', { kind: 'update', entry: entry({ status: 'away' }), issued: 20, restarted: false })

    expect(everybody.take('two', { kind: 'update', entry: entry({ status: 'busy' }), issued: 10, restarted: false })).toBe(undefined)
    expect(everybody.get(ann)?.status).toBe('away')
  })

  it('goes by the order in each room where the peer’s clock was set back', () => {
    everybody.take('one', { kind: 'online', entry: entry(), issued: 1_000 })
    everybody.take('two', { kind: 'online', entry: entry(), issued: 1_001 })
    everybody.take('one', { kind: 'update', entry: entry({ status: 'away' }), issued: 500, restarted: false })

    expect(everybody.take('two', { kind: 'update', entry: entry({ status: 'away' }), issued: 501, restarted: false })).toMatchObject({ kind: 'update', entry: { status: 'away' } })
    expect(everybody.take('two', { kind: 'update', entry: entry({ status: 'busy' }), issued: 400, restarted: false })).toMatchObject({ kind: 'update', entry: { status: 'busy' } })
  })

  it('goes on in another room when a peer has left the one in which it was heard last, and its clock was set back', () => {
    everybody.take('one', { kind: 'online', entry: entry(), issued: 1_000 })
    everybody.take('two', { kind: 'online', entry: entry(), issued: 1_001 })
    everybody.take('two', { kind: 'offline', entry: entry(), reason: 'left' })

    expect(everybody.take('one', { kind: 'update', entry: entry({ status: 'away' }), issued: 500, restarted: false })).toMatchObject({ kind: 'update', entry: { status: 'away' } })
  })

  it('takes a peer that left a room and entered it again for the same', () => {
    everybody.take('one', { kind: 'online', entry: entry(), issued: 1 })
    everybody.take('two', { kind: 'online', entry: entry(), issued: 1 })
    everybody.take('two', { kind: 'offline', entry: entry(), reason: 'left' })

    expect(everybody.take('two', { kind: 'online', entry: entry({ since: 9 }, 9_000), issued: 9_000 })).toBe(undefined)
    expect(everybody.get(ann)?.since).toBe(1)
  })

  it('tells once of a restart, though each room hears of it', () => {
    everybody.take('one', { kind: 'online', entry: entry(), issued: 1 })
    everybody.take('two', { kind: 'online', entry: entry(), issued: 1 })

    expect(everybody.take('one', { kind: 'update', entry: entry({ since: 50 }, 50, 2), issued: 50, restarted: true })).toMatchObject({ kind: 'update', restarted: true, entry: { since: 50 } })
    expect(everybody.take('two', { kind: 'update', entry: entry({ since: 51 }, 51, 2), issued: 51, restarted: true })).toBe(undefined)
  })

  it('has nobody any more who was only in a room that this peer left', async () => {
    const bob = (await somebody()).peer

    everybody.take('one', { kind: 'online', entry: entry(), issued: 1 })
    everybody.take('two', { kind: 'online', entry: entry(), issued: 1 })
    everybody.take('one', { kind: 'online', entry: entry({ peer: bob }), issued: 1 })
    everybody.leaveRoom('one')

    expect([...everybody].map(({ peer }) => peer.toString())).toEqual([ann.toString()])
    expect(everybody.take('two', { kind: 'offline', entry: entry(), reason: 'left' })?.kind).toBe('offline')
  })
})
