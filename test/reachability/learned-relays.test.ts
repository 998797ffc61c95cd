import { generateKeyPair } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { multiaddr } from '@multiformats/multiaddr'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { LearnedRelays } from '../../src/reachability/learned-relays.ts'
import type { PeerId } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'

let ids: PeerId[]
let learned: LearnedRelays

beforeAll(async () => {
  ids = await Promise.all(Array.from({ length: 110 }, async () => peerIdFromPrivateKey(await generateKeyPair('Ed25519'))))
})

beforeEach(() => { learned = new LearnedRelays() })

function by (relay: PeerId, port = 1): Multiaddr {
  return multiaddr(`/ip4/127.0.0.1/tcp/${port}/ws/p2p/${relay.toString()}/p2p-circuit`)
}

function take (peer: PeerId, multiaddrs: Multiaddr[], { isUsable = () => true, isInUse = () => false }: { isUsable?: (address: Multiaddr) => boolean, isInUse?: (relay: PeerId) => boolean } = {}): void {
  learned.take(peer, multiaddrs, isUsable, isInUse)
}

describe('the relays that are learned', () => {
  it('are those in the addresses of others, with how many peers name them', () => {
    const [one, other, first, second] = ids as [PeerId, PeerId, PeerId, PeerId]

    take(first, [by(one), by(one, 2), by(other), multiaddr('/ip4/127.0.0.1/tcp/9/ws')])
    take(first, [by(one)])
    take(second, [by(one, 2)])

    expect(learned.list().map(({ relay, addresses, namers }) => [relay, addresses.map(String), namers.size])).toEqual([
      [one, [`/ip4/127.0.0.1/tcp/1/ws/p2p/${one.toString()}`, `/ip4/127.0.0.1/tcp/2/ws/p2p/${one.toString()}`], 2],
      [other, [`/ip4/127.0.0.1/tcp/1/ws/p2p/${other.toString()}`], 1]
    ])
  })

  it('are not those that this peer could not dial', () => {
    take(ids[0]!, [by(ids[1]!)], { isUsable: () => false })
    expect(learned.list()).toEqual([])
  })

  it('are at most 32, and the first that only one peer named makes room', () => {
    const [one, other, ...relays] = ids as [PeerId, PeerId, ...PeerId[]]

    for (const relay of relays.slice(0, 32)) {
      take(one, [by(relay)])
    }

    take(other, [by(relays[0]!)])
    take(one, [by(relays[32]!)])
    take(one, [by(relays[33]!)], { isInUse: relay => relay.equals(relays[2]!) })

    expect(learned.list()).toHaveLength(32)
    expect(relays.slice(0, 34).filter(relay => !learned.has(relay))).toEqual([relays[1], relays[3]])
  })

  it('stay as they are when all of them are in use or named by several', () => {
    for (const relay of ids.slice(2, 34)) {
      take(ids[0]!, [by(relay)])
    }

    take(ids[0]!, [by(ids[34]!)], { isInUse: () => true })
    expect(learned.has(ids[34]!)).toBe(false)
  })

  it('are bounded, whatever peers say', () => {
    take(ids[0]!, ids.slice(1).map(relay => by(relay)))
    expect(learned.list()).toHaveLength(16)

    for (const peer of ids) {
      take(peer, Array.from({ length: 16 }, (_, port) => by(ids[1]!, port + 1)))
    }

    const named = learned.list().find(({ relay }) => relay.equals(ids[1]!))

    expect(named?.addresses).toHaveLength(8)
    expect(named?.namers.size).toBe(64)
  })
})
