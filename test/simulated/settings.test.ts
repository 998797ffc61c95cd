import { ping } from '@libp2p/ping'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { createSwarm } from '../../src/swarm/index.ts'
import type { SwarmInit } from '../../src/swarm/index.ts'

describe('a swarm', () => {
  it.each<[string, SwarmInit]>([
    ['no peers', { peers: [] }],
    ['a name twice', { peers: ['ada', 'ada'] }],
    ['a name of a peer and a relay', { peers: ['ada'], relays: ['ada'] }],
    ['a name that cannot be in an address', { peers: ['a/b'] }],
    ['a name that is too long', { peers: ['a'.repeat(33)] }],
    ['a relay that there is not', { peers: [{ name: 'ada', behind: ['rita'] }] }],
    ['another encryption', { peers: ['ada'], encryption: 'rot13' as 'noise' }],
    ['no latency', { peers: ['ada'], latency: '5 weeks' as '5 s' }],
    ['no bandwidth', { peers: ['ada'], bandwidth: 0 }]
  ])('is not made with %s', async (_, init) => {
    await expect(createSwarm(init)).rejects.toMatchObject({ name: 'InvalidArgumentError' })
  })

  it('has its peers and relays by name, and the compiler knows them', async () => {
    await using swarm = await createSwarm({ peers: ['ada', { name: 'ben', behind: ['rita'] }], relays: ['rita', 'rolf'] })

    expect(Object.keys(swarm.peers)).toEqual(['ada', 'ben'])
    expect(Object.keys(swarm.relays)).toEqual(['rita', 'rolf'])
    expect([swarm.peers.ada.name, swarm.relays.rolf.name]).toEqual(['ada', 'rolf'])
    expectTypeOf<keyof typeof swarm.peers>().toEqualTypeOf<'ada' | 'ben'>()
    expectTypeOf<keyof typeof swarm.relays>().toEqualTypeOf<'rita' | 'rolf'>()
  })

  it('has the services that an app adds, and the options that it gives', async () => {
    await using swarm = await createSwarm({
      peers: ['ada', 'ben'],
      services: { ping: ping() },
      invitation: { policy: { glare: 'off' } },
      presence: { status: 'busy' },
      latency: '50 ms',
      jitter: 0
    })
    const { ada, ben } = swarm.peers

    await swarm.until(() => ada.presence.get(ben.peerId) != null)

    expect(ada.presence.get(ben.peerId)?.status).toBe('busy')
    expect(await swarm.run(ada.libp2p.services.ping.ping(ben.peerId))).toBe(100)
  })

  it('knows who is where without anybody connected, if it is told not to connect them', async () => {
    await using swarm = await createSwarm({ peers: ['ada', 'ben'], connected: false })
    const { ada, ben } = swarm.peers

    await swarm.advance('10 s')

    expect(ada.libp2p.getConnections()).toHaveLength(0)
    expect((await swarm.run(ada.libp2p.dial(ben.peerId))).status).toBe('open')
  })
})
