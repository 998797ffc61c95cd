import type { PeerId } from '@libp2p/interface'
import { multiaddr } from '@multiformats/multiaddr'
import { beforeAll, describe, expect, it } from 'vitest'
import { signallingAddresses, webRTCAddresses } from '../../src/link/dial-addresses.ts'
import { newPeerId } from './stub-components.ts'

let peer: PeerId
let other: PeerId
let third: PeerId
let circuit: string

beforeAll(async () => {
  peer = await newPeerId()
  other = await newPeerId()
  third = await newPeerId()
  circuit = `/ip4/127.0.0.1/tcp/1/ws/p2p/${other.toString()}/p2p-circuit`
})

/** As the peer store gives them, and as text again, where this peer is connected to that relay. */
function dialled (which: typeof signallingAddresses, ...addresses: string[]): string[] {
  return which(peer, addresses.map(address => multiaddr(address)), relay => relay === other.toString()).map(address => address.toString())
}

describe('what a peer is dialled by for signalling', () => {
  it('is each of its addresses, with its id at the end', () => {
    expect(dialled(signallingAddresses, '/ip4/127.0.0.1/tcp/2/ws', `/ip4/127.0.0.1/tcp/3/ws/p2p/${peer.toString()}`, circuit)).toEqual([
      `/ip4/127.0.0.1/tcp/2/ws/p2p/${peer.toString()}`,
      `/ip4/127.0.0.1/tcp/3/ws/p2p/${peer.toString()}`,
      `${circuit}/p2p/${peer.toString()}`
    ])
  })

  it('is what WebRTC would be negotiated over, and not WebRTC', () => {
    expect(dialled(signallingAddresses, `${circuit}/webrtc`, circuit)).toEqual([`${circuit}/p2p/${peer.toString()}`])
    expect(dialled(signallingAddresses, `${circuit}/webrtc/p2p/${peer.toString()}`)).toEqual([`${circuit}/p2p/${peer.toString()}`])
  })

  it('is an address by a relay that this peer is connected to before those by others', () => {
    const far = `/ip4/127.0.0.1/tcp/4/ws/p2p/${third.toString()}/p2p-circuit`

    expect(dialled(signallingAddresses, far, circuit, '/ip4/127.0.0.1/tcp/2/ws')).toEqual([
      `${circuit}/p2p/${peer.toString()}`,
      `/ip4/127.0.0.1/tcp/2/ws/p2p/${peer.toString()}`,
      `${far}/p2p/${peer.toString()}`
    ])
  })

  it('is no address of another peer', () => {
    expect(dialled(signallingAddresses, `/ip4/127.0.0.1/tcp/2/ws/p2p/${other.toString()}`)).toEqual([])
  })
})

describe('what a peer is dialled by for a direct connection', () => {
  it('is its WebRTC addresses', () => {
    expect(dialled(webRTCAddresses, '/ip4/127.0.0.1/tcp/2/ws', circuit, `${circuit}/webrtc`)).toEqual([`${circuit}/webrtc/p2p/${peer.toString()}`])
  })
})
