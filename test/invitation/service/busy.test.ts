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

  it('asks the app first: whoever is ignored does not hear that it is busy', async () => {
    await using peers = await startPeers(3, { policy: { busy: 'refuse' } })
    const [ada, ben, cyd] = peers.all

    ben.service.setPolicy({ admit: ({ peer }) => peer.equals(cyd.id) ? 'ignore' : 'ring' })
    await connect(ada, ben)

    const local = await cyd.service.invite(ben.id)

    await peers.pass(30_000)
    expect(local.end).toMatchObject({ state: 'failed', reason: 'no-response' })
  })

  it('refuses no contact because somebody rings who is none', async () => {
    const contacts = new Set<string>()
    await using peers = await startPeers(3, { policy: { busy: 'refuse' }, contacts })
    const [ada, ben, cyd] = peers.all

    contacts.add(cyd.id.toString())
    await ring(ada, ben)
    await ring(cyd, ben)
    expect(await (await ada.service.invite(ben.id)).outcome).toMatchObject(BUSY)

    // what it accepted keeps it as busy as any call
    await ben.received[0]!.accept()
    expect(await (await cyd.service.invite(ben.id)).outcome).toMatchObject(BUSY)
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
