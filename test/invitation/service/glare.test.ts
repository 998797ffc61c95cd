import { describe, expect, it } from 'vitest'
import { NotFoundError } from '../../../src/index.ts'
import { eventually } from './eventually.ts'
import { startPeers } from './peers.ts'
import { ring } from './ring.ts'
import type { Session } from '../../../src/index.ts'
import type { Peers } from './peers.ts'
import type { TestPeer } from './test-peer.ts'

/** The ids of the calls that a peer is on. */
function calls ({ service }: TestPeer): string[] {
  return service.list().filter(({ session }) => session?.isOpen === true).map(({ id }) => id)
}

/** Both invite each other in the same turn; ada is the lower. */
async function collide (peers: Peers<[TestPeer, TestPeer]>): Promise<{ ofAda: string, ofBen: string }> {
  const [ada, ben] = peers.all
  const [ofAda, ofBen] = await Promise.all([ada.service.invite(ben.id), ben.service.invite(ada.id)])

  return { ofAda: ofAda.id, ofBen: ofBen.id }
}

describe('two peers that invite each other at the same moment', () => {
  it('are on one call, the lower peer\'s, if nothing else was said', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const { ofAda, ofBen } = await collide(peers)

    await eventually(() => { expect([calls(ada), calls(ben)]).toEqual([[ofAda], [ofAda]]) })
    await peers.settle()

    expect([calls(ada), calls(ben)]).toEqual([[ofAda], [ofAda]])
    expect(() => ada.service.get(ofBen)).toThrow(NotFoundError)
    expect(() => ben.service.get(ofBen)).toThrow(NotFoundError)
  })

  it('are on one call with a link that stands already, too', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all

    await (await ring(ada, ben)).local.cancel()

    const { ofAda } = await collide(peers)

    await eventually(() => { expect([calls(ada), calls(ben)]).toEqual([[ofAda], [ofAda]]) })
  })

  it('are on one call when they dial each other at the same moment, too', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all

    await Promise.all([ada.libp2p.dial(ben.libp2p.getMultiaddrs()), ben.libp2p.dial(ada.libp2p.getMultiaddrs())])
    expect(ada.connectionsTo(ben)).toHaveLength(2)

    const { ofAda } = await collide(peers)

    await eventually(() => { expect([calls(ada), calls(ben)]).toEqual([[ofAda], [ofAda]]) })
  })

  it('are on one call when the connection breaks in the middle', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all

    await (await ring(ada, ben)).local.cancel()
    const colliding = collide(peers)

    peers.cut()
    const { ofAda } = await colliding

    await eventually(() => { expect([calls(ada), calls(ben)]).toEqual([[ofAda], [ofAda]]) })
  })

  it('may accept in their listeners what is accepted by itself: that waits for the confirm, once', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const accepts: Array<Promise<Array<PromiseSettledResult<Session>>>> = []

    for (const { service } of peers.all) {
      service.addEventListener('invitation:received', ({ detail: remote }) => {
        accepts.push(Promise.allSettled([remote.accept(), remote.accept()]))
      })
    }

    await collide(peers)
    await eventually(() => { expect(calls(ada)).toHaveLength(1) })


    expect(await Promise.all(accepts)).toMatchObject([
      [{ status: 'fulfilled' }, { status: 'rejected', reason: { name: 'AlreadyAcceptedError' } }]
    ])
    expect([...ada.errors, ...ben.errors]).toEqual([])
  })

  it('hear in their events which one was kept', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const ends: string[] = []

    for (const { name, service } of peers.all) {
      service.addEventListener('invitation:ended', ({ detail: { invitation, end } }) => {
        ends.push(`${name} ${invitation.role} ${end.state} ${end.reason} ${end.state === 'canceled' ? end.kept : invitation.id}`)
      })
    }

    const { ofAda } = await collide(peers)

    await eventually(() => { expect([calls(ada), calls(ben)]).toEqual([[ofAda], [ofAda]]) })
    expect(ends.toSorted()).toEqual([
      `ada caller accepted accepted ${ofAda}`,
      `ben callee accepted accepted ${ofAda}`,
      `ben caller canceled glare ${ofAda}`
    ])
    expect(peers.log.entries.filter(entry => entry.endsWith('missed'))).toEqual([])
    expect(ada.received).toEqual([])
    expect(ben.received.map(({ id }) => id)).toEqual([ofAda])
  })

  it('may end that call as any other', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const { ofAda } = await collide(peers)

    await eventually(() => { expect([calls(ada), calls(ben)]).toEqual([[ofAda], [ofAda]]) })
    await ben.service.get(ofAda).session!.end()

    await eventually(() => { expect([ada.service.list(), ben.service.list()]).toEqual([[], []]) })
  })
})

