import type { Machines } from './machines.ts'
import type { PeerState } from './peer.ts'
import type { Bounds, World, Worlds } from './world.ts'

/**
 * Checks what must hold in every state of the world: of the design's six rules that the callee ends accepted only if the
 * caller did (1), that an accept of the caller's comes through (2), that nobody rings for what is over (5), and that two
 * who can speak are of one mind. That ends stay and states move forward only (3, 4) is checked with each step of a
 * process; that every invitation ends (6) follows from timers, checked here, and from the absence of circles in `Runs`.
 */
export class Invariants {
  readonly #worlds: Worlds
  readonly #machines: Machines
  readonly #bounds: Bounds

  constructor (worlds: Worlds, machines: Machines, bounds: Bounds) {
    this.#worlds = worlds
    this.#machines = machines
    this.#bounds = bounds
  }

  /** What is broken in this state, if anything. */
  check (world: World): string | undefined {
    const lower = this.#worlds.peer(world.lower)
    const higher = this.#worlds.peer(world.higher)
    const quiet = this.#worlds.isQuiet(world)

    return this.#invitation(lower, higher, quiet) ?? this.#invitation(higher, lower, quiet) ?? this.#glare(world, lower, higher, quiet)
  }

  /** One invitation, between its caller and its callee. */
  #invitation (callerPeer: PeerState, calleePeer: PeerState, quiet: boolean): string | undefined {
    const { out } = callerPeer
    const { in: incoming } = calleePeer

    if (incoming?.phase === 'accepted' && callerPeer.recorded !== 'accepted') {
      return 'the callee ended accepted, the caller did not'
    }

    if (callerPeer.recorded === 'accepted' && calleePeer.accepted && incoming?.end != null && !['accepted', 'failed'].includes(incoming.phase)) {
      return `the caller ended accepted, the callee that accepted ended ${incoming.phase}`
    }

    const { callerIsLive, callerTimers } = this.#machines.caller
    const { calleeIsLive, calleeTimers } = this.#machines.callee

    if (out != null && callerIsLive(out) && callerTimers(out, callerPeer.linkIsUp).length === 0) {
      return 'the caller waits without a timer'
    }

    if (incoming != null && calleeIsLive(incoming) && calleeTimers(incoming, calleePeer.linkIsUp).length === 0) {
      return 'the callee waits without a timer'
    }

    if (incoming?.held === true && (calleePeer.out == null || (!callerIsLive(calleePeer.out) && calleePeer.out.phase !== 'accepted'))) {
      return 'an invitation is held back for one that is no more'
    }

    return quiet ? this.#quietInvitation(callerPeer, calleePeer) : undefined
  }

  /** With the link up and every word heard, the two must be of one mind. */
  #quietInvitation ({ out }: PeerState, { in: incoming }: PeerState): string | undefined {
    const callerLives = out != null && this.#machines.caller.callerIsLive(out)
    const ringing = incoming?.phase === 'ringing' || incoming?.phase === 'accepting'

    if (ringing && !callerLives) {
      return `the callee is ${incoming.phase}, the caller ended it and could say so`
    }

    if (incoming?.phase === 'accepting') {
      return 'the callee accepts, and no answer is on its way'
    }

    if ((out?.session === 'open') !== (incoming?.session === 'open')) {
      return 'one side holds a session open, the other does not'
    }

    if (out?.stop === 'owed' && incoming?.silenced !== true) {
      return 'a STOP is owed, and no answer is on its way'
    }

    if (incoming?.answer === 'owed') {
      return 'a REFUSE or HANGUP is owed, and no answer is on its way'
    }

    // a callee whose own time ran out says so when it is asked; the caller's own timer ends it in any case
    if (callerLives && (incoming == null || (incoming.end != null && incoming.end.originator !== 'system'))) {
      return `the caller is ${out.phase}, the callee has ${incoming?.phase ?? 'nothing'}`
    }

    return undefined
  }

  #glare (world: World, lower: PeerState, higher: PeerState, quiet: boolean): string | undefined {
    if (this.#bounds.glare === 'off' || this.#bounds.callers.length < 2) {
      return undefined
    }

    if (this.#bounds.crashes === world.crashes && lower.recorded === 'accepted' && higher.recorded === 'accepted') {
      return 'glare: two calls came out'
    }

    if (quiet && !world.disturbed && lower.sent && higher.sent) {
      const states = [lower.out, higher.out].map(out => out?.phase)
      const alive = states.filter(phase => phase === 'accepted' || (this.#bounds.glare === 'ring' && phase === 'ringing'))
      const undecided = [lower.in, higher.in].some(incoming => incoming?.phase === 'received' && !incoming.held)

      if (alive.length !== 1 && !undecided) {
        return `glare: not one call came out (${states.join(', ')})`
      }
    }

    return undefined
  }
}
