/**
 * The test swarm: many real libp2p peers in one process, over a simulated network that goes wrong on command, from a seed, on a
 * clock that the test moves. For the tests of an app, in Node and in browsers.
 *
 * The peers are real: libp2p, yamux, identify, gossipsub, presence and invitations, and relays with what
 * `libp2p-invitation/relay` has. Only the wires between them, the time and the chance are not: an hour takes as long as what
 * happens in it has to be computed, and the same seed and the same script give the same run.
 *
 * @example
 *
 * ```TypeScript
 * import { createSwarm } from 'libp2p-invitation/swarm'
 * import { expect, it } from 'vitest'
 * import type { RemoteInvitation } from 'libp2p-invitation'
 *
 * it('stops ringing when the caller has been out of reach for 15 seconds', async () => {
 *   await using swarm = await createSwarm({ peers: ['ada', 'ben'] })
 *   const { ada, ben } = swarm.peers
 *   const rung: RemoteInvitation[] = []
 *
 *   ben.invitation.addEventListener('invitation:received', ({ detail }) => { rung.push(detail) })
 *
 *   await swarm.run(ada.invitation.invite(ben.peerId, { content: 'lunch?' }))
 *   await swarm.until(() => rung[0]?.state === 'ringing')
 *
 *   ada.crash()
 *   await swarm.advance('20 s')
 *
 *   expect(rung[0]?.end).toMatchObject({ state: 'canceled', reason: 'caller-gone' })
 * })
 * ```
 *
 * **Time.** It stands still but for three verbs: `advance` lets a duration pass, `until` lets it pass until a condition
 * holds, `run` until a promise is settled. So a promise that needs the network is never awaited by itself, which would wait for
 * ever, but in `run`; a whole test can be a function that `run` is given, and then time passes by itself wherever it waits. Time goes
 * from one moment in which something is due to the next, and never before everything that could happen in that moment has.
 *
 * While a swarm lives, its time is that of the whole process: `setTimeout`, `setInterval`, `Date`, `performance.now` and
 * `AbortSignal.timeout` follow it, for the app and the test as for libp2p. vitest's own time limits do not. What waits for the
 * real world, such as a file or a socket, is not known of: time may pass meanwhile.
 *
 * **Chance.** Keys, ids and whatever is drawn by lot come from the seed: while a swarm lives, so do `Math.random`, and
 * `getRandomValues` and `randomUUID` of `crypto`, in all of the process. Nothing that is to stay secret may be made meanwhile.
 * (What noise draws for its handshakes in Node stays as it is: nothing depends on it.)
 *
 * **Faults.** `swarm.network` delays, stalls, cuts and parts; a peer can crash, start again with or without its memory, be
 * hidden, be closed, and have a clock that is wrong.
 *
 * **The trace.** `swarm.trace` is what happened, a line each, and the same to the letter for the same seed and script: a
 * snapshot of it is a test of a whole flow, though a new version of this library may give another one.
 */
import { SimulatedSwarm } from './simulated-swarm.ts'
import type { InvitationInit, InvitationService } from '../invitation/index.ts'
import type { Presence, PresenceInit } from '../presence/index.ts'
import type { Reachability } from '../reachability/index.ts'
import type { GossipSub } from '@libp2p/gossipsub'
import type { Identify } from '@libp2p/identify'
import type { Libp2p, PeerId, ServiceMap } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { ServiceFactoryMap } from 'libp2p'

export { NotRunningError, OutOfTimeError, SwarmEndedError, SwarmRunningError } from './errors.ts'

/** Milliseconds, or a text with a unit, such as '500 ms', '90 s', '2 min', '1 h'. */
export type Duration = number | `${number} ms` | `${number} s` | `${number} min` | `${number} h`

/** What the way between two nodes is like, in each direction. */
export interface WayInit {
  /** How long bytes are on their way. @default '30 ms' */
  latency?: Duration
  /** Up to so much more, evenly, for each write; bytes never overtake each other. @default '10 ms' */
  jitter?: Duration
  /** Bytes a second that go through one connection. @default Infinity */
  bandwidth?: number
}

