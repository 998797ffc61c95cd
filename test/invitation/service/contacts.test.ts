import { describe, expect, it } from 'vitest'
import { eventually } from './eventually.ts'
import { startPeers } from './peers.ts'
import { RawPeer } from './raw-peer.ts'
import { connect, ring } from './ring.ts'
import { untyped } from './untyped.ts'
import type { End } from '../../../src/index.ts'
import type { Peers } from './peers.ts'
import type { TestPeer } from './test-peer.ts'

const ID = '0123456789abcdef0123456789abcdef'
const INVITE = { kind: 'invite', id: ID, ringTime: 60_000, age: 0 } as const

/** As an invitation ends that nobody answers. */
const UNHEARD = { state: 'failed', reason: 'no-response', originator: 'system' }

/** How an invitation has ended after the time in which it may be delivered, if it has. */
async function endOf (peers: Peers<TestPeer[]>, caller: TestPeer, callee: TestPeer, token?: string): Promise<End | undefined> {
  const local = await caller.service.invite(callee.id, token == null ? {} : { token })

  await peers.pass(30_000)

  return local.end
}

describe('a peer that lets contacts in', () => {
  it('rings for contacts, and is not there for strangers', async () => {
    const contacts = new Set<string>()
    await using peers = await startPeers(3, { policy: 'contacts', contacts })
    const [ada, ben, cyd] = peers.all

    contacts.add(ada.id.toString())
    await ring(ada, ben)
    expect(await endOf(peers, cyd, ben)).toMatchObject(UNHEARD)

    expect(ben.received).toHaveLength(1)
    expect(peers.log.entries.filter(entry => entry.startsWith('ben'))).toEqual(['ben received', 'ben ringing'])
  })

  it('goes by its contacts as they are when an invite comes', async () => {
    const contacts = new Set<string>()
    await using peers = await startPeers(2, { policy: 'contacts', contacts })
    const [ada, ben] = peers.all

    expect(await endOf(peers, ada, ben)).toMatchObject(UNHEARD)
    contacts.add(ada.id.toString())
    await ring(ada, ben)
    contacts.delete(ada.id.toString())
    expect(await endOf(peers, ada, ben)).toMatchObject(UNHEARD)
  })

  it('rings for nobody where it has none', async () => {
    await using peers = await startPeers(2, { policy: { strangers: 'ignore' } })
    const [ada, ben] = peers.all

    expect(await endOf(peers, ada, ben)).toMatchObject(UNHEARD)
  })

  it('may be told to do so, and not to, at any time', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all

    ben.service.setPolicy('contacts')
    expect(await endOf(peers, ada, ben)).toMatchObject(UNHEARD)
    ben.service.setPolicy('open')
    await ring(ada, ben)
    ben.service.setPolicy({ strangers: 'ignore' })
    expect(await endOf(peers, ada, ben)).toMatchObject(UNHEARD)
  })

  it('does not ask the app about strangers', async () => {
    let asked = 0
    await using peers = await startPeers(2, {
      policy: {
        strangers: 'ignore',
        admit: () => {
          asked++

          return 'ring'
        }
      }
    })
    const [ada, ben] = peers.all

    expect(await endOf(peers, ada, ben)).toMatchObject(UNHEARD)
    expect(asked).toBe(0)
  })

  it('invites whom it likes, and is answered', async () => {
    await using peers = await startPeers(2, { policy: 'open' })
    const [ada, ben] = peers.all

    ada.service.setPolicy('contacts')

    const { local } = await connect(ada, ben)
    const { session } = await local.outcome

    await ben.received[0]!.session!.send('hello')
    await ben.received[0]!.session!.end()
    expect((await session!.ended).reason).toBe('hangup')
  })

  it('takes the one that it is inviting itself for a contact: one call comes out', async () => {
    await using peers = await startPeers(2, { policy: 'contacts' })
    const [ada, ben] = peers.all
    const [ofAda, ofBen] = await Promise.all([ada.service.invite(ben.id), ben.service.invite(ada.id)])

    expect(await ofAda.outcome).toMatchObject({ state: 'accepted' })
    expect(await ofBen.outcome).toMatchObject({ state: 'canceled', reason: 'glare', kept: ofAda.id })
  })

  it.each<[string, unknown]>([
    ['throw', { has: () => { throw new Error('a fault of the app') } }],
    ['answer later', { has: async () => true }]
  ])('lets nobody in by contacts that %s', async (_, contacts) => {
    await using peers = await startPeers(2, { policy: 'contacts', contacts: untyped(contacts) })
    const [ada, ben] = peers.all

    expect(await endOf(peers, ada, ben)).toMatchObject(UNHEARD)
  })

  it('keeps nothing of what strangers say, and says nothing but what any peer says of ids that it does not know', async () => {
    await using peers = await startPeers(2, { policy: 'contacts' })
    const [, ben] = peers.all
    await using raw = await RawPeer.connect(ben)

    raw.say(INVITE, { kind: 'stop', id: ID, reason: 'canceled' }, INVITE, { ...INVITE, id: 'f'.repeat(32), age: 59_000 })
    raw.say({ kind: 'confirm', id: ID }, { kind: 'accept', id: ID })
    await eventually(() => { expect(raw.heard).toHaveLength(2) })

    // what a caller or a callee must hear whose other side was restarted
    expect(raw.heard).toEqual([{ kind: 'ended', id: ID, reason: 'unknown' }, { kind: 'stop', id: ID, reason: 'unknown' }])
    expect(ben.service.list()).toEqual([])
  })
})

