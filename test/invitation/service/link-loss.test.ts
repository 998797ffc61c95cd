import { describe, expect, it } from 'vitest'
import { swallow } from '../../link/nodes.ts'
import { eventually } from './eventually.ts'
import { startPeers } from './peers.ts'
import { rejection } from './rejection.ts'
import { connect, ring } from './ring.ts'

describe('a connection that breaks', () => {
  it('while the invite is under way costs nothing but a moment', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all

    await (await ring(ada, ben)).local.cancel()
    // the invite is lost
    swallow(ada.connectionsTo(ben)[0]!)
    const local = await ada.service.invite(ben.id, { content: 'lunch?' })

    peers.cut()
    const remote = await ben.receives(2)

    expect(remote).toMatchObject({ id: local.id, content: 'lunch?' })
    await remote.accept()
    expect(local.state).toBe('accepted')
  })

  it('while it rings makes it ring no second time, and it is answered over the next one', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const { local, remote } = await ring(ada, ben)

    for (let i = 0; i < 3; i++) {
      peers.cut()
      await eventually(() => { expect(ada.streams).not.toHaveLength(0) })
      await peers.pass(1_000)
    }

    await remote.accept({ response: 'still here' })

    expect(await local.outcome).toMatchObject({ state: 'accepted', response: 'still here' })
    expect(peers.log.entries).toEqual([
      'ada sending', 'ben received', 'ben ringing', 'ada delivered', 'ada ringing', 'ben accepting', 'ada accepted', 'ben accepted'
    ])
  })

  it('while it is closed in order, not reset, does neither', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const { local, remote } = await ring(ada, ben)

    await Promise.all(ada.connectionsTo(ben).map(async connection => { await connection.close() }))
    await remote.accept()

    expect(local.state).toBe('accepted')
  })

  it('with the accept on it is followed by the accept on the next one', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const { local, remote } = await ring(ada, ben)

    swallow(ben.connectionsTo(ada)[0]!)
    const accepted = remote.accept({ response: 'on my way' })

    expect(local.state).toBe('ringing')
    peers.cut()
    await accepted

    expect(await local.outcome).toMatchObject({ state: 'accepted', response: 'on my way' })
  })

  it('with the confirm on it is followed by the confirm on the next one', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const { local, remote } = await ring(ada, ben)

    swallow(ada.connectionsTo(ben)[0]!)
    const accepted = remote.accept()

    await local.outcome
    expect(remote.state).toBe('accepting')
    peers.cut()
    await accepted

    expect([local.session?.isOpen, remote.session?.isOpen]).toEqual([true, true])
    expect(peers.log.entries.filter(entry => entry === 'ada accepted')).toHaveLength(1)
  })

  it('with the cancel on it is followed by the cancel on the next one', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const { local, remote } = await ring(ada, ben)

    swallow(ada.connectionsTo(ben)[0]!)
    const canceled = local.cancel({ reason: 'answered-elsewhere' })

    expect(remote.state).toBe('ringing')
    peers.cut()
    await canceled

    expect(await remote.outcome).toMatchObject({ state: 'canceled', reason: 'answered-elsewhere' })
  })

  it('with the refusal on it is followed by the refusal on the next one', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const { local, remote } = await ring(ada, ben)

    swallow(ben.connectionsTo(ada)[0]!)
    const refused = remote.refuse({ text: 'in a tunnel', response: 'call me at six' })

    expect(local.state).toBe('ringing')
    peers.cut()
    await refused

    expect(await local.outcome).toMatchObject({ state: 'refused', reason: 'custom', text: 'in a tunnel', response: 'call me at six' })
  })

  it('with the caller\'s hang-up on it is followed by the hang-up on the next one', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const { local, remote } = await connect(ada, ben)

    swallow(ada.connectionsTo(ben)[0]!)
    const ended = local.session!.end()

    peers.cut()
    await ended

    expect(await remote.session!.ended).toMatchObject({ originator: 'remote', reason: 'hangup' })
  })

  it('with the callee\'s hang-up on it is followed by the hang-up on the next one', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const { local, remote } = await connect(ada, ben)

    swallow(ben.connectionsTo(ada)[0]!)
    const ended = remote.session!.end()

    peers.cut()
    await ended

    expect(await local.session!.ended).toMatchObject({ originator: 'remote', reason: 'hangup' })
  })

  it('during a session leaves the session open', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const { local, remote } = await connect(ada, ben)

    peers.part()
    await peers.pass(30_000)
    peers.join()
    await peers.pass(29_000)
    await eventually(() => {
      expect(ada.streams).not.toHaveLength(0)
      expect(ben.streams).not.toHaveLength(0)
    })
    await peers.pass(60_000)

    expect([local.session?.isOpen, remote.session?.isOpen]).toEqual([true, true])
  })

  it('is noticed by the answer that stays out, where nobody is told that it broke', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all

    await (await ring(ada, ben)).local.cancel()

    for (const [peer, other] of [[ada, ben], [ben, ada]] as const) {
      swallow(peer.connectionsTo(other)[0]!)
    }

    const local = await ada.service.invite(ben.id)

    expect(local.state).toBe('sending')
    await peers.pass(5_000)
    expect((await ben.receives(2)).id).toBe(local.id)
    await eventually(() => { expect(local.state).toBe('ringing') })
  })
})

