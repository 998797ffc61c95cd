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
    `${WAY}/p2p-circuit/p2p/${PEER}/p2p-circuit/p2p/${PEER}`,
    '/unix/a%2Fp2p-circuit%2Fb'
  ])('is none where the address does not tell how to reach just one: %s', (address) => {
    expect(relayOf(multiaddr(address))).toBe(undefined)
  })
})

describe('a name that a peer gave itself', () => {
  it.for(['a/b/p2p-circuit', 'relay/p2p-circuit', `relay${WAY}/p2p-circuit`])('is no circuit, whatever it looks like as text: %s', (name) => {
    const bytes = new TextEncoder().encode(name)

    // dns4 (54), and the name with its length
    expect(relayOf(multiaddr(Uint8Array.of(54, bytes.length, ...bytes)))).toBe(undefined)
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
