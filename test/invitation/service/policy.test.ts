import { describe, expect, it } from 'vitest'
import { InvalidArgumentError, InvitationError } from '../../../src/index.ts'
import { eventually } from './eventually.ts'
import { startPeers } from './peers.ts'
import { RawPeer } from './raw-peer.ts'
import { rejection } from './rejection.ts'
import { ring } from './ring.ts'
import { untyped } from './untyped.ts'
import type { Admission, RefusalReason, RemoteInvitation } from '../../../src/index.ts'

const ID = '0123456789abcdef0123456789abcdef'

describe('a policy that admits', () => {
  it('is asked about each invitation before anybody hears of it', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const asked: RemoteInvitation[] = []

    ben.service.setPolicy({
      admit: (invitation) => {
        asked.push(invitation)
        peers.log.note(`asked while it is ${invitation.state}`)

        return 'ring'
      }
    })

    const { remote } = await ring(ada, ben, { content: 'lunch?', channelId: 'table 5' })

    expect(asked).toEqual([remote])
    expect(remote).toMatchObject({ content: 'lunch?', channelId: 'table 5' })
    expect(remote.peer.equals(ada.id)).toBe(true)
    expect(peers.log.entries).toEqual(['ada sending', 'asked while it is received', 'ben received', 'ben ringing', 'ada delivered', 'ada ringing'])
  })

  it('may take its time, and the caller hears nothing until then', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const admission = Promise.withResolvers<Admission>()

    ben.service.setPolicy({ admit: async () => await admission.promise })

    const local = await ada.service.invite(ben.id)

    await peers.pass(2_000)
    expect(peers.log.entries).toEqual(['ada sending'])

    admission.resolve('ring')
    await ben.receives()
    await eventually(() => { expect(local.state).toBe('ringing') })
  })

  it('lets nothing ring that was taken back while it was asked', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const admission = Promise.withResolvers<Admission>()

    ben.service.setPolicy({ admit: async () => await admission.promise })

    const local = await ada.service.invite(ben.id)

    await local.cancel()
    admission.resolve('ring')
    await peers.settle()

    expect(peers.log.entries).toEqual(['ada sending', 'ada canceled'])
    expect(ben.received).toEqual([])
    expect(ben.service.list()).toEqual([])
  })

  it('is not asked again when the invite comes again', async () => {
    await using peers = await startPeers(2)
    const [, ben] = peers.all
    await using raw = await RawPeer.connect(ben)
    let asked = 0

    ben.service.setPolicy({
      admit: () => {
        asked++

        return 'ring'
      }
    })
    raw.say({ kind: 'invite', id: ID, ringTime: 60_000, age: 0 })
    await ben.receives()
    raw.say({ kind: 'invite', id: ID, ringTime: 60_000, age: 10 })
    await eventually(() => { expect(raw.heard.map(({ kind }) => kind)).toEqual(['delivered', 'ringing', 'ringing']) })

    expect(asked).toBe(1)
    expect(ben.received).toHaveLength(1)
  })

  it('decides by what it returns, and not by a verb', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const tried: Array<Promise<Error>> = []

    ben.service.setPolicy({
      admit: (invitation) => {
        tried.push(rejection(invitation.accept()), rejection(invitation.refuse()))

        return 'ring'
      }
    })
    const { remote } = await ring(ada, ben)

    for (const error of await Promise.all(tried)) {
      expect(error).toBeInstanceOf(InvalidArgumentError)
    }

    await remote.accept()
  })

  it('applies to what comes after it was set, part by part', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    let asked = 0

    ben.service.setPolicy({
      admit: () => {
        asked++

        return 'ignore'
      }
    })

    const ignored = await ada.service.invite(ben.id)

    await eventually(() => { expect(asked).toBe(1) })
    ben.service.setPolicy({ admit: () => 'ring' })
    await ring(ada, ben)
    ben.service.setPolicy({ busy: 'refuse' })
    await ring(ada, ben)

    expect(ignored.state).toBe('sending')
  })
})

