import { describe, expect, it } from 'vitest'
import { swallow } from '../../link/nodes.ts'
import { startPeers } from './peers.ts'
import { connect, ring } from './ring.ts'
import type { TestPeer } from './test-peer.ts'
import type { CancelReason, RefusalReason } from '../../../src/index.ts'

/** All that one service tells, as a call log would write it down. */
function callLog ({ service }: TestPeer): string[] {
  const lines: string[] = []

  service.addEventListener('invitation:received', ({ detail: { role, id } }) => { lines.push(`received ${role} ${id}`) })
  service.addEventListener('invitation:state', ({ detail: { invitation: { role, id }, state } }) => { lines.push(`state ${role} ${id} ${state}`) })
  service.addEventListener('invitation:undelivered', ({ detail: { role, id } }) => { lines.push(`undelivered ${role} ${id}`) })
  service.addEventListener('invitation:ended', ({ detail: { invitation: { role, id }, end } }) => { lines.push(`ended ${role} ${id} ${end.state} ${end.reason} ${end.originator}`) })
  service.addEventListener('invitation:missed', ({ detail: { invitation: { role, id }, end } }) => { lines.push(`missed ${role} ${id} ${end.state} ${end.reason} ${end.originator}`) })
  service.addEventListener('session:opened', ({ detail: { role, id } }) => { lines.push(`session ${role} ${id} opened`) })
  service.addEventListener('session:ended', ({ detail: { session: { role, id }, end } }) => { lines.push(`session ${role} ${id} ${end.reason} ${end.originator}`) })

  return lines
}

describe('a service', () => {
  it('tells a call log all of an accepted invitation, in order', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const [ofAda, ofBen] = [callLog(ada), callLog(ben)]
    const { local: { id }, local } = await connect(ada, ben)

    await local.session!.end()

    expect(ofAda).toEqual([
      `state caller ${id} sending`,
      `state caller ${id} delivered`,
      `state caller ${id} ringing`,
      `state caller ${id} accepted`,
      `ended caller ${id} accepted accepted remote`,
      `session caller ${id} opened`,
      `session caller ${id} hangup local`
    ])
    expect(ofBen).toEqual([
      `received callee ${id}`,
      `state callee ${id} received`,
      `state callee ${id} ringing`,
      `state callee ${id} accepting`,
      `state callee ${id} accepted`,
      `ended callee ${id} accepted accepted local`,
      `session callee ${id} opened`,
      `session callee ${id} hangup remote`
    ])
  })

  it('tells the same handle as the one that was sent, or received', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const told = new Set<object>()

    for (const { service } of peers.all) {
      service.addEventListener('invitation:state', ({ detail }) => { told.add(detail.invitation) })
      service.addEventListener('invitation:ended', ({ detail }) => { told.add(detail.invitation) })
      service.addEventListener('session:opened', ({ detail }) => { told.add(detail) })
      service.addEventListener('session:ended', ({ detail }) => { told.add(detail.session) })
    }

    const { local, remote } = await connect(ada, ben)

    await remote.session!.end()

    expect(told).toEqual(new Set([local, remote, local.session, remote.session]))
  })

  it('keeps several invitations apart', async () => {
    await using peers = await startPeers(3)
    const [ada, ben, cyd] = peers.all
    const ofBen = callLog(ben)
    const one = await ring(ada, ben)
    const other = await ring(cyd, ben)

    await one.local.cancel()
    await other.remote.accept()

    expect(ofBen.filter(line => line.startsWith('ended'))).toEqual([
      `ended callee ${one.local.id} canceled canceled remote`,
      `ended callee ${other.local.id} accepted accepted local`
    ])
    expect(ofBen.filter(line => line.includes(other.local.id))).toHaveLength(7)
  })

  const REFUSALS: RefusalReason[] = ['declined', 'busy', 'do-not-disturb', 'no-answer', 'unavailable', 'unsupported', 'not-allowed', 'need-permission', 'custom']

  it.each(REFUSALS)('tells both sides that it was refused as %s', async (reason) => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const [ofAda, ofBen] = [callLog(ada), callLog(ben)]
    const { local: { id }, remote } = await ring(ada, ben)

    await remote.refuse({ reason })

    expect(ofAda.slice(-2)).toEqual([`state caller ${id} refused`, `ended caller ${id} refused ${reason} remote`])
    expect(ofBen.slice(-2)).toEqual([`state callee ${id} refused`, `ended callee ${id} refused ${reason} local`])
  })

  it('tells the caller the callee\'s own words to a refusal', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const { local, remote } = await ring(ada, ben)

    await remote.refuse({ text: 'in a tunnel', response: 'call me at six' })

    expect(await local.outcome).toMatchObject({ state: 'refused', reason: 'custom', text: 'in a tunnel', response: 'call me at six' })
  })

  it('tells the caller the words that go with any other reason', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const { local, remote } = await ring(ada, ben)

    await remote.refuse({ reason: 'busy', text: 'until six' })

    expect(await local.outcome).toMatchObject({ state: 'refused', reason: 'busy', text: 'until six' })
  })

  it('tells both sides that it has expired', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const [ofAda, ofBen] = [callLog(ada), callLog(ben)]
    const { local: { id }, remote } = await ring(ada, ben, { ringTime: 5_000 })

    await peers.pass(5_000)
    await remote.outcome

    expect(ofAda.at(-1)).toBe(`ended caller ${id} expired timeout system`)
    expect(ofBen).toContain(`ended callee ${id} expired timeout remote`)
  })

  it('tells that an invitation is still not delivered after 5 s, once', async () => {
    await using peers = await startPeers(2, { acquainted: false })
    const [ada, ben] = peers.all
    const ofAda = callLog(ada)
    const heard: string[] = []
    const local = ada.service.createLocalInvitation(ben.id)
    const { id } = local

    local.addEventListener('undelivered', () => { heard.push(local.state) })
    void local.send()
    await peers.pass(4_999)
    expect(ofAda).toEqual([`state caller ${id} sending`])

    await peers.pass(1)
    expect(ofAda).toEqual([`state caller ${id} sending`, `undelivered caller ${id}`])
    expect(heard).toEqual(['sending'])

    await peers.pass(25_000)
    expect(ofAda.slice(2)).toEqual([`state caller ${id} failed`, `ended caller ${id} failed peer-offline system`])
  })

  it('gives no such hint once it is delivered', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const ofAda = callLog(ada)

    await ring(ada, ben)
    await peers.pass(30_000)

    expect(ofAda.filter(line => line.startsWith('undelivered'))).toEqual([])
  })
})