describe('an invite token', () => {
  it('lets a stranger in, whose words are then heard as a contact\'s', async () => {
    await using peers = await startPeers(2, { policy: 'contacts' })
    const [ada, ben] = peers.all
    const token = await ben.tokens.create()
    const { local, remote } = await ring(ada, ben, { token })

    await local.cancel()
    expect(remote.end).toMatchObject({ state: 'canceled', reason: 'canceled' })

    const call = await connect(ada, ben, { token })

    await call.local.session!.end()
    expect((await call.remote.session!.ended).reason).toBe('hangup')
  })

  it('lets nobody in that is wrong, revoked, run out, or another peer\'s', async () => {
    await using peers = await startPeers(2, { policy: 'contacts' })
    const [ada, ben] = peers.all
    const token = await ben.tokens.create()

    await ben.tokens.revoke(token)
    expect(await endOf(peers, ada, ben, token)).toMatchObject(UNHEARD)
    expect(await endOf(peers, ada, ben, 'mfrggzdfmztwq2lknnwg23tpoa')).toMatchObject(UNHEARD)
    expect(await endOf(peers, ada, ben, '')).toMatchObject(UNHEARD)
    expect(await endOf(peers, ada, ben, await ada.tokens.create())).toMatchObject(UNHEARD)

    const brief = await ben.tokens.create({ lifetime: 1_000 })

    await peers.pass(1_000)
    expect(await endOf(peers, ada, ben, brief)).toMatchObject(UNHEARD)
  })

  it('goes on ringing that was revoked meanwhile', async () => {
    await using peers = await startPeers(2, { policy: 'contacts' })
    const [ada, ben] = peers.all
    const token = await ben.tokens.create()
    const { local, remote } = await ring(ada, ben, { token })

    await ben.tokens.revoke(token)
    await remote.accept()
    expect(await local.outcome).toMatchObject({ state: 'accepted' })
  })

  it('goes along each time that the invite is said, so that a callee which was started anew rings again', async () => {
    await using peers = await startPeers(2, { policy: 'contacts' })
    const [ada, ben] = peers.all
    const token = await ben.tokens.create({ peers: 1 })

    const { local } = await ring(ada, ben, { token })

    await peers.crash(ben)

    const again = await peers.restart(ben)

    await peers.pass(5_000)
    expect((await again.receives()).id).toBe(local.id)
  })

  it('is refused like a contact where its bearer is', async () => {
    await using peers = await startPeers(2, { policy: 'contacts' })
    const [ada, ben] = peers.all

    ben.presence.status = 'do-not-disturb'

    const local = await ada.service.invite(ben.id, { token: await ben.tokens.create() })

    expect(await local.outcome).toMatchObject({ state: 'refused', reason: 'do-not-disturb' })
  })

  it('means nothing to a peer that hands out none, and no harm', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all

    expect((await ring(ada, ben, { token: 'mfrggzdfmztwq2lknnwg23tpoa' })).local.state).toBe('ringing')
  })
})
