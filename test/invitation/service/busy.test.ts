import { describe, expect, it } from 'vitest'
import { startPeers } from './peers.ts'
import { connect, ring } from './ring.ts'

const BUSY = { state: 'refused', reason: 'busy', originator: 'remote' }

describe('a busy peer', () => {
  it('rings all the same by default', async () => {
    await using peers = await startPeers(3)
    const [ada, ben, cyd] = peers.all

    await connect(ada, ben)
    await ring(cyd, ben)

    expect(ben.received.map(({ state }) => state)).toEqual(['accepted', 'ringing'])
  })

  it('refuses while it is on a call with somebody else, and not afterwards', async () => {
    await using peers = await startPeers(3, { policy: { busy: 'refuse' } })
    const [ada, ben, cyd] = peers.all
    const { local } = await connect(ada, ben)

    expect(await (await cyd.service.invite(ben.id)).outcome).toMatchObject(BUSY)
    expect(ben.received).toHaveLength(1)

    await local.session!.end()
    await ring(cyd, ben)
  })

  it('refuses while another\'s invitation rings', async () => {
    await using peers = await startPeers(3, { policy: { busy: 'refuse' } })
    const [ada, ben, cyd] = peers.all
    const { local } = await ring(ada, ben)

    expect(await (await cyd.service.invite(ben.id)).outcome).toMatchObject(BUSY)

    await local.cancel()
    await ring(cyd, ben)
  })

  it('refuses while its own invitation to another rings', async () => {
    await using peers = await startPeers(3, { policy: { busy: 'refuse' } })
    const [ada, ben, cyd] = peers.all
    const { remote } = await ring(ben, ada)

    expect(await (await cyd.service.invite(ben.id)).outcome).toMatchObject(BUSY)

    await remote.refuse()
    await ring(cyd, ben)
  })

  it('does not ask its policy then', async () => {
    const asked: string[] = []
    await using peers = await startPeers(3, {
      policy: {
        busy: 'refuse',
        admit: ({ peer }) => {
          asked.push(peer.toString())

          return 'ring'
        }
      }
    })
    const [ada, ben, cyd] = peers.all

    await ring(ada, ben)
    await (await cyd.service.invite(ben.id)).outcome

    expect(asked).toEqual([ada.id.toString()])
  })

  it('is not busy for the one that it is on a call with', async () => {
    await using peers = await startPeers(2, { policy: { busy: 'refuse' } })
    const [ada, ben] = peers.all

    await connect(ada, ben)
    await ring(ada, ben)
    await ring(ada, ben)

    expect(ben.received.map(({ state }) => state)).toEqual(['accepted', 'ringing', 'ringing'])
  })

  it('is not busy for the one that it is inviting itself: one call comes out', async () => {
    await using peers = await startPeers(2, { policy: { busy: 'refuse' } })
    const [ada, ben] = peers.all
    const [ofAda, ofBen] = await Promise.all([ada.service.invite(ben.id), ben.service.invite(ada.id)])

    expect(await ofAda.outcome).toMatchObject({ state: 'accepted' })
    expect(await ofBen.outcome).toMatchObject({ state: 'canceled', reason: 'glare', kept: ofAda.id })
  })
})
