import type { CalleeState } from '../../src/invitation/callee-machine.ts'
import type { CallerState } from '../../src/invitation/caller-machine.ts'
import type { End } from '../../src/invitation/ends.ts'
import type { Admission, GlarePolicy, PairStep, PairView } from '../../src/invitation/pair.ts'
import type { InvitationWord } from '../../src/wire/words.ts'
import type { Machines } from './machines.ts'

/** One of the two processes of the model: what ships holds `out`, `in` and the link; the rest is what the model remembers. */
export interface PeerState {
  readonly out: CallerState | undefined
  readonly in: CalleeState | undefined
  readonly linkIsUp: boolean
  /** Whether its user has sent its invitation, ever. */
  readonly sent: boolean
  /** What it recorded as the end of its own invitation, ever: survives a crash of the process. */
  readonly recorded: End['state'] | undefined
  /** Whether this process has accepted the other's invitation. */
  readonly accepted: boolean
  /** Whether this process was told that the other's invitation is over. */
  readonly told: boolean
}

export type Side = 'lower' | 'higher'

export const NEW_PEER: PeerState = { out: undefined, in: undefined, linkIsUp: true, sent: false, recorded: undefined, accepted: false, told: false }

/** What may happen to a process by itself: verbs of its user or policy, timers, its link. Written so that a trace reads well. */
export type PeerInput = string

export interface PeerResult {
  readonly state: PeerState
  readonly say: readonly InvitationWord[]
  /** What the step itself broke, if anything. */
  readonly broken: string | undefined
}

const END = 9

/** No state follows one of a higher rank. */
const RANKS = {
  idle: 0,
  received: 0,
  sending: 1,
  delivered: 2,
  ringing: 3,
  accepting: 4,
  accepted: END,
  refused: END,
  canceled: END,
  expired: END,
  failed: END
}

/** One process, by the functions that ship. */
export class Peer {
  readonly #machines: Machines
  readonly side: Side
  readonly #glare: GlarePolicy

  constructor (machines: Machines, side: Side, glare: GlarePolicy) {
    this.#machines = machines
    this.side = side
    this.#glare = glare
  }

  /** What its user, its policy and its timers may do now. */
  inputs (state: PeerState): PeerInput[] {
    const { caller, callee } = this.#machines
    const { out, in: incoming } = state
    const inputs: PeerInput[] = []

    // not where the other's invitation has ended already: that is no glare
    if (!state.sent && incoming?.end == null) {
      inputs.push('send')
    }

    if (out != null) {
      if (caller.callerIsLive(out)) {
        inputs.push('cancel')
      }

      if (out.session === 'open') {
        inputs.push('end own')
      }

      if (out.phase === 'sending' && !state.linkIsUp) {
        inputs.push('unsupported')
      }

      inputs.push(...caller.callerTimers(out, state.linkIsUp).map(timer => `caller timer ${timer}`))
    }

    if (incoming != null) {
      if (incoming.phase === 'received' && !incoming.held && !incoming.silenced) {
        inputs.push('admit', 'admit refuse', 'admit ignore')
      }

      if (incoming.phase === 'ringing') {
        inputs.push('accept', 'refuse')
      }

      if (incoming.phase === 'ringing' && !incoming.ignored) {
        inputs.push('ignore')
      }

      if (incoming.phase === 'accepting') {
        inputs.push('abandon')
      }

      if (incoming.session === 'open' || (incoming.phase === 'accepting' && incoming.hangup == null)) {
        inputs.push('end theirs')
      }

      inputs.push(...callee.calleeTimers(incoming, state.linkIsUp).map(timer => `callee timer ${timer}`))
    }

    return inputs
  }

