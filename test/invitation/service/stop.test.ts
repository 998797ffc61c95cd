import { describe, expect, it } from 'vitest'
import { AlreadyEndedError, NotStartedError } from '../../../src/index.ts'
import { swallow } from '../../link/nodes.ts'
import { eventually } from './eventually.ts'
import { startPeers } from './peers.ts'
import { rejection } from './rejection.ts'
import { connect, ring } from './ring.ts'
import { walk } from './walk.ts'
import type { Admission } from '../../../src/index.ts'
import type { TestPeer } from './test-peer.ts'

const SHUTDOWN = { state: 'canceled', reason: 'shutdown', originator: 'system' }
const UNAVAILABLE = { state: 'refused', reason: 'unavailable', originator: 'system' }

/** All that a stopped peer may have left behind. */
function leftBy ({ environment, service, streams, presence, libp2p }: TestPeer): object {
  return {
    timers: environment.pendingTimers,
    invitations: service.list().length,
    streams: streams.length,
    handlers: libp2p.getProtocols().filter(protocol => protocol.includes('invitation')),
    listeners: presence.listenerCount('peer:online') + presence.listenerCount('peer:update')
  }
}

const NOTHING = { timers: 0, invitations: 0, streams: 0, handlers: [], listeners: 0 }

describe('a caller that stops', () => {
  it('takes back what rings, and its callee hears it', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const { local, remote } = await ring(ada, ben)

    await ada.stop()

    expect(local.end).toEqual(SHUTDOWN)
    expect(await remote.outcome).toMatchObject({ ...SHUTDOWN, originator: 'remote' })
    expect(peers.log.entries.at(-1)).toBe('ben missed')
    expect(leftBy(ada)).toEqual(NOTHING)
  })

  it('takes back what waits for somebody who is not there, and send() resolves', async () => {
    await using peers = await startPeers(2, { acquainted: false })
    const [ada, ben] = peers.all
    const local = ada.service.createLocalInvitation(ben.id)
    const sent = local.send()

    await peers.pass(1_000)
    await ada.stop()
    await sent

    expect(await local.outcome).toMatchObject(SHUTDOWN)
    expect(leftBy(ada)).toEqual(NOTHING)
  })

  it('takes back what is on its way', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all

    ben.service.setPolicy({ admit: async () => await new Promise<Admission>(() => {}) })

    const local = await ada.service.invite(ben.id)

    await ada.stop()

    expect(await local.outcome).toMatchObject(SHUTDOWN)
    expect(leftBy(ada)).toEqual(NOTHING)
    await eventually(() => { expect(ben.service.list()).toEqual([]) })
  })

  it('does not wait for ever for a callee that does not hear it', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const { local } = await ring(ada, ben)

    swallow(ben.connectionsTo(ada)[0]!)

    const before = ada.environment.now()

    await ada.stop()

    expect(local.end).toEqual(SHUTDOWN)
    expect(ada.environment.now() - before).toBeLessThan(3_000)
    expect(leftBy(ada)).toEqual(NOTHING)
  })

  it('resolves a cancel that nobody has heard', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const { local } = await ring(ada, ben)

    peers.part()
    const canceled = local.cancel()

    await ada.stop()
    await canceled

    expect(local.end).toMatchObject({ state: 'canceled', reason: 'canceled' })
    expect(leftBy(ada)).toEqual(NOTHING)
  })

  it('ends every walk over its states', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const { local } = await ring(ada, ben)
    const walked = walk(local)

    await ada.stop()

    expect((await walked).at(-1)).toBe('canceled')
  })
})

