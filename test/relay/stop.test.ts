import { once } from 'node:events'
import { connect } from 'node:net'
import { describe, expect, it } from 'vitest'
import { eventually, LOOPBACK, startClient, startRelay, throughRelay } from './nodes.ts'

describe('a relay that stops', { timeout: 60_000 }, () => {
  it('lets its peers see it, and gives its port back', async () => {
    const relay = await startRelay()
    const [address] = relay.addresses
    const callee = await startClient({ relay: address })
    const caller = await startClient()
    const relayed = await caller.dial(throughRelay(address!, callee.peerId))

    await relay.stop()
    await relay.stop()
    await eventually(() => {
      expect([callee.getConnections(), caller.getConnections()]).toEqual([[], []])
      expect(relayed.status).not.toBe('open')
    })
    expect(relay.status()).toMatchObject({ connections: 0, peers: 0, reservations: 0, relayed: 0 })

    await startRelay({ listen: [address!.decapsulate('/p2p/').toString()] })
  })

  it('does not wait for a socket that never said a word', async () => {
    const relay = await startRelay()
    const port = Number(relay.addresses[0]!.getComponents().find(({ name }) => name === 'tcp')?.value)
    const socket = connect({ host: '127.0.0.1', port })

    socket.on('error', () => {})
    await once(socket, 'connect')
    await relay.stop()
    await eventually(() => { expect(socket.closed).toBe(true) })
  })

  it('leaves no timer behind, nor does one that never listened', async () => {
    await using relay = await startRelay()

    await expect(startRelay({ listen: [relay.addresses[0]!.decapsulate('/p2p/').toString()] })).rejects.toThrow('EADDRINUSE')
    expect(relay.status().addresses).toHaveLength(1)
    await startRelay({ listen: [LOOPBACK] })
  })
})
