/**
 * WebRTC between the two sides of a session: descriptions and candidates go over the session, and the app only adds tracks.
 *
 * It is *perfect negotiation* as the standard has it (W3C, WebRTC: Real-Time Communication in Browsers): both sides may change
 * anything at any time, and offers that cross are settled. The **callee** of the invitation is the polite side, the caller
 * the impolite one, whose first offer stands.
 *
 * - ICE is restarted when it failed, when it was disconnected for 3 s, when the browser says that the machine is online again or
 *   goes on after it was frozen, and, by the caller, when the link of the session stands again after it was lost: at most once in
 *   2 s, then with back-off, and six times in a row if nothing comes of it.
 * - When the session ends, the peer connection is closed. A closed `RTCPeerConnection` by itself shows on the other side only
 *   some seconds later, so hang up by `session.end()`. When the app closes the peer connection, only the negotiation ends.
 * - Media, and data channels, are the app's own. So is the peer connection, whichever does as the standard says.
 *
 * @example A call with camera, the same on both sides
 *
 * ```TypeScript
 * import { negotiate } from 'libp2p-invitation/webrtc'
 *
 * const peerConnection = new RTCPeerConnection({ iceServers: [{ urls: 'stun:stun.example.org' }] })
 *
 * peerConnection.addEventListener('track', ({ streams: [stream] }) => { video.srcObject = stream ?? null })
 *
 * const negotiation = negotiate(session, peerConnection, { statsInterval: 2_000 })
 *
 * negotiation.addEventListener('stats', ({ detail }) => { console.log(`${detail.roundTripTime} ms`) })
 *
 * const camera = await navigator.mediaDevices.getUserMedia({ audio: true, video: true })
 *
 * for (const track of camera.getTracks()) {
 *   peerConnection.addTrack(track, camera)
 * }
 * ```
 */
import { currentPage, systemEnvironment } from '../environment/index.ts'
import { SessionNegotiation } from './session-negotiation.ts'
import type { AbortOptions, ComponentLogger, TypedEventTarget } from '@libp2p/interface'
import type { Session } from '../session/index.ts'
import type { NegotiationError } from './errors.ts'
import type { RestartReason } from './ice-restarts.ts'
import type { PeerConnection } from './peer-connection.ts'
import type { ConnectionStats } from './stats.ts'

export * from './errors.ts'
export type { RestartReason } from './ice-restarts.ts'
export type { IceCandidate, PeerConnection, SessionDescription, StatsReport } from './peer-connection.ts'
export type { ConnectionStats, MediaStats } from './stats.ts'

export interface NegotiationInit extends AbortOptions {
  /**
   * How often `stats` is told, in milliseconds, 100 or more.
   *
   * @default never
   */
  statsInterval?: number

  /** Where listeners that throw are logged. @default that of libp2p */
  logger?: ComponentLogger
}

/** Why a negotiation ended: its session did, the app closed the peer connection, or its signal was aborted. */
export type NegotiationEnd = 'session-ended' | 'connection-closed' | 'aborted'

export interface NegotiationEvents {
  /** ICE is being restarted. */
  'restart': CustomEvent<{ readonly reason: RestartReason }>
  /** How the connection is now; every `statsInterval`. */
  'stats': CustomEvent<ConnectionStats>
  /** Something went wrong; the negotiation goes on. */
  'error': CustomEvent<NegotiationError>
  /** Nothing is said or heard any more. */
  'ended': CustomEvent<NegotiationEnd>
}

/** The negotiation of one peer connection over one session, from `negotiate` until the session ends. */
export interface Negotiation extends TypedEventTarget<NegotiationEvents> {
  /** Whether this side takes its own offer back when two cross: the callee does. */
  readonly isPolite: boolean
  /** Resolves with why it ended; never rejects. */
  readonly ended: Promise<NegotiationEnd>
}

/**
 * Negotiates a peer connection over a session, until the session ends, the peer connection is closed (noticed within a second) or
 * the signal aborts, which leaves both as they are. Both sides of the session do so; the one that does so later finds what the
 * other has said by then.
 *
 * To be called when the peer connection is made, before anything is awaited: it asks for its first negotiation once, and where
 * nobody listened then, only what has been added as tracks or transceivers is noticed here.
 *
 * @throws {AlreadyNegotiatingError} the session has, or had, one already: it carries that of one peer connection only. For another
 * one, invite again
 * @throws {InvalidArgumentError} `statsInterval` is below 100 ms
 * @throws {AbortError} the signal is aborted already
 */
export function negotiate (session: Session, peerConnection: PeerConnection, init: NegotiationInit = {}): Negotiation {
  return new SessionNegotiation(session, peerConnection, init, systemEnvironment, currentPage())
}
