import { multiaddr } from '@multiformats/multiaddr'
import { describe, expect, it } from 'vitest'
import { InvalidArgumentError } from '../../src/errors/index.ts'
import { readRelayAddress, relayOf } from '../../src/reachability/relay-address.ts'

const RELAY = '12D3KooWEER9MrtE8TNgxTKgTQHQazqAWt7T4Fs1GnCCT5dEVrUy'
const PEER = '12D3KooWSkXhxQrw36BSVZbp3ovkx7cJk3LeUoSjSdrbU9ZcgFnX'
const WAY = `/dns4/relay.example.org/tcp/443/tls/ws/p2p/${RELAY}`

describe('the relay by which an address goes', () => {
  it.for([`${WAY}/p2p-circuit`, `${WAY}/p2p-circuit/p2p/${PEER}`, `${WAY}/p2p-circuit/webrtc/p2p/${PEER}`])('is what stands before the circuit: %s', (address) => {
    const found = relayOf(multiaddr(address))

    expect(found?.relay.toString()).toBe(RELAY)
    expect(found?.address.toString()).toBe(WAY)
  })

  it.for([
    WAY,
    `/p2p/${RELAY}/p2p-circuit/p2p/${PEER}`,
    '/p2p-circuit',
    `/ip4/127.0.0.1/tcp/1/ws/p2p-circuit/p2p/${PEER}`,
    `${WAY}/p2p-circuit/p2p/${PEER}/p2p-circuit/p2p/${PEER}`
  ])('is none where the address does not tell how to reach just one: %s', (address) => {
    expect(relayOf(multiaddr(address))).toBe(undefined)
  })
})

describe('the address of a relay that an app gives', () => {
  it('may be text or a multiaddr', () => {
    expect(readRelayAddress(WAY).relay.toString()).toBe(RELAY)
    expect(readRelayAddress(multiaddr(WAY)).address.toString()).toBe(WAY)
  })

  it.for([
    'relay.example.org', '', 7, undefined, null,
    '/dns4/relay.example.org/tcp/443/tls/ws',
    `/p2p/${RELAY}`,
    `${WAY}/p2p-circuit`,
    `${WAY}/p2p-circuit/p2p/${PEER}`
  ])('is an invalid argument: %s', (given) => {
    expect(() => readRelayAddress(given)).toThrow(InvalidArgumentError)
  })
})