describe('a policy that ignores', () => {
  it('says nothing at all on the wire, whatever the caller says', async () => {
    await using peers = await startPeers(2, { policy: { admit: () => 'ignore' } })
    const [, ben] = peers.all
    await using raw = await RawPeer.connect(ben)

    raw.say({ kind: 'invite', id: ID, ringTime: 60_000, age: 0 })
    await peers.settle()
    raw.say({ kind: 'invite', id: ID, ringTime: 60_000, age: 10 })
    await peers.settle()
    raw.say({ kind: 'stop', id: ID, reason: 'timeout' })
    await peers.settle()

    expect(raw.heard).toEqual([])
    expect(peers.log.entries).toEqual([])

    // it is there, and hears
    ben.service.setPolicy({ admit: () => 'ring' })
    raw.say({ kind: 'invite', id: ID.replace('0', '1'), ringTime: 60_000, age: 0 })
    await eventually(() => { expect(raw.heard.map(({ kind }) => kind)).toEqual(['delivered', 'ringing']) })
  })

  it('lets the caller wait, as if nobody were there', async () => {
    await using peers = await startPeers(2, { policy: { admit: () => 'ignore' } })
    const [ada, ben] = peers.all
    const local = await ada.service.invite(ben.id)

    await peers.pass(30_000)

    expect(await local.outcome).toMatchObject({ state: 'failed', reason: 'no-response', originator: 'system' })
    expect(ben.received).toEqual([])
    expect(ben.service.list()).toEqual([])
    expect(peers.log.entries.filter(entry => entry.startsWith('ben'))).toEqual([])
  })

  it('leaves nothing to answer', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const asked: RemoteInvitation[] = []

    ben.service.setPolicy({
      admit: (invitation) => {
        asked.push(invitation)

        return 'ignore'
      }
    })
    await ada.service.invite(ben.id)
    await eventually(() => { expect(asked).toHaveLength(1) })

    await expect(asked[0]?.accept()).rejects.toThrow(InvitationError)
    await expect(asked[0]?.refuse()).rejects.toThrow(InvitationError)
    expect(() => { asked[0]?.ignore() }).toThrow(InvitationError)
  })

  it('may take its time over it', async () => {
    await using peers = await startPeers(2, { policy: { admit: async () => 'ignore' as const } })
    const [ada, ben] = peers.all
    const local = await ada.service.invite(ben.id)

    await peers.pass(30_000)

    expect(local.end).toMatchObject({ reason: 'no-response' })
    expect(peers.log.entries.filter(entry => entry.startsWith('ben'))).toEqual([])
  })
})

describe('a policy that refuses', () => {
  const REASONS: RefusalReason[] = ['declined', 'busy', 'do-not-disturb', 'no-answer', 'unavailable', 'unsupported', 'not-allowed', 'need-permission', 'custom']

  it.each(REASONS)('tells the caller that, and its own call log: %s', async (reason) => {
    await using peers = await startPeers(2, { policy: { admit: () => ({ refuse: reason }) } })
    const [ada, ben] = peers.all
    const ends: unknown[] = []

    ben.service.addEventListener('invitation:ended', ({ detail: { end } }) => { ends.push(end) })
    const local = await ada.service.invite(ben.id)

    expect(await local.outcome).toMatchObject({ state: 'refused', reason, originator: 'remote' })
    expect(ends).toEqual([{ state: 'refused', reason, originator: 'system' }])
    expect(peers.log.entries).toEqual(['ada sending', 'ben refused', 'ada delivered', 'ada refused'])
    expect(ben.received).toEqual([])
  })

  it('may take its time over it', async () => {
    await using peers = await startPeers(2, { policy: { admit: async () => ({ refuse: 'need-permission' }) } })
    const [ada, ben] = peers.all

    expect(await (await ada.service.invite(ben.id)).outcome).toMatchObject({ state: 'refused', reason: 'need-permission' })
  })
})

describe('a policy that fails', () => {
  it.each<[string, () => Admission | Promise<Admission>]>([
    ['throws', () => { throw new Error('a fault of the app') }],
    ['rejects', async () => { throw new Error('a fault of the app') }]
  ])('lets nobody in, tells nobody, and is logged: it %s', async (_, admit) => {
    await using peers = await startPeers(2, { policy: { admit } })
    const [ada, ben] = peers.all
    const local = await ada.service.invite(ben.id)

    await peers.pass(30_000)

    expect(local.end).toMatchObject({ state: 'failed', reason: 'no-response' })
    expect(ben.received).toEqual([])
    expect(ben.errors).toEqual([['the policy failed, the invitation is ignored - %e', new Error('a fault of the app')]])
  })

  it.each<unknown>([
    undefined, null, true, 'yes', 'refuse', {}, { refuse: 'asleep' }, { refuse: undefined }, Promise.resolve('yes'), Promise.resolve()
  ])('is one that answers something else: %o', async (answer) => {
    await using peers = await startPeers(2, { policy: { admit: () => untyped(answer) } })
    const [ada, ben] = peers.all

    await ada.service.invite(ben.id)

    await eventually(() => { expect(ben.errors).toHaveLength(1) })
    expect(ben.errors[0]?.[1]).toMatchObject({ name: 'InvalidArgumentError' })
    await peers.settle()
    expect(ben.received).toEqual([])
  })
})
