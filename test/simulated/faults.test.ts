import { describe, expect, it } from 'vitest'
import { createSwarm } from '../../src/swarm/index.ts'
import { acceptsAll, meet, ring, ringsAt } from './ringing.ts'
import type { Session } from '../../src/index.ts'
import type { Swarm, SwarmPeer } from '../../src/swarm/index.ts'

/** When each peer's connections to the other closed, virtual milliseconds from now on. */
function closings (swarm: Swarm, ...peers: readonly SwarmPeer[]): Map<string, number> {
  const closed = new Map<string, number>()
  const begun = swarm.now

  for (const peer of peers) {
    peer.libp2p.addEventListener('connection:close', () => { closed.set(peer.name, swarm.now - begun) })
  }

  return closed
}

/** Both sides of a session, open. */
async function call (swarm: Swarm, caller: SwarmPeer, callee: SwarmPeer): Promise<[Session, Session]> {
  const { local, remote } = await ring(swarm, caller, callee)

  return await swarm.run(Promise.all([local.outcome.then(({ session }) => session!), remote.accept()]))
}

const steady = { latency: '100 ms', jitter: 0 } as const

describe('a way', () => {
  it('takes its latency in each direction', async () => {
    await using swarm = await createSwarm({ peers: ['ada', 'ben'], ...steady })
    const [session] = await call(swarm, swarm.peers.ada, swarm.peers.ben)
    const begun = swarm.now

    await swarm.run(session.send('hello'))

    expect(swarm.now - begun).toBe(200)
  })

  it('takes longer by chance, and keeps the order', async () => {
    await using swarm = await createSwarm({ peers: ['ada', 'ben'], latency: '10 ms', jitter: '500 ms' })
    const [session, other] = await call(swarm, swarm.peers.ada, swarm.peers.ben)
    const came: Array<{ data: unknown, at: number }> = []
    const sending: Array<Promise<void>> = []

    other.addEventListener('message', ({ detail: { data } }) => { came.push({ data, at: swarm.now }) })

    for (let number = 0; number < 20; number++) {
      sending.push(session.send(`${number}`))
      await swarm.advance('50 ms')
    }

    await swarm.run(Promise.all(sending))

    const times = came.map(({ at }) => at)

    expect(came.map(({ data }) => data)).toEqual(Array.from({ length: 20 }, (_, number) => `${number}`))
    // evenly they were sent, and not so they came
    expect(new Set(times.slice(1).map((at, index) => at - times[index]!)).size).toBeGreaterThan(5)
  })

  it('carries so many bytes a second', async () => {
    await using swarm = await createSwarm({ peers: ['ada', 'ben'], ...steady, bandwidth: 10_000 })
    const [session] = await call(swarm, swarm.peers.ada, swarm.peers.ben)
    const begun = swarm.now

    await swarm.run(session.send(new Uint8Array(50_000)))

    expect(swarm.now - begun).toBeGreaterThan(5_000)
    expect(swarm.now - begun).toBeLessThan(6_500)
  })

  it('can become another, for two peers or for all', async () => {
    await using swarm = await createSwarm({ peers: ['ada', 'ben', 'cleo'], ...steady })
    const { ada, ben, cleo } = swarm.peers
    const [toBen] = await call(swarm, ada, ben)
    const [toCleo] = await call(swarm, ada, cleo)
    const time = async (session: Session): Promise<number> => {
      const begun = swarm.now

      await swarm.run(session.send('hello'))

      return swarm.now - begun
    }

    swarm.network.shape({ latency: '1 s' }, ada, ben)

    expect([await time(toBen), await time(toCleo)]).toEqual([2_000, 200])

    // what is still on its way is not overtaken
    await swarm.advance('3 s')
    swarm.network.shape({ latency: '10 ms' })

    expect([await time(toBen), await time(toCleo)]).toEqual([20, 20])
  })
})

describe('a stall', () => {
  it('holds bytes, of which neither side sees anything, until it is healed', async () => {
    await using swarm = await createSwarm({ peers: ['ada', 'ben'], ...steady })
    const { ada, ben } = swarm.peers

    await meet(swarm, ada, ben)

    const closed = closings(swarm, ada, ben)
    const rung = ringsAt(ben)

    swarm.network.stall(ada, ben)

    const local = ada.invitation.createLocalInvitation(ben.peerId)
    const sending = local.send()

    await swarm.advance('2 s')

    expect([local.state, rung.length, closed.size]).toEqual(['sending', 0, 0])

    swarm.network.heal(ada, ben)
    await swarm.run(sending)
    await swarm.until(() => local.state === 'ringing', { within: '1 s' })

    expect([rung[0]?.state, closed.size]).toEqual(['ringing', 0])
  })

  it('is noticed by both sides by themselves when it lasts', async () => {
    await using swarm = await createSwarm({ peers: ['ada', 'ben'], ...steady })
    const { ada, ben } = swarm.peers

    await meet(swarm, ada, ben)

    const closed = closings(swarm, ada, ben)

    swarm.network.stall()
    await swarm.advance('30 s')

    expect([...closed.keys()].toSorted()).toEqual(['ada', 'ben'])
    expect(Math.min(...closed.values())).toBeGreaterThan(1_000)
  })
})

describe('connections that are made during a stall', () => {
  it('are as all others', async () => {
    await using swarm = await createSwarm({ peers: ['ada', 'ben'], ...steady, connected: false })
    const { ada, ben } = swarm.peers

    await swarm.run(ada.libp2p.dial(ben.peerId))
    swarm.network.stall()

    expect((await swarm.run(ben.libp2p.dial(ada.peerId, { force: true }), { within: '3 s' })).status).toBe('open')
  })
})

