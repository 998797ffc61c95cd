import { InvalidArgumentError } from '../errors/index.ts'
import { DEFAULT_BANDWIDTH, DEFAULT_JITTER, DEFAULT_LATENCY, MAX_NAME } from './constants.ts'
import { milliseconds } from './duration.ts'
import type { SwarmInit, SwarmPeerInit, WayInit } from './index.ts'
import type { PathShape } from './path.ts'
import type { ServiceMap } from '@libp2p/interface'

/** The options of a swarm, checked, with what was left out filled in. */
export interface SwarmSettings {
  readonly peers: ReadonlyArray<Required<SwarmPeerInit>>
  readonly relays: readonly string[]
  readonly seed: string
  readonly shape: PathShape
  readonly encryption: 'plaintext' | 'noise'
}

/** @throws {InvalidArgumentError} an option is none; the message begins with its name */
export function readSettings<Added extends ServiceMap> (init: SwarmInit<string, string, Added>): SwarmSettings {
  const { relays = [], seed = 1, encryption = 'plaintext' } = init
  const peers = init.peers.map(peer => typeof peer === 'string' ? { name: peer, behind: [] } : { name: peer.name, behind: peer.behind ?? [] })
  const names = [...peers.map(({ name }) => name), ...relays]

  if (new Set(names).size < names.length || !names.every(isName)) {
    throw new InvalidArgumentError(`peers, relays: names that differ, each 1 to ${MAX_NAME} of a to z, 0 to 9 and -, the first a letter`)
  }

  if (peers.length === 0) {
    throw new InvalidArgumentError('peers: at least one')
  }

  if (peers.some(({ behind }) => behind.some(relay => !relays.includes(relay)))) {
    throw new InvalidArgumentError('peers: behind relays of this swarm only')
  }

  if (encryption !== 'plaintext' && encryption !== 'noise') {
    throw new InvalidArgumentError('encryption: \'plaintext\' or \'noise\'')
  }

  return {
    peers,
    relays,
    seed: String(seed),
    shape: readShape(init, { latency: DEFAULT_LATENCY, jitter: DEFAULT_JITTER, bandwidth: DEFAULT_BANDWIDTH }),
    encryption
  }
}

/**
 * What a way is to be like.
 *
 * @param before - what it is where nothing is said
 * @throws {InvalidArgumentError}
 */
export function readShape ({ latency, jitter, bandwidth }: WayInit, before: PathShape): PathShape {
  if (bandwidth != null && !(bandwidth > 0)) {
    throw new InvalidArgumentError('bandwidth: bytes a second, more than none')
  }

  return {
    latency: latency == null ? before.latency : milliseconds(latency, 'latency'),
    jitter: jitter == null ? before.jitter : milliseconds(jitter, 'jitter'),
    bandwidth: bandwidth ?? before.bandwidth
  }
}

function isName (name: string): boolean {
  return name.length <= MAX_NAME && /^[a-z][a-z0-9-]*$/.test(name)
}
