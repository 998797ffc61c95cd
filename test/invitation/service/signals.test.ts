import { getEventListeners } from 'node:events'
import { describe, expect, it } from 'vitest'
import { AbortError } from '../../../src/index.ts'
import { swallow } from '../../link/nodes.ts'
import { eventually } from './eventually.ts'
import { startPeers } from './peers.ts'
import { rejection } from './rejection.ts'
import { connect, ring } from './ring.ts'

const CANCELED = { state: 'canceled', reason: 'canceled', originator: 'local' }

describe('a signal', () => {
  it('that is aborted already keeps every verb from doing anything', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const signal = AbortSignal.abort(new Error('changed my mind'))
    const idle = ada.service.createLocalInvitation(ben.id)

    expect(await rejection(idle.send({ signal }))).toMatchObject({ name: 'AbortError', cause: signal.reason })
    expect(idle.state).toBe('idle')
    await expect(ada.service.invite(ben.id, { signal })).rejects.toThrow(AbortError)
    expect(ada.service.list()).toEqual([])

    const { local, remote } = await ring(ada, ben)

    await expect(local.cancel({ signal })).rejects.toThrow(AbortError)
    await expect(remote.accept({ signal })).rejects.toThrow(AbortError)
    await expect(remote.refuse({ signal })).rejects.toThrow(AbortError)
    expect([local.state, remote.state]).toEqual(['ringing', 'ringing'])

    await remote.accept()
    await expect(local.session!.end({ signal })).rejects.toThrow(AbortError)
    await expect(remote.session!.end({ signal })).rejects.toThrow(AbortError)
    expect([local.session?.isOpen, remote.session?.isOpen]).toEqual([true, true])
  })

  it('takes an invitation back that waits for a peer who is not there, and nobody hears of it', async () => {
    await using peers = await startPeers(2, { acquainted: false })
    const [ada, ben] = peers.all
    const abort = new AbortController()
    const local = ada.service.createLocalInvitation(ben.id)
    const sent = rejection(local.send({ signal: abort.signal }))

    await peers.pass(1_000)
    expect(local.state).toBe('sending')
    abort.abort()

    expect(await sent).toBeInstanceOf(AbortError)
    expect(await local.outcome).toMatchObject(CANCELED)
    expect(ada.service.list()).toEqual([])

    await peers.acquaint()
    await ring(ada, ben)
    expect(ben.received.map(({ id }) => id)).not.toContain(local.id)
  })

  it('takes an invitation of invite() back in the same way', async () => {
    await using peers = await startPeers(2, { acquainted: false })
    const [ada, ben] = peers.all
    const abort = new AbortController()
    const invited = rejection(ada.service.invite(ben.id, { signal: abort.signal }))
    const [local] = ada.service.list()

    abort.abort()

    expect(await invited).toBeInstanceOf(AbortError)
    expect(local?.state).toBe('canceled')
  })

  it('does nothing any more once the invitation is on its way', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const abort = new AbortController()
    const local = await ada.service.invite(ben.id, { signal: abort.signal })

    abort.abort()

    await (await ben.receives()).accept()
    expect(await local.outcome).toMatchObject({ state: 'accepted' })
  })

  it('ends the wait of cancel(), and the cancel stands', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const abort = new AbortController()
    const { local, remote } = await ring(ada, ben)

    swallow(ben.connectionsTo(ada)[0]!)
    const canceled = rejection(local.cancel({ signal: abort.signal }))

    expect(await remote.outcome).toMatchObject({ state: 'canceled' })
    abort.abort()

    expect(await canceled).toBeInstanceOf(AbortError)
    expect(local.end).toEqual(CANCELED)
  })

  it('ends the wait of accept(), and the accept stands', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const abort = new AbortController()
    const { local, remote } = await ring(ada, ben)

    swallow(ada.connectionsTo(ben)[0]!)
    const accepted = rejection(remote.accept({ signal: abort.signal }))

    expect(await local.outcome).toMatchObject({ state: 'accepted' })
    abort.abort()
    expect(await accepted).toBeInstanceOf(AbortError)
    expect(remote.state).toBe('accepting')

    peers.cut()
    expect(await remote.outcome).toMatchObject({ state: 'accepted' })
    expect(remote.session?.isOpen).toBe(true)
  })

  it('ends the wait of refuse(), and the refusal stands', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const abort = new AbortController()
    const { local, remote } = await ring(ada, ben)

    swallow(ada.connectionsTo(ben)[0]!)
    const refused = rejection(remote.refuse({ signal: abort.signal }))

    expect(await local.outcome).toMatchObject({ state: 'refused' })
    abort.abort()

    expect(await refused).toBeInstanceOf(AbortError)
    expect(remote.end).toMatchObject({ state: 'refused' })
  })

  it('ends the wait of the caller\'s end of a session, and the session has ended', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const abort = new AbortController()
    const { local, remote } = await connect(ada, ben)

    swallow(ben.connectionsTo(ada)[0]!)
    const ended = rejection(local.session!.end({ signal: abort.signal }))

    expect(await remote.session!.ended).toMatchObject({ originator: 'remote', reason: 'hangup' })
    abort.abort()

    expect(await ended).toBeInstanceOf(AbortError)
    expect(await local.session!.ended).toMatchObject({ originator: 'local', reason: 'hangup' })
  })

  it('ends the wait of the callee\'s end of a session, and the session has ended', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const abort = new AbortController()
    const { local, remote } = await connect(ada, ben)

    swallow(ada.connectionsTo(ben)[0]!)
    const ended = rejection(remote.session!.end({ signal: abort.signal }))

    expect(await local.session!.ended).toMatchObject({ originator: 'remote', reason: 'hangup' })
    abort.abort()

    expect(await ended).toBeInstanceOf(AbortError)
    expect(await remote.session!.ended).toMatchObject({ originator: 'local', reason: 'hangup' })
  })

  it('ends a walk over the states, and no other walk', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const abort = new AbortController()
    const { local } = await ring(ada, ben)
    const aborted: string[] = []
    const other: string[] = []
    const walk = rejection((async () => {
      for await (const state of local.states({ signal: abort.signal })) {
        aborted.push(state)
      }
    })())
    const otherWalk = (async () => {
      for await (const state of local) {
        other.push(state)
      }
    })()

    await eventually(() => { expect(aborted).toHaveLength(4) })
    abort.abort()
    expect(await walk).toBeInstanceOf(AbortError)

    await local.cancel()
    await otherWalk
    expect(aborted).toEqual(['idle', 'sending', 'delivered', 'ringing'])
    expect(other).toEqual(['idle', 'sending', 'delivered', 'ringing', 'canceled'])
  })

  it('is not listened to any more once the verb is done', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const { signal } = new AbortController()
    const local = await ada.service.invite(ben.id, { signal })
    const walked: string[] = []
    const walk = (async () => {
      for await (const state of local.states({ signal })) {
        walked.push(state)
      }
    })()
    const remote = await ben.receives()

    await remote.accept({ signal })
    await local.session!.end({ signal })
    await walk

    expect(walked.at(-1)).toBe('accepted')
    expect(getEventListeners(signal, 'abort')).toEqual([])
  })
})
