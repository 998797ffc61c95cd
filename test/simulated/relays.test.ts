import { describe, expect, it } from 'vitest'
import { createSwarm } from '../../src/swarm/index.ts'
import { acceptsAll, meet, ring } from './ringing.ts'
import type { Swarm, SwarmPeer } from '../../src/swarm/index.ts'

type Names = 'ada' | 'ben'

async function behindRelays (): Promise<Swarm<Names, 'rita' | 'rolf'>> {
  const swarm = await createSwarm({
    peers: [{ name: 'ada', behind: ['rita', 'rolf'] }, { name: 'ben', behind: ['rita', 'rolf'] }],
    relays: ['rita', 'rolf']
  })

  await reachable(swarm, ...Object.values<SwarmPeer>(swarm.peers))
  await meet(swarm, swarm.peers.ada, swarm.peers.ben)

  return swarm
}

async function reachable (swarm: Swarm<Names, 'rita' | 'rolf'>, ...peers: readonly SwarmPeer[]): Promise<void> {
  await swarm.until(() => peers.every(({ reachability }) => reachability?.isReachable === true), { what: 'all are reachable' })
}

describe('peers behind relays', () => {
  it('listen on nothing, are reached by way of their relays, and call each other', async () => {
    await using swarm = await behindRelays()
    const { ada, ben } = swarm.peers

    expect(ben.addresses.length).toBeGreaterThan(0)
    expect(ben.addresses.every(address => address.toString().includes('/p2p-circuit'))).toBe(true)
    acceptsAll(ben)

    const local = await swarm.run(ada.invitation.invite(ben.peerId))

    expect((await swarm.run(local.outcome)).state).toBe('accepted')
    expect(ada.libp2p.getConnections(ben.peerId).map(({ direct }) => direct)).not.toContain(true)
  })

  it('are called by peers that listen, and call them', async () => {
    await using swarm = await createSwarm({ peers: ['ada', { name: 'ben', behind: ['rita'] }], relays: ['rita'] })
    const { ada, ben } = swarm.peers

    await meet(swarm, ada, ben)

    const { local } = await ring(swarm, ada, ben)

    await swarm.run(local.cancel())

    expect((await ring(swarm, ben, ada)).remote.state).toBe('ringing')
    expect(ada.reachability).toBe(undefined)
  })

  it('are told where peers are that listen, and call those they never met', async () => {
    await using swarm = await createSwarm({ peers: ['ada', { name: 'ben', behind: ['rita'] }], relays: ['rita'] })
    const { ada, ben } = swarm.peers

    await meet(swarm, ada, ben)

    expect(ben.presence.get(ada.peerId)?.multiaddrs).toHaveLength(1)
    expect((await ring(swarm, ben, ada)).remote.state).toBe('ringing')
  })

  it('ring on when a relay crashes, and the answer comes by way of the other', async () => {
    await using swarm = await behindRelays()
    const { ada, ben } = swarm.peers
    const { local, remote } = await ring(swarm, ada, ben)

    swarm.relays.rita.crash()
    await swarm.advance('1 s')
    swarm.relays.rolf.crash()
    await swarm.run(swarm.relays.rita.restart())
    await swarm.run(remote.accept())

    expect((await swarm.run(local.outcome)).state).toBe('accepted')
  })

  it('are out of reach while no relay runs, and come back', async () => {
    await using swarm = await behindRelays()
    const { ada, ben } = swarm.peers

    swarm.relays.rita.crash()
    swarm.relays.rolf.crash()
    await swarm.until(() => ben.reachability?.isReachable === false)

    const local = ada.invitation.createLocalInvitation(ben.peerId)
    const sending = local.send()

    await swarm.advance('10 s')
    expect(local.state).toBe('sending')

    await swarm.run(swarm.relays.rolf.restart())
    await swarm.run(sending)
    await swarm.until(() => local.state === 'ringing', { within: '30 s' })
  })

  it('do not find room at a relay that is full', async () => {
    await using swarm = await behindRelays()
    const { ada } = swarm.peers

    swarm.network.fill(swarm.relays.rita)
    swarm.network.cut(ada, swarm.relays.rita)
    await swarm.advance('20 s')

    expect(ada.reachability?.relays.find(({ relay }) => relay.equals(swarm.relays.rita.peerId))?.state).not.toBe('held')

    swarm.network.heal()
    await swarm.until(() => ada.reachability?.relays.every(({ state }) => state === 'held') === true, { within: '2 min' })
  })
})