describe('a peer that invites one whose invitation rings already', () => {
  it('accepts that one, if it is the lower peer\'s, and says nothing of its own', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const { local: kept } = await ring(ada, ben)
    const local = await ben.service.invite(ada.id)

    expect(await local.outcome).toMatchObject({ state: 'canceled', reason: 'glare', originator: 'system', kept: kept.id })
    expect(await kept.outcome).toMatchObject({ state: 'accepted' })
    await peers.settle()
    expect(ada.received).toEqual([])
    expect([calls(ada), calls(ben)]).toEqual([[kept.id], [kept.id]])
  })

  it('gets its own accepted, if it is the lower peer itself', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const { local } = await ring(ben, ada)
    const kept = await ada.service.invite(ben.id)

    expect(await local.outcome).toMatchObject({ state: 'canceled', reason: 'glare', originator: 'system', kept: kept.id })
    expect(await kept.outcome).toMatchObject({ state: 'accepted' })
    await eventually(() => { expect([calls(ada), calls(ben)]).toEqual([[kept.id], [kept.id]]) })
  })
})

describe('two peers that let an invitation ring that comes across their own', () => {
  it('have one that rings at the higher peer, and one call when it is accepted', async () => {
    await using peers = await startPeers(2, { policy: { glare: 'ring' } })
    const [ada, ben] = peers.all
    const { ofAda } = await collide(peers)
    const remote = await ben.receives()

    await peers.settle()
    expect(remote).toMatchObject({ id: ofAda, state: 'ringing' })
    expect(ada.received).toEqual([])
    expect(ben.service.list()).toEqual([remote])

    await remote.accept()
    expect([calls(ada), calls(ben)]).toEqual([[ofAda], [ofAda]])
  })

  it('have none when it is refused', async () => {
    await using peers = await startPeers(2, { policy: { glare: 'ring' } })
    const [ada, ben] = peers.all

    await collide(peers)
    await (await ben.receives()).refuse()
    await peers.settle()

    expect([ada.service.list(), ben.service.list()]).toEqual([[], []])
    expect(ada.received).toEqual([])
  })
})

describe('two peers that let both invitations go on', () => {
  it('have two that ring, and as many calls as are accepted', async () => {
    await using peers = await startPeers(2, { policy: { glare: 'off' } })
    const [ada, ben] = peers.all
    const { ofAda, ofBen } = await collide(peers)
    const [atAda, atBen] = [await ada.receives(), await ben.receives()]

    expect([atAda.id, atBen.id]).toEqual([ofBen, ofAda])
    await atAda.accept()
    await atBen.refuse()
    expect([calls(ada), calls(ben)]).toEqual([[ofBen], [ofBen]])
  })
})

describe('an invitation that is held back for the lower peer\'s own', () => {
  it('rings once that one is taken back', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const own = ada.service.createLocalInvitation(ben.id)

    // ben goes on with his own: his policy is another
    ben.service.setPolicy({ glare: 'off' })
    await own.send()
    await ben.receives()

    const held = await ben.service.invite(ada.id)

    await eventually(() => { expect(held.state).toBe('delivered') })
    expect(ada.received).toEqual([])

    await own.cancel()
    expect((await ada.receives()).id).toBe(held.id)
    await eventually(() => { expect(held.state).toBe('ringing') })
  })

  it('is taken back when that one is accepted', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all

    ben.service.setPolicy({ glare: 'off' })

    const { local: own, remote } = await ring(ada, ben)
    const held = await ben.service.invite(ada.id)

    await eventually(() => { expect(held.state).toBe('delivered') })
    ben.service.setPolicy({ glare: 'accept' })
    await remote.accept()

    expect(await held.outcome).toMatchObject({ state: 'canceled', reason: 'glare', kept: own.id })
    await peers.settle()
    expect(ada.received).toEqual([])
    expect([calls(ada), calls(ben)]).toEqual([[own.id], [own.id]])
  })
})
