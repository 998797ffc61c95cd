import { describe, expect, it } from 'vitest'
import { eventually } from './eventually.ts'
import { startPeers } from './peers.ts'
import { RawPeer } from './raw-peer.ts'
import { ring } from './ring.ts'
import type { TestPeer } from './test-peer.ts'

const RATE_LIMITED = { state: 'failed', reason: 'rate-limited', originator: 'remote' }

/** As many invitations, of which each rings. */
async function ringing (count: number, caller: TestPeer, callee: TestPeer): Promise<void> {
  for (let i = 0; i < count; i++) {
    await ring(caller, callee)
  }
}

describe('a peer that invites', () => {
  it('more than 5 times in 10 s is told so, and may go on afterwards', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all

    await ringing(5, ada, ben)
    await peers.pass(9_999)
    expect(await (await ada.service.invite(ben.id)).outcome).toMatchObject(RATE_LIMITED)
    expect(ben.received).toHaveLength(5)

    await peers.pass(1)
    await ring(ada, ben)
  })

  it('more than 5 times in 10 s is told so, even if nothing is live any more', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all

    for (let i = 0; i < 5; i++) {
      await (await ring(ada, ben)).local.cancel()
    }

    expect(await (await ada.service.invite(ben.id)).outcome).toMatchObject(RATE_LIMITED)
    expect([ada.service.list(), ben.service.list()]).toEqual([[], []])
  })

  it('with more than 8 live invitations is told so, until one of them has ended', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all

    await ringing(5, ada, ben)
    await peers.pass(10_000)
    await ringing(3, ada, ben)
    await peers.pass(10_000)
    expect(await (await ada.service.invite(ben.id)).outcome).toMatchObject(RATE_LIMITED)
    expect(ben.received).toHaveLength(8)

    await ben.received[3]?.refuse()
    await ring(ada, ben)
  })

  it('too often takes nobody else\'s place', async () => {
    await using peers = await startPeers(3)
    const [ada, ben, cyd] = peers.all

    await ringing(5, ada, ben)
    expect(await (await ada.service.invite(ben.id)).outcome).toMatchObject(RATE_LIMITED)
    await ring(cyd, ben)
  })

  it('is told so when as many invitations of all peers are live as may be', async () => {
    await using peers = await startPeers(3, { limits: { live: 2 } })
    const [ada, ben, cyd] = peers.all

    await ringing(1, ada, ben)
    await ringing(1, cyd, ben)
    expect(await (await cyd.service.invite(ben.id)).outcome).toMatchObject(RATE_LIMITED)
  })

  it('is not counted again for what it says again', async () => {
    await using peers = await startPeers(2, { limits: { invites: 1, livePerPeer: 1 } })
    const [, ben] = peers.all
    await using raw = await RawPeer.connect(ben)
    const invite = { kind: 'invite', id: '0123456789abcdef0123456789abcdef', ringTime: 60_000, age: 0 } as const

    raw.say(invite, invite, invite)
    await eventually(() => { expect(raw.heard.map(({ kind }) => kind)).toEqual(['delivered', 'ringing', 'ringing', 'ringing']) })

    raw.say({ ...invite, id: 'f'.repeat(32) })
    await eventually(() => { expect(raw.heard.at(-1)).toEqual({ kind: 'ended', id: 'f'.repeat(32), reason: 'rate-limited' }) })
  })

  it('as often as the limits say rings', async () => {
    await using peers = await startPeers(2, { limits: { invites: 20, livePerPeer: 20, inviteTime: 1_000 } })
    const [ada, ben] = peers.all

    await ringing(20, ada, ben)
    expect(await (await ada.service.invite(ben.id)).outcome).toMatchObject(RATE_LIMITED)
  })
})