/** A peer that is more than a name. */
export interface SwarmPeerInit<PeerName extends string = string, RelayName extends string = string> {
  name: PeerName
  /**
   * Relays by way of which it is reached: then it listens on nothing, as a browser's tab. It holds two of them at a time.
   *
   * @default none: it listens, and can be dialled
   */
  behind?: readonly RelayName[]
}

export interface SwarmInit<PeerName extends string = string, RelayName extends string = string, Added extends ServiceMap = SwarmServices> extends WayInit {
  /** The peers, by names of 1 to 32 of a to z, 0 to 9 and -, the first a letter; or with more than a name. */
  peers: ReadonlyArray<PeerName | SwarmPeerInit<PeerName, RelayName>>
  /** The relays, by such names. They stay connected with each other, and with all peers that listen. @default none */
  relays?: readonly RelayName[]
  /** The same seed, and the same script, give the same run. @default 1 */
  seed?: number | string
  /** The rooms that all peers are in: see `PresenceInit`. @default ['lobby'] */
  rooms?: NonNullable<PresenceInit['rooms']>
  /**
   * Whether peers that listen stay connected with each other and with the relays, as by a list that an app brings. If not, they
   * know each other's addresses from the start, and connect when they have a reason to; nobody is present to others until then.
   *
   * @default true
   */
  connected?: boolean
  /** Plain text costs less, and there is nobody here to read it. @default 'plaintext' */
  encryption?: 'plaintext' | 'noise'
  /** Options of every peer's invitation service. */
  invitation?: InvitationInit
  /** Options of every peer's presence. */
  presence?: Omit<PresenceInit, 'rooms'>
  /** Services of the app's own for every peer, or others in the place of those that are there. */
  services?: ServiceFactoryMap<Added>
  /**
   * Called with a peer each time before it starts: the place for an app's listeners, since those of one run hear nothing of
   * the next.
   */
  prepare?: (peer: SwarmPeer<Added>) => void
}

export interface RestartOptions {
  /** Whether its datastore is as it was when its last run ended, or empty. @default true */
  memory?: boolean
}

/** A peer or a relay. */
export interface SwarmNode {
  readonly name: string
  /** The same in all its runs. */
  readonly peerId: PeerId
  readonly isRunning: boolean
  /** Where it can be dialled now, with its id. */
  readonly addresses: Multiaddr[]
  /**
   * Its process is gone from one moment to the next, as by `kill -9`: it says nothing more; its connections are reset by its
   * system, which the others learn a latency later; what it had not stored is lost; and listeners on its run hear nothing any more
   * (promises that were given out there settle all the same, as if it was stopped). For a machine that is gone altogether, make its connections half open first. Nothing happens if it does not run.
   */
  crash(): void
  /** Stops it in good order, with goodbyes. Resolves when it has, in `run`. Nothing happens if it does not run. */
  stop(): Promise<void>
  /**
   * Starts a new run of it, under the same key and name; if it runs, it crashes first. Resolves when it has started, in `run`.
   *
   * @throws {NotRunningError} it crashed, or was started once more, before it had started
   */
  restart(options?: RestartOptions): Promise<void>
}

/** The services of every peer, by their keys. */
export type SwarmServices = {
  readonly identify: Identify
  readonly pubsub: GossipSub
  readonly presence: Presence
  readonly invitation: InvitationService
}

/** A peer. What it has of libp2p is that of its present run, or of its last one if it does not run. */
export interface SwarmPeer<Added extends ServiceMap = SwarmServices> extends SwarmNode {
  readonly libp2p: Libp2p<Omit<SwarmServices, keyof Added> & Added>
  readonly invitation: InvitationService
  readonly presence: Presence
  /** How it stands with its relays; undefined if it is behind none. */
  readonly reachability: Reachability | undefined
  /**
   * Sets its clock off by so many milliseconds, negative for slow: the time stamps that this library makes there. Durations stay
   * right, as they do with clocks that are merely wrong.
   */
  skew(ms: number): void
  /**
   * Its page cannot be seen from now on: timers of this library there fire on whole seconds only, and after five minutes on
   * whole minutes, as in Chromium. (Those of libp2p and of the app go on as they are: nobody can tell whose they are.)
   */
  hide(): void
  /** Its page can be seen again; what was held back fires at once. */
  show(): void
  /**
   * Its page is closed: what can be said in that very moment is said, and then it is gone as in a crash. Resolves when it is, without
   * that time passes. Nothing happens if it does not run.
   */
  closePage(): Promise<void>
}

