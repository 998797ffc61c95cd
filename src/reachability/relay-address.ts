import { peerIdFromString } from '@libp2p/peer-id'
import { CODE_P2P, CODE_P2P_CIRCUIT, multiaddr } from '@multiformats/multiaddr'
import { InvalidArgumentError } from '../errors/index.ts'
import type { PeerId } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'

/** One address of a relay. */
export interface RelayAddress {
  readonly relay: PeerId
  /** Where to dial it, with its id. */
  readonly address: Multiaddr
}

/** The peer that an address leads to; undefined where it names none. */
export function peerOf (address: Multiaddr): PeerId | undefined {
  const last = address.getComponents().at(-1)

  return last?.code === CODE_P2P && last.value != null ? readPeerId(last.value) : undefined
}

/**
 * The relay by which an address goes; undefined where it goes by none, by more than one, or does not say how to reach it.
 */
export function relayOf (address: Multiaddr): RelayAddress | undefined {
  // never as text: there is text of the peer's own choice in some parts, and it may look like a circuit
  const components = address.getComponents()
  const circuit = components.findIndex(({ code }) => code === CODE_P2P_CIRCUIT)

  if (circuit < 2 || components.findLastIndex(({ code }) => code === CODE_P2P_CIRCUIT) !== circuit) {
    return undefined
  }

  const way = multiaddr(components.slice(0, circuit))
  const relay = peerOf(way)

  return relay == null ? undefined : { relay, address: way }
}

/**
 * What an app gave as the address of a relay.
 *
 * @throws {InvalidArgumentError} no address, one without `/p2p/<id>` at its end, one by way of another relay, or one that
 * does not say where to dial
 */
export function readRelayAddress (given: unknown): RelayAddress {
  const address = readAddress(given)
  const relay = address == null ? undefined : peerOf(address)

  if (address == null || relay == null || address.getComponents().length < 2 || address.getComponents().some(({ code }) => code === CODE_P2P_CIRCUIT)) {
    throw new InvalidArgumentError('relays: addresses to dial, each with the relay\'s id at its end, /p2p/<id>')
  }

  return { relay, address }
}

function readAddress (given: unknown): Multiaddr | undefined {
  try {
    return multiaddr(given as string | Multiaddr)
  } catch {
    return undefined
  }
}

function readPeerId (name: string): PeerId | undefined {
  try {
    return peerIdFromString(name)
  } catch {
    return undefined
  }
}
