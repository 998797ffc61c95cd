import { describe, expect, it } from 'vitest'
import { createSwarm } from '../../src/swarm/index.ts'
import { acceptsAll, meet, ring, ringsAt } from './ringing.ts'

const steady = { latency: '100 ms', jitter: 0 } as const

describe('a crash', () => {
  it('is known to the others a latency later, and to nobody on the peer itself', async () => {
    await using swarm = await createSwarm({ peers: ['ada', 'ben'], ...steady })
    const { ada, ben } = swarm.peers
    const { local } = await ring(swarm, ada, ben)
    const heard: string[] = []
    const begun = swarm.now

    ben.libp2p.addEventListener('connection:close', () => { heard.push(`ben ${swarm.now - begun}`) })

    ada.libp2p.addEventListener('connection:close', () => { heard.push('ada: connection closed') })
    ada.invitation.addEventListener('invitation:state', () => { heard.push('ada: state') })
    ada.presence.addEventListener('peer:offline', () => { heard.push('ada: offline') })
    local.addEventListener('canceled', () => { heard.push('ada: canceled') })

    ada.crash()

    expect(ada.isRunning).toBe(false)

    await swarm.advance('30 s')

    expect(heard).toEqual([expect.stringMatching(/^ben 10[01]$/)])
  })

  it('says no goodbye: who rings goes on ringing for as long as a caller may be out of reach', async () => {
    await using swarm = await createSwarm({ peers: ['ada', 'ben'], ...steady })
    const { ada, ben } = swarm.peers
    const { remote } = await ring(swarm, ada, ben)

    ada.crash()
    await swarm.advance('14 s')

    expect(remote.state).toBe('ringing')

    await swarm.advance('2 s')

    expect(remote.end).toMatchObject({ state: 'canceled', reason: 'caller-gone' })
  })

  it('turns dials away after a round trip', async () => {
    await using swarm = await createSwarm({ peers: ['ada', 'ben'], ...steady, connected: false })
    const { ada, ben } = swarm.peers

    ben.crash()

    const begun = swarm.now

    await expect(swarm.run(ada.libp2p.dial(ben.peerId))).rejects.toMatchObject({ name: 'ConnectionFailedError' })
    expect(swarm.now - begun).toBe(200)
  })

  it('of a peer that does not run is nothing', async () => {
    await using swarm = await createSwarm({ peers: ['ada'] })

    swarm.peers.ada.crash()

    const { trace } = swarm

    swarm.peers.ada.crash()

    expect(swarm.trace).toBe(trace)
  })
})

describe('a peer that was stopped', () => {
  it('has said goodbye', async () => {
    await using swarm = await createSwarm({ peers: ['ada', 'ben'], ...steady })
    const { ada, ben } = swarm.peers
    const { remote } = await ring(swarm, ada, ben)

    await swarm.run(ada.stop())
    await swarm.advance('1 s')

    expect(ada.isRunning).toBe(false)
    expect(remote.end).toMatchObject({ state: 'canceled', reason: 'shutdown' })
    expect(ben.presence.get(ada.peerId)).toBe(undefined)
  })
})

describe('a peer that is started again', () => {
  it('is the same to others, and can be invited again', async () => {
    let runs = 0

    await using swarm = await createSwarm({ peers: ['ada', 'ben'], ...steady, prepare: (peer) => {
      runs += 1
      acceptsAll(peer)
    } })
    const { ada, ben } = swarm.peers
    const { peerId, libp2p } = ben

    await meet(swarm, ada, ben)
    ben.crash()
    await swarm.advance('1 s')
    await swarm.run(ben.restart())

    expect([ben.isRunning, ben.peerId.equals(peerId), ben.libp2p === libp2p, runs]).toEqual([true, true, false, 3])

    await meet(swarm, ada, ben)

    const local = await swarm.run(ada.invitation.invite(ben.peerId))

    expect((await swarm.run(local.outcome)).state).toBe('accepted')
  })

  it.each([true, false])('remembers whom it knew, if its memory was kept: %s', async (memory) => {
    await using swarm = await createSwarm({ peers: ['ada', 'ben'], ...steady })
    const { ada, ben } = swarm.peers

    await meet(swarm, ada, ben)
    swarm.network.partition(ada, ben)
    ben.crash()
    await swarm.run(ben.restart({ memory }))

    expect(await swarm.run(ben.libp2p.peerStore.has(ada.peerId))).toBe(memory)
  })

  it('has not stored what its last run had still wanted to when it crashed', async () => {
    await using swarm = await createSwarm({ peers: ['ada', 'ben'], ...steady })
    const { ada, ben } = swarm.peers

    await meet(swarm, ada, ben)
    swarm.network.partition(ada, ben)

    const { peerStore } = ben.libp2p

    ben.crash()
    await swarm.run(peerStore.delete(ada.peerId))
    await swarm.run(ben.restart())

    expect(await swarm.run(ben.libp2p.peerStore.has(ada.peerId))).toBe(true)
  })

  it('crashes first if it runs', async () => {
    await using swarm = await createSwarm({ peers: ['ada', 'ben'], ...steady })
    const { ada, ben } = swarm.peers
    const { remote } = await ring(swarm, ada, ben)

    await swarm.run(ada.restart())
    await swarm.advance('20 s')

    expect(ada.isRunning).toBe(true)
    expect(remote.end).toMatchObject({ state: 'canceled', reason: 'caller-gone' })
  })

  it('may crash before it has started', async () => {
    await using swarm = await createSwarm({ peers: ['ada', 'ben'], ...steady })
    const { ada, ben } = swarm.peers
    const starting = ben.restart()

    ben.crash()
    await expect(swarm.run(starting)).rejects.toMatchObject({ name: 'NotRunningError' })
    expect(ben.isRunning).toBe(false)
    await swarm.run(ben.restart())
    await ring(swarm, ada, ben)
  })

  it('hears nothing with what listened to its last run', async () => {
    await using swarm = await createSwarm({ peers: ['ada', 'ben'], ...steady })
    const { ada, ben } = swarm.peers
    const rung = ringsAt(ben)

    await swarm.run(ben.restart())
    await ring(swarm, ada, ben)

    expect(rung).toEqual([])
  })
})
