import { DEFAULT_FOLLOWED_TOPICS, DEFAULT_TOPICS_PER_PEER } from '../presence/following/constants.ts'
import type { RelayLimits } from './index.ts'

/** Where a relay listens when it is not told. */
export const DEFAULT_LISTEN = '/ip4/0.0.0.0/tcp/4002/ws'
export const DEFAULT_LISTEN_TLS = '/ip4/0.0.0.0/tcp/4002/tls/ws'

/** Most other relays that a relay keeps connected to. */
export const MAX_MESH_PEERS = 32

/** See `RelayLimits` for the units. */
export const DEFAULT_LIMITS: Readonly<RelayLimits> = {
  connections: 4_096,
  // two are usual for a moment, when both dial, or when a tab comes back before its old connection is missed
  connectionsPerPeer: 8,
  // a quarter of all, so that no one address takes them alone; a reverse proxy needs more
  connectionsPerAddress: 1_024,
  // a lecture hall that opens one page takes four seconds for a thousand; libp2p's own 5 let most of them time out
  connectionRate: 256,
  reservations: 4_096,
  // clients renew one five minutes before it ends
  reservationTime: 900_000,
  // longer than most calls, whose signalling it carries
  relayedTime: 1_800_000,
  // half an hour of presence at 4,000 B/s, and the invitations beside
  relayedBytes: 8_388_608,
  // everybody in a large room calls one of its members
  relayedPerPeer: 256,
  rooms: DEFAULT_FOLLOWED_TOPICS,
  roomsPerPeer: DEFAULT_TOPICS_PER_PEER
}

/** The longest that a reservation or a relayed connection may be said to last, milliseconds: a day. */
export const MAX_TIME = 86_400_000

/** Message types and statuses of circuit relay v2 (libp2p specification relay/circuit-v2). */
export const HopType = { RESERVE: 0, CONNECT: 1, STATUS: 2 } as const
export const StopType = { CONNECT: 0, STATUS: 1 } as const
export const Status = {
  OK: 100,
  RESERVATION_REFUSED: 200,
  RESOURCE_LIMIT_EXCEEDED: 201,
  CONNECTION_FAILED: 203,
  NO_RESERVATION: 204,
  MALFORMED_MESSAGE: 400,
  UNEXPECTED_MESSAGE: 401
} as const

/** Largest message of circuit relay v2 that is read, bytes: as go-libp2p has it. Usual ones have some hundred. */
export const MAX_MESSAGE_BYTES = 4_096

/** How long one exchange of circuit relay v2 may take, milliseconds, the callee's answer and the closing included. */
export const HOP_TIME = 10_000

/** Requests that one connection may have under way beside its relayed connections. */
export const MAX_PENDING_HOPS = 16

/** Requests of circuit relay v2 that one peer may make: to everybody in a large room at once, and now and then one. */
export const HOP_RATE = { burst: 256, perSecond: 16 } as const

/** How long a side of a relayed connection may take nothing while there is something for it, milliseconds. */
export const STALL_TIME = 20_000

/** How long the second side of a relayed connection may take to close after the first has, milliseconds. */
export const END_TIME = 5_000

/** How long a new socket may take until it carries a connection, milliseconds: TLS, the HTTP upgrade, noise, all of it. */
export const CONNECT_TIME = 10_000

/** How long the socket of a connection that was closed may take to close, milliseconds. */
export const CLOSE_TIME = 2_000

/** How often the sockets are looked at, milliseconds. A gigabit network brings 30 MB in that time. */
export const SWEEP_INTERVAL = 250

/** Bytes that may come in before there is a connection: TLS, the HTTP upgrade and noise take a tenth of it. */
export const MAX_HANDSHAKE_BYTES = 65_536

/** Bytes that may come in before a websocket message ends: those of libp2p hold a noise message of 64 KiB. */
export const MAX_MESSAGE_UNFINISHED = 1_048_576

/** Window of a stream, bytes: the least that yamux has, and what it starts with. No stream that is not read holds more. */
export const STREAM_WINDOW = 262_144

/**
 * Streams that one connection may have open to the relay beside those of circuit relay: gossip, identify, ping, and a roster
 * that is asked for.
 */
export const MAX_OTHER_STREAMS = 32

/**
 * How often every connection is tried, milliseconds. Clients try theirs themselves; every 10 s, libp2p's own, 4,096 of them are
 * 400 streams a second.
 */
export const PING_INTERVAL = 30_000

/** Bytes that wait in one websocket before no more are given to it, and beyond that in libp2p before the connection is cut. */
export const MAX_SOCKET_BACKLOG = 1_048_576
export const MAX_WRITE_BACKLOG = 4_194_304

/** Streams with gossip that one connection may bring; each peer needs one, and for a moment the one that takes its place. */
export const MAX_GOSSIP_STREAMS = 3

/**
 * Largest gossip RPC, bytes: two seconds' messages of a large room, all asked for at once. gossipsub itself allows four times
 * that.
 */
export const MAX_RPC_BYTES = 1_048_576

/**
 * What one gossip RPC may hold: of messages what a large room says in two seconds; of topics, and of controls for each, those
 * that another relay follows.
 */
export const RPC_LIMITS = {
  maxSubscriptions: 2_048,
  maxMessages: 1_024,
  maxIhaveMessageIDs: 5_000,
  maxIwantMessageIDs: 5_000,
  maxIdontwantMessageIDs: 512,
  maxControlMessages: 2_048,
  maxPeerInfos: 16
} as const

/** How long gossipsub keeps the score of a peer that is gone, milliseconds. Scores decide nothing here; by default it is an hour. */
export const SCORE_TIME = 10_000

/** How long after a peer has gone it is deleted from the peer store, and how often that is looked at, milliseconds. */
export const FORGET_TIME = 15_000
export const FORGET_INTERVAL = 5_000
