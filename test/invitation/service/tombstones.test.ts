import { describe, expect, it } from 'vitest'
import { turn } from '../../environment/event-loop.ts'
import { eventually } from './eventually.ts'
import { startPeers } from './peers.ts'
import { RawPeer } from './raw-peer.ts'

/** More than are kept of all peers together. */
const FLOOD = 17_000

const ENDED = '0123456789abcdef0123456789abcdef'

describe('a peer that says STOP of what it never invited to', () => {
  it('makes nobody ring for what another peer has ended, however often it says so', async () => {
    await using peers = await startPeers(2)
    const [, ben] = peers.all
    await using honest = await RawPeer.connect(ben)
    await using hostile = await RawPeer.connect(ben)

    honest.say({ kind: 'stop', id: ENDED, reason: 'canceled' })
    await eventually(() => { expect(honest.heard).toEqual([{ kind: 'ended', id: ENDED, reason: 'stopped' }]) })

    for (let said = 0; said < FLOOD; said++) {
      hostile.say({ kind: 'stop', id: said.toString(16).padStart(32, '0'), reason: 'canceled' })

      if (said % 100 === 99) {
        await turn()
      }
    }

    await eventually(() => { expect(hostile.heard).toHaveLength(FLOOD) })
    honest.say({ kind: 'invite', id: ENDED, ringTime: 60_000, age: 0 })
    await eventually(() => { expect(honest.heard.length).toBeGreaterThan(1) })

    expect(honest.heard.slice(1)).toEqual([{ kind: 'ended', id: ENDED, reason: 'stopped' }])
    expect(ben.received).toEqual([])
  })
})
