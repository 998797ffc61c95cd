import { describe, expect, it } from 'vitest'
import { eventually } from './eventually.ts'
import { startPeers } from './peers.ts'
import { connect, ring } from './ring.ts'
import { rejection } from './rejection.ts'
import { swallow } from '../../link/nodes.ts'

describe('a callee whose process is killed', () => {
  it('while it rings rings again in its new process', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const { local } = await ring(ada, ben, { content: 'lunch?' })

    await peers.crash(ben)
    await peers.pass(2_000)
    const newBen = await peers.restart(ben)

    await peers.pass(10_000)
    const remote = await newBen.receives()

    expect(remote).toMatchObject({ id: local.id, content: 'lunch?' })
    await remote.accept()
    expect(await local.outcome).toMatchObject({ state: 'accepted' })
    // the caller was told of the delivery once
    expect(peers.log.entries.filter(entry => entry === 'ada delivered')).toHaveLength(1)
  })

  it('while it rings, and does not come back, is given up after 15 s', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const { local } = await ring(ada, ben)

    await peers.crash(ben)
    await peers.pass(15_000)

    expect(local.end).toEqual({ state: 'failed', reason: 'connection-lost', originator: 'system' })
  })

  it('rings only for as long as is left of the ring time', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const { local } = await ring(ada, ben, { ringTime: 30_000 })

    await peers.pass(20_000)
    await peers.crash(ben)
    const newBen = await peers.restart(ben)

    await peers.pass(2_000)
    await newBen.receives()
    await peers.pass(8_000)

    expect(await local.outcome).toMatchObject({ state: 'expired' })
    expect(await newBen.received[0]?.outcome).toMatchObject({ state: 'expired' })
  })

  it('does not ring any more with less than 3 s left', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const { local } = await ring(ada, ben, { ringTime: 30_000 })

    await peers.crash(ben)
    await peers.pass(14_000)
    const newBen = await peers.restart(ben)

    await ada.libp2p.dial(newBen.id)
    await newBen.receives()
    await peers.pass(13_500)
    await peers.crash(newBen)
    const newestBen = await peers.restart(newBen)

    await ada.libp2p.dial(newestBen.id)
    expect(await local.outcome).toMatchObject({ state: 'expired', reason: 'timeout', originator: 'remote' })
    expect(newestBen.received).toEqual([])
  })

  it('during a session ends the session as soon as it is back', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const { local } = await connect(ada, ben)

    await peers.crash(ben)
    expect(local.session?.isOpen).toBe(true)
    await peers.restart(ben)
    await peers.pass(10_000)

    expect(await local.session!.ended).toMatchObject({ originator: 'remote', reason: 'peer-restarted' })
    expect(local.state).toBe('accepted')
  })

  it('right after its accept leaves no session behind', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const { local, remote } = await ring(ada, ben)

    swallow(ada.connectionsTo(ben)[0]!)
    void rejection(remote.accept())
    await local.outcome
    await peers.crash(ben)
    await peers.restart(ben)
    await peers.pass(10_000)

    expect(await local.session!.ended).toMatchObject({ originator: 'remote', reason: 'peer-restarted' })
    await eventually(() => { expect(ada.service.list()).toEqual([]) })
  })

  it('during a session, and does not come back, ends the session after 60 s', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const { local } = await connect(ada, ben)

    await peers.crash(ben)
    await peers.pass(60_000)

    expect(await local.session!.ended).toMatchObject({ originator: 'system', reason: 'connection-lost' })
  })
})

describe('a caller whose process is killed', () => {
  it('while it rings is gone to its callee after 15 s', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const { remote } = await ring(ada, ben)

    await peers.crash(ada)
    await peers.pass(15_000)

    expect(remote.end).toEqual({ state: 'canceled', reason: 'caller-gone', originator: 'system' })
    expect(peers.log.entries.at(-1)).toBe('ben missed')
  })

  it('while it rings, and is back, is gone to its callee as soon as it says so', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const { remote } = await ring(ada, ben)

    await peers.crash(ada)
    await peers.restart(ada)
    await peers.pass(10_000)

    expect(await remote.outcome).toMatchObject({ state: 'canceled', reason: 'caller-gone', originator: 'remote' })
  })

  it('before it confirms leaves an accept that fails', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const { remote } = await ring(ada, ben)

    await peers.crash(ada)
    const rejected = rejection(remote.accept())

    await peers.restart(ada)
    await peers.pass(9_000)

    expect(await rejected).toMatchObject({ name: 'AlreadyEndedError', end: { state: 'failed', reason: 'accept-failed', originator: 'remote' } })
  })

  it('during a session ends the session as soon as it is back', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const { remote } = await connect(ada, ben)

    await peers.crash(ada)
    await peers.restart(ada)
    await peers.pass(10_000)

    expect(await remote.session!.ended).toMatchObject({ originator: 'remote', reason: 'peer-restarted' })
  })

  it('may invite anew at once, and the callee has the new one only', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const { remote: old } = await ring(ada, ben)

    await peers.crash(ada)
    const newAda = await peers.restart(ada)
    const { local, remote } = await ring(newAda, ben)

    expect(await old.outcome).toMatchObject({ state: 'canceled', reason: 'caller-gone' })
    await remote.accept()
    expect(local.state).toBe('accepted')
    await eventually(() => { expect(ben.service.list()).toEqual([remote]) })
  })
})