describe('a missed invitation', () => {
  const MISSED: Array<Exclude<CancelReason, 'timeout' | 'glare' | 'caller-gone'>> = ['canceled', 'shutdown']
  const NOT_MISSED: typeof MISSED = ['answered-elsewhere', 'refused-elsewhere', 'busy-elsewhere', 'replaced']

  it.each(MISSED)('is one that its caller took back as %s', async (reason) => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const ofBen = callLog(ben)
    const { local: { id }, local } = await ring(ada, ben)

    await local.cancel({ reason })

    expect(ofBen.slice(-3)).toEqual([
      `state callee ${id} canceled`, `ended callee ${id} canceled ${reason} remote`, `missed callee ${id} canceled ${reason} remote`
    ])
  })

  it.each(NOT_MISSED)('is not one that its caller took back as %s', async (reason) => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const ofBen = callLog(ben)
    const { local: { id }, local } = await ring(ada, ben)

    await local.cancel({ reason })

    expect(ofBen.at(-1)).toBe(`ended callee ${id} canceled ${reason} remote`)
  })

  it('is one that has expired', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const ofBen = callLog(ben)
    const { local: { id }, remote } = await ring(ada, ben)

    await peers.pass(60_000)
    await remote.outcome

    expect(ofBen.at(-1)).toBe(`missed callee ${id} expired timeout remote`)
  })

  it('is one that has expired on its own side, 2 s after the caller\'s time, where the caller\'s word is lost', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const ofBen = callLog(ben)
    const { local: { id } } = await ring(ada, ben, { ringTime: 5_000 })

    peers.part()
    await peers.pass(6_999)
    expect(ofBen.at(-1)).toBe(`state callee ${id} ringing`)
    await peers.pass(1)

    expect(ofBen.at(-1)).toBe(`missed callee ${id} expired timeout system`)
  })

  it('is one whose caller is out of reach for 15 s', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const ofBen = callLog(ben)
    const { local: { id } } = await ring(ada, ben)

    peers.part()
    await peers.pass(15_000)

    expect(ofBen.at(-1)).toBe(`missed callee ${id} canceled caller-gone system`)
  })

  it('is not one that its user accepted or refused', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const ofBen = callLog(ben)

    await (await ring(ada, ben)).remote.refuse()
    await connect(ada, ben)

    expect(ofBen.filter(line => line.startsWith('missed'))).toEqual([])
    expect(ofBen.filter(line => line.startsWith('ended'))).toHaveLength(2)
  })

  it('is not one that its user ignored', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const ofBen = callLog(ben)
    const { local, remote } = await ring(ada, ben)

    remote.ignore()
    expect(remote.state).toBe('ringing')
    await local.cancel()

    expect(ofBen.at(-1)).toBe(`ended callee ${local.id} canceled canceled remote`)
  })

  it('is not one that its user had accepted when it was taken back', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const ofBen = callLog(ben)
    const { local, remote } = await ring(ada, ben)

    await Promise.all([local.cancel(), remote.accept().catch(() => {})])

    expect(ofBen.slice(-3)).toEqual([
      `state callee ${local.id} accepting`, `state callee ${local.id} canceled`, `ended callee ${local.id} canceled canceled remote`
    ])
  })

  it('is not one that lost against an invitation of its callee\'s own', async () => {
    await using peers = await startPeers(2, { policy: { glare: 'ring' } })
    const [ada, ben] = peers.all
    const [ofAda, ofBen] = [callLog(ada), callLog(ben)]
    const { local } = await ring(ben, ada)
    // ada is the lower: hers is kept
    const { local: kept } = await ring(ada, ben)

    expect(await local.outcome).toMatchObject({ state: 'canceled', reason: 'glare', kept: kept.id })
    expect([...ofAda, ...ofBen].filter(line => line.startsWith('missed'))).toEqual([])
    expect(ofAda).toContain(`ended callee ${local.id} canceled glare remote`)
  })

  it('is not one of one\'s own', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const ofAda = callLog(ada)
    const { local } = await ring(ada, ben)

    await peers.pass(60_000)
    await local.outcome

    expect(ofAda.filter(line => line.startsWith('missed'))).toEqual([])
  })

  it('is told once, however often its end is said', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const ofBen = callLog(ben)
    const { local, remote } = await ring(ada, ben)

    // ada does not hear that ben has heard
    swallow(ben.connectionsTo(ada)[0]!)
    const canceled = local.cancel()

    await remote.outcome
    peers.cut()
    await canceled

    expect(ofBen.filter(line => line.startsWith('missed'))).toHaveLength(1)
    expect(ofBen.filter(line => line.startsWith('ended'))).toHaveLength(1)
  })
})
