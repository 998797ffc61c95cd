import { createSecureContext } from 'node:tls'
import { multiaddr } from '@multiformats/multiaddr'
import { asError, InvalidArgumentError } from '../errors/index.ts'
import { MAX_FOLLOWED_TOPICS, MAX_SUBSCRIPTIONS_PER_PEER } from '../presence/following/constants.ts'
import { DEFAULT_PROTOCOL_PREFIX } from '../presence/topics/index.ts'
import { DEFAULT_LIMITS, DEFAULT_LISTEN, DEFAULT_LISTEN_TLS, MAX_MESH_PEERS, MAX_TIME } from './constants.ts'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { RelayInit, RelayLimits } from './index.ts'

/** The options of a relay, checked, with what was left out filled in. */
export interface RelaySettings {
  readonly listen: readonly string[]
  readonly announce: readonly string[]
  /** Each ends in the id of its relay. */
  readonly peers: readonly Multiaddr[]
  readonly tls: RelayInit['tls']
  readonly protocolPrefix: string
  readonly limits: Readonly<RelayLimits>
}

/** What of an address follows its IP and port where websockets are listened for, and whether that is TLS. */
const WEBSOCKETS: ReadonlyMap<string, boolean> = new Map([['ws', false], ['tls/ws', true], ['wss', true]])

/** The most that a limit may be, where that is not any number. */
const MOST: Readonly<Partial<RelayLimits>> = {
  reservationTime: MAX_TIME,
  relayedTime: MAX_TIME,
  rooms: MAX_FOLLOWED_TOPICS,
  roomsPerPeer: MAX_SUBSCRIPTIONS_PER_PEER
}

/** @throws {InvalidArgumentError} an option is none; the message begins with its name */
export function readSettings (init: RelayInit): RelaySettings {
  const { tls, protocolPrefix = DEFAULT_PROTOCOL_PREFIX } = init

  if (typeof protocolPrefix !== 'string' || protocolPrefix === '') {
    throw new InvalidArgumentError('protocolPrefix: a name')
  }

  checkCertificate(tls)

  return {
    listen: readListen(init.listen ?? [tls == null ? DEFAULT_LISTEN : DEFAULT_LISTEN_TLS], tls != null),
    announce: readAddresses('announce', init.announce ?? []).map(String),
    peers: readPeers(init.peers ?? []),
    tls,
    protocolPrefix,
    limits: readLimits(init.limits ?? {})
  }
}

function checkCertificate (tls: RelayInit['tls']): void {
  if (tls == null) {
    return
  }

  if (tls.cert == null || tls.key == null) {
    throw new InvalidArgumentError('tls: a certificate and its key, both')
  }

  try {
    createSecureContext({ cert: tls.cert, key: tls.key })
  } catch (err) {
    throw new InvalidArgumentError(`tls: not a certificate and its key in PEM: ${asError(err).message}`, { cause: err })
  }
}

function readListen (addresses: readonly string[], hasCertificate: boolean): string[] {
  if (addresses.length === 0) {
    throw new InvalidArgumentError('listen: at least one address')
  }

  return readAddresses('listen', addresses).map(address => {
    const [host, transport, ...rest] = address.getComponents().map(({ name }) => name)
    const isTls = WEBSOCKETS.get(rest.join('/'))

    if ((host !== 'ip4' && host !== 'ip6') || transport !== 'tcp' || isTls == null) {
      throw new InvalidArgumentError(`listen: ${String(address)} is not an IP address and a port for websockets, such as ${DEFAULT_LISTEN}`)
    }

    if (isTls && !hasCertificate) {
      throw new InvalidArgumentError(`listen: ${String(address)} needs a certificate`)
    }

    return String(address)
  })
}

function readPeers (addresses: readonly string[]): Multiaddr[] {
  if (addresses.length > MAX_MESH_PEERS) {
    throw new InvalidArgumentError(`peers: at most ${MAX_MESH_PEERS}`)
  }

  return readAddresses('peers', addresses).map(address => {
    if (address.getComponents().at(-1)?.name !== 'p2p') {
      throw new InvalidArgumentError(`peers: ${String(address)} does not end in /p2p/ and the id of its relay`)
    }

    return address
  })
}

function readAddresses (field: string, addresses: readonly string[]): Multiaddr[] {
  return addresses.map(address => {
    try {
      return multiaddr(address)
    } catch (err) {
      throw new InvalidArgumentError(`${field}: ${address} is no multiaddr`, { cause: err })
    }
  })
}

function readLimits (given: Partial<RelayLimits>): RelayLimits {
  const { connections = DEFAULT_LIMITS.connections } = given
  const limits: RelayLimits = { ...DEFAULT_LIMITS, reservations: connections, ...given }

  for (const [name, value] of Object.entries(limits)) {
    const most = MOST[name as keyof RelayLimits] ?? Number.MAX_SAFE_INTEGER

    if (!Number.isSafeInteger(value) || value < 1 || value > most) {
      throw new InvalidArgumentError(`limits.${name}: a whole number from 1 to ${most}`)
    }
  }

  return limits
}
