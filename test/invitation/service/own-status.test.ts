import { describe, expect, it } from 'vitest'
import { startPeers } from './peers.ts'
import { connect, ring } from './ring.ts'
import type { Admission } from '../../../src/index.ts'

describe('a peer that says of itself that it is not to be disturbed', () => {
  it('refuses for that reason, which its own call log is told, and its user is not', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const ends: unknown[] = []

    ben.service.addEventListener('invitation:ended', ({ detail: { end } }) => { ends.push(end) })
    ben.presence.status = 'do-not-disturb'
    const local = await ada.service.invite(ben.id)

    expect(await local.outcome).toMatchObject({ state: 'refused', reason: 'do-not-disturb', originator: 'remote' })
    expect(ends).toEqual([{ state: 'refused', reason: 'do-not-disturb', originator: 'system' }])
    expect(peers.log.entries).toEqual(['ada sending', 'ben refused', 'ada delivered', 'ada refused'])
    expect(ben.received).toEqual([])
  })

  it('refuses what the app would let ring, and says nothing to whom the app ignores', async () => {
    await using peers = await startPeers(3)
    const [ada, ben, cyd] = peers.all

    ben.service.setPolicy({ admit: ({ peer }) => peer.equals(cyd.id) ? 'ignore' : 'ring' })
    ben.presence.status = 'do-not-disturb'

    const ignored = await cyd.service.invite(ben.id)

    expect(await (await ada.service.invite(ben.id)).outcome).toMatchObject({ state: 'refused', reason: 'do-not-disturb' })
    await peers.pass(30_000)
    expect(ignored.end).toMatchObject({ state: 'failed', reason: 'no-response' })
  })

  it('is asked how it is when the app has decided', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const admission = Promise.withResolvers<Admission>()

    ben.service.setPolicy({ admit: async () => await admission.promise })

    const local = await ada.service.invite(ben.id)

    await peers.settle()
    ben.presence.status = 'do-not-disturb'
    admission.resolve('ring')

    expect(await local.outcome).toMatchObject({ state: 'refused', reason: 'do-not-disturb' })
  })

  it('rings where its policy says so', async () => {
    await using peers = await startPeers(2, { policy: { refuseWhile: [] } })
    const [ada, ben] = peers.all

    ben.presence.status = 'do-not-disturb'

    expect((await ring(ada, ben)).remote.state).toBe('ringing')
  })

  it('goes on ringing for what rang when it said so', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const { local, remote } = await ring(ada, ben)

    ben.presence.status = 'do-not-disturb'
    await peers.pass(30_000)
    expect([local.state, remote.state]).toEqual(['ringing', 'ringing'])

    await remote.accept()
    expect(await local.outcome).toMatchObject({ state: 'accepted' })
  })

  it('says so even if it is on a call, and to the one that it is on a call with, too', async () => {
    await using peers = await startPeers(3, { policy: { busy: 'refuse' } })
    const [ada, ben, cyd] = peers.all

    await connect(ada, ben)
    ben.presence.status = 'do-not-disturb'

    for (const caller of [ada, cyd]) {
      expect(await (await caller.service.invite(ben.id)).outcome).toMatchObject({ state: 'refused', reason: 'do-not-disturb' })
    }
  })

  it.each(['ada', 'ben'])('may be called by the one that it is calling itself, and one call comes out: %s', async (name) => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all

    for (const peer of peers.all) {
      peer.presence.status = peer.name === name ? 'do-not-disturb' : 'online'
    }

    const [ofAda, ofBen] = await Promise.all([ada.service.invite(ben.id), ben.service.invite(ada.id)])

    expect(await ofAda.outcome).toMatchObject({ state: 'accepted' })
    expect(await ofBen.outcome).toMatchObject({ state: 'canceled', reason: 'glare', kept: ofAda.id })
  })

  it('may call others', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all

    ada.presence.status = 'do-not-disturb'

    expect((await connect(ada, ben)).local.state).toBe('accepted')
  })
})

describe('a peer that says of itself that it is busy', () => {
  it('rings all the same by default', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all

    ben.presence.status = 'busy'

    expect((await ring(ada, ben)).remote.state).toBe('ringing')
  })

  it('refuses for that reason where its policy says so, for as long as it says so', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all

    ben.service.setPolicy({ refuseWhile: ['busy', 'do-not-disturb'] })

    for (const status of ['busy', 'do-not-disturb']) {
      ben.presence.status = status
      expect(await (await ada.service.invite(ben.id)).outcome).toMatchObject({ state: 'refused', reason: status })
    }

    for (const status of ['online', 'away', 'busy ', '']) {
      ben.presence.status = status
      await (await ring(ada, ben)).remote.refuse()
      await peers.pass(10_000)
    }
  })

  it('refuses for what its policy said when it was set, whatever becomes of the list', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const refuseWhile: ['busy' | 'do-not-disturb'] = ['busy']

    ben.service.setPolicy({ refuseWhile })
    refuseWhile[0] = 'do-not-disturb'
    ben.presence.status = 'busy'

    expect(await (await ada.service.invite(ben.id)).outcome).toMatchObject({ state: 'refused', reason: 'busy' })
  })
})