describe('a cut', () => {
  it('is known to both sides at once, who find each other again', async () => {
    await using swarm = await createSwarm({ peers: ['ada', 'ben', 'cleo'], ...steady })
    const { ada, ben, cleo } = swarm.peers
    const [one, other] = await call(swarm, ada, ben)

    await meet(swarm, ada, ben, cleo)

    const closed = closings(swarm, ada, ben, cleo)

    swarm.network.cut(ada, ben)

    expect([...closed]).toEqual([['ada', 0], ['ben', 0]])
    await swarm.until(() => !one.isConnected && !other.isConnected, { within: '10 ms' })
    await swarm.until(() => one.isConnected && other.isConnected)
    await swarm.run(one.send('still there'))
    expect([one.isOpen, other.isOpen]).toEqual([true, true])
  })
})

describe('a connection that is half open', () => {
  it('is gone for one side, and for the other only when nothing comes back', async () => {
    await using swarm = await createSwarm({ peers: ['ada', 'ben'], ...steady, connected: false })
    const { ada, ben } = swarm.peers

    await swarm.run(ada.libp2p.dial(ben.peerId))
    await swarm.advance('1 s')

    const closed = closings(swarm, ada, ben)

    swarm.network.halfOpen(ada, ben)

    expect([...closed]).toEqual([['ada', 0]])
    expect(ben.libp2p.getConnections(ada.peerId)).toHaveLength(1)

    await swarm.advance('30 s')

    expect(closed.get('ben')).toBeGreaterThan(1_000)
    expect(ben.libp2p.getConnections(ada.peerId)).toHaveLength(0)
  })

  it('hinders no new one', async () => {
    await using swarm = await createSwarm({ peers: ['ada', 'ben'], ...steady })
    const { ada, ben } = swarm.peers

    await meet(swarm, ada, ben)
    swarm.network.halfOpen(ada)

    expect((await ring(swarm, ada, ben)).remote.state).toBe('ringing')
  })
})

describe('a partition', () => {
  it('lets nothing through, so that a caller gives up and nobody rings', async () => {
    await using swarm = await createSwarm({ peers: ['ada', 'ben'], ...steady })
    const { ada, ben } = swarm.peers

    await meet(swarm, ada, ben)

    const rung = ringsAt(ben)

    swarm.network.partition(ada, ben)

    const local = await swarm.run(ada.invitation.invite(ben.peerId))
    const { state } = await swarm.run(local.outcome)

    expect([state, rung.length]).toEqual(['failed', 0])
  })

  it('makes a dial hang until it is given up, or until it is healed', async () => {
    await using swarm = await createSwarm({ peers: ['ada', 'ben'], ...steady, connected: false })
    const { ada, ben } = swarm.peers
    const begun = swarm.now

    swarm.network.partition(ada)
    await expect(swarm.run(ada.libp2p.dial(ben.peerId))).rejects.toThrow(Error)

    // libp2p's own limit for an address
    expect(swarm.now - begun).toBeGreaterThan(5_000)

    const dialling = ada.libp2p.dial(ben.peerId)

    await swarm.advance('2 s')
    swarm.network.heal(ada)

    expect((await swarm.run(dialling)).status).toBe('open')
    expect(swarm.now - begun).toBeLessThan(15_000)
  })

  it('is for those it is between only', async () => {
    await using swarm = await createSwarm({ peers: ['ada', 'ben', 'cleo'], ...steady })
    const { ada, ben, cleo } = swarm.peers

    await meet(swarm, ada, ben, cleo)
    swarm.network.partition(ada, ben)

    expect((await ring(swarm, ada, cleo)).remote.state).toBe('ringing')
    expect((await ring(swarm, cleo, ben)).remote.state).toBe('ringing')
  })

  it('lets bytes through the other way if it is one-way', async () => {
    await using swarm = await createSwarm({ peers: ['ada', 'ben'], ...steady })
    const { ada, ben } = swarm.peers
    const [one, other] = await call(swarm, ada, ben)
    const came: string[] = []

    one.addEventListener('message', () => { came.push('ada') })
    other.addEventListener('message', () => { came.push('ben') })
    swarm.network.partition(ada, ben, { oneWay: true })

    const sending = [one.send('to ben'), other.send('to ada')]

    await swarm.advance('2 s')

    expect(came).toEqual(['ada'])

    swarm.network.heal()
    await swarm.run(Promise.all(sending))

    expect(came).toEqual(['ada', 'ben'])
  })
})

describe('a peer with no room for another connection', () => {
  it('turns away who dials it, until there is room again', async () => {
    await using swarm = await createSwarm({ peers: ['ada', 'ben'], ...steady, connected: false })
    const { ada, ben } = swarm.peers

    swarm.network.fill(ben)
    await expect(swarm.run(ada.libp2p.dial(ben.peerId))).rejects.toMatchObject({ name: 'EncryptionFailedError' })
    expect(ben.libp2p.getConnections()).toHaveLength(0)

    swarm.network.heal(ben)
    expect((await swarm.run(ada.libp2p.dial(ben.peerId))).status).toBe('open')
  })

  it('keeps those that it has', async () => {
    await using swarm = await createSwarm({ peers: ['ada', 'ben'], ...steady })
    const { ada, ben } = swarm.peers

    await meet(swarm, ada, ben)
    swarm.network.fill(ben)
    acceptsAll(ben)

    const local = await swarm.run(ada.invitation.invite(ben.peerId))

    expect((await swarm.run(local.outcome)).state).toBe('accepted')
  })
})
