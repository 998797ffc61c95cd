import { describe, expect, it } from 'vitest'
import {
  AlreadyAcceptedError, AlreadyEndedError, AlreadySentError, InvalidArgumentError, InvitationError, NotFoundError,
  NotStartedError, RateLimitedError, SessionEndedError, WrongRoleError
} from '../../../src/index.ts'
import { startPeers } from './peers.ts'
import { rejection } from './rejection.ts'
import { connect, ring } from './ring.ts'
import { untyped } from './untyped.ts'

const CANCELED = { state: 'canceled', reason: 'canceled', originator: 'local' }

describe('a caller\'s invitation', () => {
  it('is sent once', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const local = ada.service.createLocalInvitation(ben.id)
    const sent = local.send()

    await expect(local.send()).rejects.toThrow(AlreadySentError)
    await sent
    await expect(local.send()).rejects.toThrow(AlreadySentError)
    expect(local.state).not.toBe('canceled')
  })

  it('is not sent after it was taken back', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const local = ada.service.createLocalInvitation(ben.id)

    await local.cancel()

    await expect(local.send()).rejects.toMatchObject({ name: 'AlreadyEndedError', end: CANCELED })
    await peers.settle()
    expect(peers.log.entries).toEqual(['ada canceled'])
    expect(ada.libp2p.getConnections()).toEqual([])
  })

  it('is not sent again after it has ended', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const { local, remote } = await ring(ada, ben)

    await remote.refuse()

    await expect(local.send()).rejects.toThrow(AlreadyEndedError)
  })

  it('is not canceled after it was accepted', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const { local } = await connect(ada, ben)

    await expect(local.cancel()).rejects.toThrow(AlreadyAcceptedError)
    expect(local.session?.isOpen).toBe(true)

    await local.session!.end()
    await expect(local.cancel()).rejects.toThrow(AlreadyAcceptedError)
  })

  it('is canceled once', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const { local } = await ring(ada, ben)
    const canceled = local.cancel({ reason: 'replaced' })

    await expect(local.cancel()).rejects.toMatchObject({ name: 'AlreadyEndedError', end: { ...CANCELED, reason: 'replaced' } })
    await canceled
    await expect(local.cancel()).rejects.toMatchObject({ name: 'AlreadyEndedError', end: { ...CANCELED, reason: 'replaced' } })
  })

  it('is not canceled after it was refused', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const { local, remote } = await ring(ada, ben)

    await remote.refuse({ reason: 'busy' })

    await expect(local.cancel()).rejects.toMatchObject({ name: 'AlreadyEndedError', end: { state: 'refused', reason: 'busy', originator: 'remote' } })
  })

  it('is not canceled after it has expired', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const { local } = await ring(ada, ben, { ringTime: 1_000 })

    await peers.pass(1_000)

    await expect(local.cancel()).rejects.toMatchObject({ name: 'AlreadyEndedError', end: { state: 'expired', reason: 'timeout', originator: 'system' } })
  })

  it('is not canceled after it has failed', async () => {
    await using peers = await startPeers(2, { acquainted: false })
    const [ada, ben] = peers.all
    const local = ada.service.createLocalInvitation(ben.id, { deliveryTime: 1_000 })
    const sent = local.send()

    await peers.pass(1_000)
    await sent

    await expect(local.cancel()).rejects.toMatchObject({ name: 'AlreadyEndedError', end: { state: 'failed', reason: 'peer-offline', originator: 'system' } })
  })

  it('has no session before it is sent, nor before it is accepted', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all

    expect(ada.service.createLocalInvitation(ben.id).session).toBeUndefined()
    expect((await ring(ada, ben)).local.session).toBeUndefined()
  })

  it('has no session after it was canceled, and ends one once', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const { local: canceled } = await ring(ada, ben)

    await canceled.cancel()
    expect(canceled.session).toBeUndefined()

    const { local: accepted } = await connect(ada, ben)
    const ended = accepted.session!.end()

    await expect(accepted.session!.end()).rejects.toThrow(SessionEndedError)
    await ended
    await expect(accepted.session!.end()).rejects.toThrow(SessionEndedError)
  })

  it('leaves its session alone once the callee has ended it', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const { local, remote } = await connect(ada, ben)

    await remote.session!.end()

    await expect(local.session!.end()).rejects.toMatchObject({ name: 'SessionEndedError', end: { originator: 'remote', reason: 'hangup' } })
    expect(await local.session!.ended).toMatchObject({ originator: 'remote', reason: 'hangup' })
  })

  it('is not for its caller to answer', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const { local } = await ring(ada, ben)

    await expect(local.accept()).rejects.toThrow(WrongRoleError)
    await expect(local.refuse()).rejects.toThrow(WrongRoleError)
    expect(() => { local.ignore() }).toThrow(WrongRoleError)
    expect(local.state).toBe('ringing')
  })
})