  apply (state: PeerState, input: PeerInput): PeerResult {
    const { pair, caller } = this.#machines
    const own = this.side
    const other = own === 'lower' ? 'higher' : 'lower'
    const view = this.#view(state)
    const words = input.split(' ')
    const asCallee = (callee: Parameters<typeof pair.actAsCallee>[2]): PairStep => pair.actAsCallee(view, other, callee)
    const asCaller = (call: Parameters<typeof pair.actAsCaller>[2]): PairStep => pair.actAsCaller(view, own, call)
    const admit = (admission: Admission): PairStep => pair.admit(view, other, admission)

    switch (input) {
      case 'send': return this.#result({ ...state, sent: true }, pair.send(view, caller.newCaller(own, 60_000)))
      case 'cancel': return this.#result(state, asCaller({ on: 'cancel', reason: 'canceled', originator: 'local' }))
      case 'end own': return this.#result(state, asCaller({ on: 'end', reason: 'hangup', originator: 'local' }))
      case 'end theirs': return this.#result(state, asCallee({ on: 'end', reason: 'hangup', originator: 'local' }))
      case 'admit': return this.#result(state, admit('ring'))
      case 'admit refuse': return this.#result(state, admit({ refuse: 'busy' }))
      case 'admit ignore': return this.#result(state, admit('ignore'))
      case 'accept': return this.#result(state, asCallee({ on: 'accept' }))
      case 'refuse': return this.#result(state, asCallee({ on: 'answer', reason: 'declined', originator: 'local' }))
      case 'ignore': return this.#result(state, asCallee({ on: 'ignore' }))
      case 'abandon': return this.#result(state, asCallee({ on: 'abandon', reason: 'not-started' }))
      case 'unsupported': return this.#result(state, pair.unsupported(view))
      case 'link up': return this.#result({ ...state, linkIsUp: true }, pair.linkUp(this.#view({ ...state, linkIsUp: true })))
      case 'link down': return { state: { ...state, linkIsUp: false }, say: [], broken: undefined }
      case 'crash': return { state: { ...NEW_PEER, linkIsUp: false, sent: state.sent, recorded: state.recorded }, say: [], broken: undefined }
      default: return words[0] === 'caller'
        ? this.#result(state, asCaller({ on: 'timer', timer: words[2] as never }))
        : this.#result(state, asCallee({ on: 'timer', timer: words[2] as never }))
    }
  }

  hear (state: PeerState, word: InvitationWord): PeerResult {
    const told = state.told || word.kind === 'stop'

    return this.#result({ ...state, told }, this.#machines.pair.hear(this.#view(state), word))
  }

  #view (state: PeerState): PairView {
    const { caller, callee } = this.#machines
    const { out, in: incoming } = state

    return {
      glare: this.#glare,
      isLower: this.side === 'lower',
      linkIsUp: state.linkIsUp,
      outgoing: new Map(out == null || caller.callerIsOver(out) ? [] : [[out.id, out]]),
      incoming: new Map(incoming == null || callee.calleeIsOver(incoming) ? [] : [[incoming.id, incoming]]),
      tombstone: (role, id) => [out, incoming].find(known => known?.role === role && known.id === id)
    }
  }

  #result (before: PeerState, step: PairStep): PeerResult {
    let { out, in: incoming, recorded, accepted } = before
    let broken: string | undefined

    for (const changed of step.changed) {
      if (changed.role === 'caller') {
        broken ??= changedWrongly('caller', before.out, changed)
        recorded ??= changed.end?.state
        out = changed
      } else {
        broken ??= changedWrongly('callee', before.in, changed)
        accepted ||= changed.phase === 'accepting'
        incoming = changed

        if (before.told && changed.phase === 'ringing' && before.in?.phase !== 'ringing') {
          broken ??= 'rings after it was told that the invitation is over'
        }
      }
    }

    return { state: { ...before, out, in: incoming, recorded, accepted }, say: step.say, broken }
  }
}

type Changing = CallerState | CalleeState

function changedWrongly (who: string, before: Changing | undefined, after: Changing): string | undefined {
  if (before?.end != null && (before.end !== after.end || before.phase !== after.phase)) {
    return `${who}: an end state changed`
  }

  if (before != null && RANKS[after.phase] < RANKS[before.phase]) {
    return `${who}: went back from ${before.phase} to ${after.phase}`
  }

  if (typeof before?.session === 'object' && before.session !== after.session) {
    return `${who}: the end of a session changed`
  }

  return undefined
}