describe('a callee that stops', () => {
  it('refuses what rings, as unavailable, and its caller hears it', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const { local, remote } = await ring(ada, ben)

    await ben.stop()

    expect(remote.end).toEqual(UNAVAILABLE)
    expect(await local.outcome).toMatchObject({ ...UNAVAILABLE, originator: 'remote' })
    expect(leftBy(ben)).toEqual(NOTHING)
  })

  it('says nothing about what its policy has not decided about, and does not care for the decision', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const admission = Promise.withResolvers<Admission>()
    let asked = 0

    ben.service.setPolicy({
      admit: async () => {
        asked++

        return await admission.promise
      }
    })
    const local = await ada.service.invite(ben.id)

    await eventually(() => { expect(asked).toBe(1) })
    await ben.stop()

    expect(local.state).toBe('sending')
    admission.resolve('ring')
    await peers.pass(30_000)
    expect(local.end).toMatchObject({ state: 'failed', reason: 'no-response' })
    expect(ben.received).toEqual([])
    expect(leftBy(ben)).toEqual(NOTHING)
  })

  it('refuses what is held back for its own invitation, and takes that one back', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all

    ben.service.setPolicy({ glare: 'off' })

    const { local: own, remote: atBen } = await ring(ada, ben)
    const held = await ben.service.invite(ada.id)

    await eventually(() => { expect(held.state).toBe('delivered') })
    await ada.stop()

    expect(own.end).toEqual(SHUTDOWN)
    expect(await atBen.outcome).toMatchObject({ state: 'canceled', reason: 'shutdown' })
    expect(await held.outcome).toMatchObject({ state: 'refused', reason: 'unavailable' })
    expect(ada.received).toEqual([])
    expect(leftBy(ada)).toEqual(NOTHING)
  })

  it('fails what it accepted and what is not confirmed, and accept() rejects', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const { remote } = await ring(ada, ben)

    peers.part()
    const rejected = rejection(remote.accept())

    await ben.stop()

    expect(await rejected).toBeInstanceOf(AlreadyEndedError)
    expect(remote.end).toEqual({ state: 'failed', reason: 'not-started', originator: 'system' })
    expect(leftBy(ben)).toEqual(NOTHING)
  })

  it('accepts and hangs up what is confirmed in the last moment', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const { local, remote } = await ring(ada, ben)
    const accepted = remote.accept()

    await ben.stop()
    await accepted

    expect(await remote.session!.ended).toMatchObject({ originator: 'system', reason: 'shutdown' })
    expect(await local.session!.ended).toMatchObject({ originator: 'remote', reason: 'shutdown' })
    expect(leftBy(ben)).toEqual(NOTHING)
  })

  it('resolves a refusal that nobody has heard', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const { remote } = await ring(ada, ben)

    peers.part()
    const refused = remote.refuse()

    await ben.stop()
    await refused

    expect(remote.end).toMatchObject({ state: 'refused', reason: 'declined' })
    expect(leftBy(ben)).toEqual(NOTHING)
  })
})