describe('a callee\'s invitation', () => {
  it('is not for its callee to send or cancel', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const { remote } = await ring(ada, ben)

    await expect(remote.send()).rejects.toThrow(WrongRoleError)
    await expect(remote.cancel()).rejects.toThrow(WrongRoleError)
    expect(remote.state).toBe('ringing')
  })

  it('is accepted once', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const { remote } = await ring(ada, ben)
    const accepted = remote.accept()

    await expect(remote.accept()).rejects.toThrow(AlreadyAcceptedError)
    await accepted
    await expect(remote.accept()).rejects.toThrow(AlreadyAcceptedError)
  })

  it('is neither refused nor ignored after it was accepted', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const { remote } = await ring(ada, ben)
    const accepted = remote.accept()

    await expect(remote.refuse()).rejects.toThrow(AlreadyAcceptedError)
    expect(() => { remote.ignore() }).toThrow(AlreadyAcceptedError)
    await accepted
    await expect(remote.refuse()).rejects.toThrow(AlreadyAcceptedError)
    expect(() => { remote.ignore() }).toThrow(AlreadyAcceptedError)
    expect(remote.session?.isOpen).toBe(true)
  })

  it('is not answered after it was canceled', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const { local, remote } = await ring(ada, ben)
    const wrong = { name: 'AlreadyEndedError', end: { ...CANCELED, originator: 'remote' } }

    await local.cancel()

    await expect(remote.accept()).rejects.toMatchObject(wrong)
    await expect(remote.refuse()).rejects.toMatchObject(wrong)
    expect(() => { remote.ignore() }).toThrow(expect.objectContaining(wrong))
  })

  it('is not answered after it has expired', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const { remote } = await ring(ada, ben, { ringTime: 1_000 })

    await peers.pass(1_000)
    await remote.outcome

    await expect(remote.accept()).rejects.toMatchObject({ name: 'AlreadyEndedError', end: { state: 'expired', reason: 'timeout', originator: 'remote' } })
  })

  it('is not answered after it was refused', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const { remote } = await ring(ada, ben)
    const refused = remote.refuse({ reason: 'do-not-disturb' })
    const wrong = { name: 'AlreadyEndedError', end: { state: 'refused', reason: 'do-not-disturb', originator: 'local' } }

    await expect(remote.refuse()).rejects.toMatchObject(wrong)
    await refused
    await expect(remote.accept()).rejects.toMatchObject(wrong)
    expect(() => { remote.ignore() }).toThrow(expect.objectContaining(wrong))
  })

  it('says in the error of accept() what had happened first at the caller', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const { local, remote } = await ring(ada, ben)
    // both at once: the words cross
    const [accepted] = await Promise.all([rejection(remote.accept()), local.cancel()])

    expect(accepted).toMatchObject({ name: 'AlreadyEndedError', end: { ...CANCELED, originator: 'remote' } })
    expect(accepted.message).toContain('canceled')
  })

  it('has no session before it is accepted, nor after it was refused, and ends one once', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const { remote } = await ring(ada, ben)

    expect(remote.session).toBeUndefined()
    await remote.refuse()
    expect(remote.session).toBeUndefined()

    const { remote: accepted } = await connect(ada, ben)
    const ended = accepted.session!.end()

    await expect(accepted.session!.end()).rejects.toThrow(SessionEndedError)
    await ended
    await expect(accepted.session!.end()).rejects.toThrow(SessionEndedError)
  })
})

