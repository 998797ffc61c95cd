import { DEFAULT_LIMITS } from '../constants.ts'
import { DEFAULT_HOST, DEFAULT_KEY_FILE, DEFAULT_PORT, DEFAULT_STATUS_HOST, DEFAULT_STATUS_PORT } from './constants.ts'
import type { RelayLimits } from '../index.ts'

/** One option as the help shows it. The command line, the environment and the configuration file know it by the same name. */
export interface Option {
  readonly group: 'Network' | 'Identity' | 'Limits' | 'Operation'
  /** One sentence, with the unit. */
  readonly describe: string
  /** What holds if it is left out. */
  readonly default: string | number
  /** `list`: may be given several times. `switch`: takes no value. */
  readonly kind?: 'list' | 'switch'
}

/** The option for one limit. */
interface LimitOption {
  readonly name: string
  readonly describe: string
  readonly default: string | number
  /** How many of the limit's units one of the option's is: milliseconds are no unit for people. */
  readonly unit: number
}

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug'] as const

export type LogLevel = typeof LOG_LEVELS[number]

/** As an object, so that the compiler sees that no limit is left out. */
export const LIMIT_OPTIONS: { readonly [Limit in keyof RelayLimits]: LimitOption } = {
  connections: { name: 'connections', describe: 'Open connections in all.', default: DEFAULT_LIMITS.connections, unit: 1 },
  connectionsPerPeer: { name: 'connections-per-peer', describe: 'Open connections of one peer; one more closes its oldest.', default: DEFAULT_LIMITS.connectionsPerPeer, unit: 1 },
  connectionsPerAddress: { name: 'connections-per-address', describe: 'Open connections from one IP address: an office, or your own proxy.', default: DEFAULT_LIMITS.connectionsPerAddress, unit: 1 },
  connectionRate: { name: 'connection-rate', describe: 'New connections a second from one IP address.', default: DEFAULT_LIMITS.connectionRate, unit: 1 },
  reservations: { name: 'reservations', describe: 'Peers that are reachable through this relay at a time.', default: 'as many as connections', unit: 1 },
  reservationTime: { name: 'reservation-time', describe: 'Seconds that a reservation holds unless it is renewed.', default: DEFAULT_LIMITS.reservationTime / 1_000, unit: 1_000 },
  relayedTime: { name: 'relayed-time', describe: 'Seconds that one relayed connection may last.', default: DEFAULT_LIMITS.relayedTime / 1_000, unit: 1_000 },
  relayedBytes: { name: 'relayed-bytes', describe: 'Bytes that one relayed connection may carry, both ways together.', default: DEFAULT_LIMITS.relayedBytes, unit: 1 },
  relayedPerPeer: { name: 'relayed-per-peer', describe: 'Relayed connections that one peer may have open at a time.', default: DEFAULT_LIMITS.relayedPerPeer, unit: 1 },
  rooms: { name: 'rooms', describe: 'Topics of rooms whose gossip is passed on.', default: DEFAULT_LIMITS.rooms, unit: 1 },
  roomsPerPeer: { name: 'rooms-per-peer', describe: 'Topics that count of one peer.', default: DEFAULT_LIMITS.roomsPerPeer, unit: 1 }
}

/** All options but --help and --version, by name, in the order of the help. */
export const OPTIONS: ReadonlyMap<string, Option> = new Map<string, Option>([
  ['port', { group: 'Network', describe: 'TCP port for clients and other relays; 0 takes any free one.', default: DEFAULT_PORT }],
  ['host', { group: 'Network', kind: 'list', describe: 'IP address of this machine to listen on; :: for all of IPv6.', default: DEFAULT_HOST }],
  ['announce', { group: 'Network', kind: 'list', describe: 'Address (multiaddr) to give to others, such as that of a proxy in front.', default: 'those listened on' }],
  ['peer', { group: 'Network', kind: 'list', describe: 'Address of another relay, with its /p2p/<peer id>, to stay connected to.', default: 'none' }],
  ['tls-cert', { group: 'Network', describe: 'PEM file of the certificate chain; with it, wss:// alone is spoken.', default: 'none' }],
  ['tls-key', { group: 'Network', describe: 'PEM file of the certificate\'s private key.', default: 'none' }],
  ['protocol-prefix', { group: 'Network', describe: 'First part of all topics and protocols, as the clients have it.', default: 'libp2p-invitation' }],
  ['key', { group: 'Identity', describe: 'File with the relay\'s own key, which its peer id comes from; made if there is none.', default: DEFAULT_KEY_FILE }],
  ...Object.values(LIMIT_OPTIONS).map(({ name, describe, default: standard }): [string, Option] => [name, { group: 'Limits', describe, default: standard }]),
  ['status-port', { group: 'Operation', describe: 'TCP port of /health and /metrics (HTTP); 0 takes any free one.', default: DEFAULT_STATUS_PORT }],
  ['status-host', { group: 'Operation', describe: 'IP address of this machine to serve them on.', default: DEFAULT_STATUS_HOST }],
  ['no-status', { group: 'Operation', kind: 'switch', describe: 'Serve neither /health nor /metrics.', default: 'false' }],
  ['log-level', { group: 'Operation', describe: `Least that is logged: ${LOG_LEVELS.join(', ')}.`, default: 'info' }],
  ['config', { group: 'Operation', describe: 'JSON file with options by name, such as { "port": 4002, "peer": ["/dns4/…"] }.', default: 'none' }]
])
