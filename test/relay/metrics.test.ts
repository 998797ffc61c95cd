import { Registry } from 'prom-client'
import { describe, expect, it } from 'vitest'
import { startClient, startRelay } from './nodes.ts'

describe('a relay’s metrics', { timeout: 60_000 }, () => {
  it('are in the registry beside those of libp2p, and gone from it with the relay', async () => {
    const registry = new Registry()
    const relay = await startRelay({ registry })

    await startClient({ relay: relay.addresses[0] })

    const metrics = await registry.metrics()

    expect(metrics).toContain('libp2p_invitation_relay_connections 1\n')
    expect(metrics).toContain('libp2p_invitation_relay_reservations 1\n')
    expect(metrics).toContain('libp2p_connection_manager_connections')
    await relay.stop()
    expect(await registry.metrics()).not.toContain('libp2p_invitation_relay_')
  })
})