describe('the service', () => {
  it('sends nothing before it is started, and the same invitation afterwards', async () => {
    await using peers = await startPeers(2, { started: false })
    const [ada, ben] = peers.all
    const local = ada.service.createLocalInvitation(ben.id)

    await expect(local.send()).rejects.toThrow(NotStartedError)
    await expect(ada.service.invite(ben.id)).rejects.toThrow(NotStartedError)
    expect(local.state).toBe('idle')

    await Promise.all(peers.all.map(async ({ libp2p }) => { await libp2p.start() }))
    await peers.acquaint()
    await local.send()
    expect((await ben.receives()).id).toBe(local.id)
  })

  it('sends nothing after it was stopped', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const local = ada.service.createLocalInvitation(ben.id)

    await ada.stop()

    await expect(local.send()).rejects.toThrow(NotStartedError)
    await expect(ada.service.invite(ben.id)).rejects.toThrow(NotStartedError)
    expect(ada.environment.pendingTimers).toBe(0)
  })

  it('takes an invitation back that was never sent, started or not', async () => {
    await using peers = await startPeers(2, { started: false })
    const [ada, ben] = peers.all
    const local = ada.service.createLocalInvitation(ben.id)

    await local.cancel()

    expect(await local.outcome).toMatchObject(CANCELED)
    expect(ada.service.list()).toEqual([])
  })

  it('finds no invitation of an unknown id, nor one that is over', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const { local, remote } = await ring(ada, ben)

    expect(() => ada.service.get('00'.repeat(16))).toThrow(NotFoundError)
    expect(() => ada.service.get(untyped(undefined))).toThrow(NotFoundError)
    expect(ada.service.get(local.id)).toBe(local)
    expect(ben.service.get(local.id)).toBe(remote)
    expect(ada.service.list()).toEqual([local])

    await local.cancel()
    expect(() => ada.service.get(local.id)).toThrow(NotFoundError)
    expect(ada.service.list()).toEqual([])
    expect(ben.service.list()).toEqual([])
  })

  it('sends no more than so many at a time', async () => {
    await using peers = await startPeers(2, { limits: { live: 2 } })
    const [ada, ben] = peers.all
    const [first] = await Promise.all([ada.service.invite(ben.id), ada.service.invite(ben.id)])
    const third = ada.service.createLocalInvitation(ben.id)

    await expect(third.send()).rejects.toThrow(RateLimitedError)
    await expect(ada.service.invite(ben.id)).rejects.toThrow(RateLimitedError)
    expect(third.state).toBe('idle')

    await first.cancel()
    await third.send()
    expect((await ben.receives(3)).id).toBe(third.id)
  })

  it.each([
    { glare: 'fight' }, { glare: null }, { busy: 'refused' }, { busy: true }, { admit: 'ring' }, { admit: null },
    'closed', '', { strangers: 'refuse' }, { strangers: null },
    { refuseWhile: 'busy' }, { refuseWhile: ['away'] }, { refuseWhile: ['busy', 'leaving'] }, { refuseWhile: null }
  ])('has no such policy: %o', async (policy) => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all

    expect(() => { ben.service.setPolicy(untyped(policy)) }).toThrow(InvalidArgumentError)
    await expect(startPeers(2, { policy: untyped(policy) })).rejects.toThrow(InvalidArgumentError)

    // the old one stands
    await ring(ada, ben)
  })

  it('throws errors that one class tells from others\' errors', async () => {
    await using peers = await startPeers(2, { started: false })
    const [ada, ben] = peers.all
    const error = await rejection(ada.service.invite(ben.id))

    expect(error).toBeInstanceOf(InvitationError)
    expect(error.name).toBe('NotStartedError')
  })
})
