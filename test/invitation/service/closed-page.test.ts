import { describe, expect, it } from 'vitest'
import { turn } from '../../environment/event-loop.ts'
import { openSession } from './open-session.ts'
import { startPeers } from './peers.ts'
import { connect, ring } from './ring.ts'
import type { TestPeer } from './test-peer.ts'

/** Closes the page, and in the next turn of the event loop there is nothing of it any more. */
async function close (peer: TestPeer): Promise<void> {
  peer.window.dispatchEvent(new Event('pagehide'))
  await turn()
  await Promise.all(peer.libp2p.getConnections().map(async connection => { await connection.close() }))
}

describe('a page that is closed', () => {
  it('takes back what it rings, and its callee hears that at once', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const { remote } = await ring(ada, ben)

    await close(ada)
    expect(await remote.outcome).toMatchObject({ state: 'canceled', reason: 'shutdown', originator: 'remote' })
  })

  it('refuses what rings here, and its caller hears that at once', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const { local } = await ring(ada, ben)

    await close(ben)
    expect(await local.outcome).toMatchObject({ state: 'refused', reason: 'unavailable', originator: 'remote' })
  })

  it('hangs up', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const [, session] = await openSession(ada, ben)

    await close(ada)
    expect(await session.ended).toMatchObject({ reason: 'shutdown', originator: 'remote' })
  })

  it('can ring again when it is shown again, as after a way back', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all

    await ring(ada, ben)
    await close(ada)
    ada.window.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true }))
    await connect(ada, ben)
    expect(ada.service.list().filter(({ session }) => session?.isOpen === true)).toHaveLength(1)
  })
})