describe('peers that stay out of each other\'s reach', () => {
  it('both end an invitation that rings after 15 s', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const { local, remote } = await ring(ada, ben)

    peers.part()
    await peers.pass(14_999)
    expect([local.state, remote.state]).toEqual(['ringing', 'ringing'])
    await peers.pass(1)

    expect(local.end).toEqual({ state: 'failed', reason: 'connection-lost', originator: 'system' })
    expect(remote.end).toEqual({ state: 'canceled', reason: 'caller-gone', originator: 'system' })
  })

  it('begin those 15 s anew each time', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const { local, remote } = await ring(ada, ben)

    for (let i = 0; i < 3; i++) {
      peers.part()
      await peers.pass(10_000)
      peers.join()
      // the app dials, or the peer is heard of
      await ada.libp2p.dial(ben.id)
      await eventually(() => { expect(ada.streams.length * ben.streams.length).toBeGreaterThan(0) })
    }

    await remote.accept()
    expect(local.state).toBe('accepted')
  })

  it('both end a session after 60 s, each by itself', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const { local, remote } = await connect(ada, ben)

    peers.part()
    await peers.pass(59_999)
    expect([local.session?.isOpen, remote.session?.isOpen]).toEqual([true, true])
    await peers.pass(1)

    const lost = { originator: 'system', reason: 'connection-lost' }

    expect(await Promise.all([local.session!.ended, remote.session!.ended])).toMatchObject([lost, lost])
    expect([ada.service.list(), ben.service.list()]).toEqual([[], []])
  })

  it('cannot accept: it fails after 10 s, and the caller\'s session ends when they speak again', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const { local, remote } = await ring(ada, ben)

    // the accept arrives, the confirm does not
    swallow(ada.connectionsTo(ben)[0]!)
    const rejected = rejection(remote.accept())

    await local.outcome
    expect(local.session?.isOpen).toBe(true)
    peers.part()
    await peers.pass(10_000)
    expect(await rejected).toMatchObject({ name: 'AlreadyEndedError', end: { state: 'failed', reason: 'accept-failed', originator: 'system' } })
    await expect(remote.accept()).rejects.toMatchObject({ name: 'AlreadyEndedError', end: { state: 'failed' } })
    expect(local.session?.isOpen).toBe(true)

    peers.join()
    await peers.pass(10_000)
    expect(await local.session!.ended).toMatchObject({ originator: 'remote', reason: 'accept-failed' })
  })

  it('resolve a cancel after 30 s without having heard of it, and the callee rings no longer then', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const { local, remote } = await ring(ada, ben)
    let isResolved = false

    peers.part()
    const canceled = local.cancel().finally(() => { isResolved = true })

    await peers.pass(29_999)
    expect(isResolved).toBe(false)
    await peers.pass(1)
    await canceled

    expect(remote.end).toMatchObject({ state: 'canceled', reason: 'caller-gone' })
  })

  it('resolve a refusal after 30 s without having heard of it', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const { local, remote } = await ring(ada, ben)

    peers.part()
    const refused = remote.refuse()

    await peers.pass(30_000)
    await refused

    expect(local.end).toMatchObject({ state: 'failed', reason: 'connection-lost' })
  })

  it('hear the end when they are joined again', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const { local, remote } = await ring(ada, ben)

    peers.part()
    const canceled = local.cancel()

    await peers.pass(5_000)
    expect(remote.state).toBe('ringing')
    peers.join()
    await peers.pass(10_000)
    await canceled

    expect(remote.end).toMatchObject({ state: 'canceled', reason: 'canceled', originator: 'remote' })
  })

  it('do not let an invitation ring that expired meanwhile', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const { local: earlier } = await ring(ada, ben)

    await earlier.cancel()
    peers.part()
    await peers.settle()
    const local = ada.service.createLocalInvitation(ben.id)

    void local.send()
    await peers.pass(30_000)
    expect(local.end).toMatchObject({ state: 'failed', reason: 'peer-offline' })
    peers.join()
    await ada.libp2p.dial(ben.id)
    await peers.pass(60_000)

    expect(ben.received).toHaveLength(1)
  })
})

describe('two peers that dial each other at the same moment', () => {
  it('have one invitation, over whichever stream', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all

    await Promise.all([ada.libp2p.dial(ben.libp2p.getMultiaddrs()), ben.libp2p.dial(ada.libp2p.getMultiaddrs())])
    const { local, remote } = await ring(ada, ben)

    expect(ada.connectionsTo(ben)).toHaveLength(2)
    await remote.accept()
    expect(local.state).toBe('accepted')
    expect(ben.received).toHaveLength(1)
  })

  it('each get their own invitation through, in both directions at once', async () => {
    await using peers = await startPeers(2, { policy: { glare: 'off' } })
    const [ada, ben] = peers.all
    const [ofAda, ofBen] = await Promise.all([ada.service.invite(ben.id), ben.service.invite(ada.id)])

    await (await ada.receives()).accept()
    await (await ben.receives()).accept()

    expect([ofAda.state, ofBen.state]).toEqual(['accepted', 'accepted'])
    expect([ada.received.length, ben.received.length]).toEqual([1, 1])
  })

  it('go on with an invitation when one of the two connections breaks', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all

    await Promise.all([ada.libp2p.dial(ben.libp2p.getMultiaddrs()), ben.libp2p.dial(ada.libp2p.getMultiaddrs())])
    const { local, remote } = await ring(ada, ben)

    for (const connection of ada.connectionsTo(ben).slice(0, 1)) {
      connection.abort(new Error('cut'))
    }

    await remote.accept()
    expect(local.state).toBe('accepted')
  })
})