export type SwarmRelay = SwarmNode

/**
 * The network, and what can be made to go wrong in it. Given two nodes, a verb concerns the way between these two; given one, those
 * of that one with all others; given none, all.
 */
export interface SwarmNetwork {
  /**
   * On connections that there are, bytes are held, both ways, until it is healed: what losses look like from above TCP. New ones
   * can be made.
   */
  stall(one?: SwarmNode, other?: SwarmNode): void
  /** Connections that there are break, and both ends know it at once. */
  cut(one?: SwarmNode, other?: SwarmNode): void
  /**
   * Connections that there are break, and only the end of `gone` knows it: what the other end sends goes nowhere, as to a machine
   * without power. New ones can be made.
   */
  halfOpen(gone: SwarmNode, other?: SwarmNode): void
  /**
   * Nothing gets through until it is healed: bytes are held, and new dials hang until whoever dials gives up. One way, `one`
   * reaches nobody, but is still reached on connections that there are.
   */
  partition(one?: SwarmNode, other?: SwarmNode, options?: { oneWay?: boolean }): void
  /** The node has no room for another connection: it takes those that are made to it, and closes them at once. */
  fill(node: SwarmNode): void
  /** The way is another from now on, in whatever is given. */
  shape(way: WayInit, one?: SwarmNode, other?: SwarmNode): void
  /**
   * Ends `stall` and `partition`, and, of one node or of all, `fill`: what was held sets out, and dials that hang go on.
   * Connections that broke stay so.
   */
  heal(one?: SwarmNode, other?: SwarmNode): void
}

export interface WithinOptions {
  /** The most virtual time that it may take. @default '1 min' for `until`, '10 min' for `run` */
  within?: Duration
  /** What is waited for, for the error. @default the source text of the condition */
  what?: string
}

/** A swarm. Its end stops everything in it, and gives the process its clock and its chance back, also after errors. */
export interface Swarm<PeerName extends string = string, RelayName extends string = string, Added extends ServiceMap = SwarmServices> extends AsyncDisposable {
  readonly peers: { readonly [Name in PeerName]: SwarmPeer<Added> }
  readonly relays: { readonly [Name in RelayName]: SwarmRelay }
  readonly network: SwarmNetwork
  /** Virtual time since the swarm began, milliseconds. */
  readonly now: number
  /**
   * What happened so far, a line each: virtual time in seconds, the node's name, and what: connections, states of invitations
   * (numbered as they came up), sessions, who is seen in rooms, relays held and lost, and faults.
   */
  readonly trace: string
  /**
   * Lets a duration pass, with all that happens in it.
   *
   * @throws {InvalidArgumentError} no duration
   * @throws {SwarmEndedError} the swarm is, or was meanwhile, disposed of
   */
  advance(duration: Duration): Promise<void>
  /**
   * Lets time pass until the condition holds: it is looked at whenever anything may have changed.
   *
   * @throws {OutOfTimeError} it did not within the limit
   * @throws {InvalidArgumentError} the limit is no duration
   * @throws {SwarmEndedError} the swarm is, or was meanwhile, disposed of
   * @throws {Error} what the condition throws
   */
  until(condition: () => boolean, options?: WithinOptions): Promise<void>
  /**
   * Lets time pass until a promise is settled, or that of a function, and gives what it comes to.
   *
   * @throws {OutOfTimeError} it did not within the limit
   * @throws {InvalidArgumentError} the limit is no duration
   * @throws {SwarmEndedError} the swarm is, or was meanwhile, disposed of
   * @throws {Error} what it rejects with
   */
  run<T>(work: Promise<T> | (() => Promise<T>), options?: WithinOptions): Promise<T>
}

/**
 * Starts a swarm: resolves when all its nodes have started. Connected they are not yet, which takes them some round trips.
 *
 * @throws {InvalidArgumentError} an option is none
 * @throws {SwarmRunningError} there is one in this process already
 */
export async function createSwarm<const PeerName extends string, const RelayName extends string = never, Added extends ServiceMap = SwarmServices> (init: SwarmInit<PeerName, RelayName, Added>): Promise<Swarm<PeerName, RelayName, Added>> {
  return await SimulatedSwarm.start(init)
}