describe('a peer that stops', () => {
  it.each([0, 1])('ends its sessions, and the other side hears it: peer %d', async (index) => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const { local, remote } = await connect(ada, ben)
    const [own, others] = index === 0 ? [local, remote] : [remote, local]

    await peers.all[index]!.stop()

    expect(await own.session!.ended).toMatchObject({ originator: 'system', reason: 'shutdown' })
    expect(await others.session!.ended).toMatchObject({ originator: 'remote', reason: 'shutdown' })
    expect(leftBy(peers.all[index]!)).toEqual(NOTHING)
  })

  it('ends a session whose other side is out of reach', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const { local } = await connect(ada, ben)

    peers.part()
    const ended = local.session!.end()

    await ada.stop()
    await ended

    expect(await local.session!.ended).toMatchObject({ originator: 'local', reason: 'hangup' })
    expect(leftBy(ada)).toEqual(NOTHING)
  })

  it('settles everything with everybody at once', async () => {
    await using peers = await startPeers(3, { policy: { glare: 'off' } })
    const [ada, ben, cyd] = peers.all
    const ofBen = [
      (await ring(ben, ada)).local, (await ring(cyd, ben)).remote, (await connect(ben, cyd)).local, (await connect(ada, ben)).remote, (await ring(ben, cyd)).local
    ]

    await ben.stop()

    for (const { end } of ofBen) {
      expect(end).toBeDefined()
    }

    expect(ofBen.every(({ session }) => session?.isOpen !== true)).toBe(true)
    expect(leftBy(ben)).toEqual(NOTHING)
    await eventually(() => { expect([...ada.service.list(), ...cyd.service.list()]).toEqual([]) })
  })

  it('leaves nothing when the other stops at the same moment', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const { local, remote } = await ring(ada, ben)

    await Promise.all([ada.stop(), ben.stop()])

    expect([local.end?.state, remote.end?.state].every(state => state === 'canceled' || state === 'refused')).toBe(true)
    expect([leftBy(ada), leftBy(ben)]).toEqual([NOTHING, NOTHING])
  })

  it('does so without libp2p\'s help, too', async () => {
    await using peers = await startPeers(2, { policy: { glare: 'off' } })
    const [ada, ben] = peers.all
    const [own, theirs] = [await ring(ada, ben), await ring(ben, ada)]

    await ada.passUntil(ada.service.stop())

    expect(own.local.end).toEqual(SHUTDOWN)
    expect(theirs.remote.end).toEqual(UNAVAILABLE)
    expect(await own.remote.outcome).toMatchObject({ state: 'canceled', reason: 'shutdown' })
    expect(await theirs.local.outcome).toMatchObject({ state: 'refused', reason: 'unavailable' })
    expect(leftBy(ada)).toEqual(NOTHING)
  })

  it('lets nothing begin while it says goodbye', async () => {
    await using peers = await startPeers(3)
    const [ada, ben, cyd] = peers.all
    const { local } = await ring(ada, ben)
    const tried: Array<Promise<Error>> = []

    // ben does not answer, so ada waits for a moment
    swallow(ben.connectionsTo(ada)[0]!)
    local.addEventListener('canceled', () => { tried.push(rejection(ada.service.invite(cyd.id))) })

    const stopping = ada.libp2p.stop()
    const late = await cyd.service.invite(ada.id)

    expect(await late.outcome).toMatchObject({ state: 'refused', reason: 'unavailable' })
    await ada.passUntil(stopping)

    expect(await tried[0]).toBeInstanceOf(NotStartedError)
    expect(ada.received).toEqual([])
    expect(leftBy(ada)).toEqual(NOTHING)
  })

  it('works again when it is started again, in both directions', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all

    await connect(ada, ben)
    await ada.stop()
    await ada.libp2p.start()

    const { local } = await connect(ada, ben)

    await local.session!.end()
    await connect(ben, ada)

    expect(ben.received.map(({ state }) => state)).toEqual(['accepted', 'accepted'])
    expect(ada.received.map(({ state }) => state)).toEqual(['accepted'])
  })

  it('may be stopped twice, and started twice', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all

    await ada.service.start()
    await ring(ada, ben)
    await ada.stop()
    await ada.service.stop()
    await ada.stop()
    expect(leftBy(ada)).toEqual(NOTHING)
  })

  it('leaves no timer behind when all of its invitations have ended before', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all

    await (await ring(ada, ben)).local.cancel()
    await (await ring(ada, ben)).remote.refuse()
    await (await connect(ada, ben)).local.session!.end()
    await ada.stop()
    await ben.stop()

    expect([leftBy(ada), leftBy(ben)]).toEqual([NOTHING, NOTHING])
  })
})

describe('a peer whose invitations are all over', () => {
  it('keeps one idle stream, and no timer of theirs', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const timers = ada.environment.pendingTimers

    await (await ring(ada, ben)).local.cancel()
    await (await connect(ada, ben)).local.session!.end()
    await peers.pass(60_000)

    expect(ada.streams).toHaveLength(1)

    await peers.pass(180_000)
    await eventually(() => { expect(ada.streams).toEqual([]) })
    expect(ada.environment.pendingTimers).toBe(timers)
  })
})
