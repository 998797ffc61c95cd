import type { CalleeState } from '../../src/invitation/callee-machine.ts'
import { newCaller } from '../../src/invitation/caller-machine.ts'
import type { CallerState } from '../../src/invitation/caller-machine.ts'
import { actAsCallee, actAsCaller, admit, hear, linkUp, send } from '../../src/invitation/pair.ts'
import type { Admission, GlarePolicy, PairStep } from '../../src/invitation/pair.ts'
import type { CancelReason, InvitationId, InvitationWord, WordKind } from '../../src/wire/words.ts'
import { Process } from './process.ts'

export type Name = 'alice' | 'bob'

/** What a user does, or a policy (`admits`, `is busy`, `is silent`), with the newest invitation that it can mean. */
export type Deed = 'sends' | 'cancels' | 'hangs up' | 'admits' | 'is busy' | 'is silent' | 'accepts' | 'refuses' | 'ignores'

/** How long each of these invitations rings, milliseconds. */
const RING_TIME = 60_000

const other = (name: Name): Name => name === 'alice' ? 'bob' : 'alice'

/**
 * A race, told step by step: Alice, whose peer id is the lower, and Bob, with the streams between them. Nothing is heard before
 * the story says so. Alice's invitations are called a1, a2 …, Bob's b1, b2 ….
 *
 * Words are written with an arrow: `→` from Alice to Bob, `←` from Bob to Alice.
 */
export class Race {
  readonly #processes: { [N in Name]: Process }
  readonly #glare: GlarePolicy
  /** Words under way to each, on the stream that stands and on the ones before it. */
  readonly #underWay: { [N in Name]: InvitationWord[] } = { alice: [], bob: [] }
  readonly #late: { [N in Name]: InvitationWord[] } = { alice: [], bob: [] }
  readonly #sent: { [N in Name]: number } = { alice: 0, bob: 0 }
  #streamStands = true
  #said: string[] = []

  constructor (glare: GlarePolicy = 'accept') {
    this.#glare = glare
    this.#processes = { alice: new Process(true, glare), bob: new Process(false, glare) }
  }

  alice (...deeds: Deed[]): this {
    return this.#does('alice', deeds)
  }

  bob (...deeds: Deed[]): this {
    return this.#does('bob', deeds)
  }

  /** Alice has invited Bob, and it rings. What was said so far is not part of the story. */
  ringing (): this {
    return this.alice('sends').heard().bob('admits').heard().fromHere()
  }

  /** Bob has accepted Alice's invitation, and both are on the call. */
  onCall (): this {
    return this.ringing().bob('accepts').heard().fromHere()
  }

  /** What was said so far is not part of the story. */
  fromHere (): this {
    this.#said = []

    return this
  }

  /** Her newest invitation is taken back for that reason. */
  aliceCancels (reason: CancelReason): this {
    return this.#take('alice', actAsCaller(this.#processes.alice, this.#own('alice'), { on: 'cancel', reason, originator: 'local' }))
  }

  aliceHears (...kinds: WordKind[]): this {
    return this.#hears('alice', this.#underWay.alice, kinds)
  }

  bobHears (...kinds: WordKind[]): this {
    return this.#hears('bob', this.#underWay.bob, kinds)
  }

  /** Words of a stream that was cut come through after all, beside those of the next. */
  aliceHearsLate (...kinds: WordKind[]): this {
    return this.#hears('alice', this.#late.alice, kinds)
  }

  bobHearsLate (...kinds: WordKind[]): this {
    return this.#hears('bob', this.#late.bob, kinds)
  }

  /** A word comes in from elsewhere: a repeat, or one that was never said. */
  toBob (word: InvitationWord): this {
    return this.#take('bob', hear(this.#processes.bob, word))
  }

  toAlice (word: InvitationWord): this {
    return this.#take('alice', hear(this.#processes.alice, word))
  }

  /** All words on the stream are heard, and the answers, until nothing is under way. */
  heard (): this {
    for (let rounds = 0; this.#isUnderWay; rounds++) {
      if (rounds > 20) {
        throw new Error('answers answer answers')
      }

      for (const name of ['bob', 'alice'] as const) {
        for (const word of this.#underWay[name].splice(0)) {
          this.#take(name, hear(this.#processes[name], word))
        }
      }
    }

    return this
  }

  /** The stream is gone and both see it; what was under way on it is late, and lost if no one ever hears it. */
  cut (): this {
    this.#streamStands = false

    for (const name of ['alice', 'bob'] as const) {
      this.#late[name].push(...this.#underWay[name].splice(0))
      this.#processes[name].linkIsUp = false
    }

    return this
  }

  /** A new stream stands; both say what is unanswered. */
  reconnected (): this {
    this.#streamStands = true

    for (const name of ['alice', 'bob'] as const) {
      this.#processes[name].linkIsUp = true
      this.#take(name, linkUp(this.#processes[name]))
    }

    return this
  }

  /** The process is gone with its streams, and comes back knowing nothing. */
  crash (name: Name): this {
    this.cut()
    this.#late[name] = []
    this.#processes[name] = new Process(name === 'alice', this.#glare)
    this.#processes[name].linkIsUp = false

    return this
  }

  /** A timer that runs there runs out. */
  runsOut (name: Name, timer: string): this {
    const own = this.#own(name)
    const theirs = this.#theirs(name)
    const process = this.#processes[name]
    const ownTimer = process.timers('caller', own).find(running => running === timer)
    const theirTimer = process.timers('callee', theirs).find(running => running === timer)

    if (ownTimer == null && theirTimer == null) {
      throw new Error(`no ${timer} timer runs at ${name}`)
    }

    const step = ownTimer == null
      ? actAsCallee(process, theirs, { on: 'timer', timer: timer as never })
      : actAsCaller(process, own, { on: 'timer', timer: timer as never })

    return this.#take(name, step)
  }

  /** How the invitation ended at its caller and at its callee, as `state/reason/originator`; or what state it is in. Nothing may be under way. */
  ends (id: InvitationId = 'a1'): { caller: string, callee: string } {
    if (this.#isUnderWay) {
      throw new Error(`under way: ${JSON.stringify(this.#underWay)}`)
    }

    return { caller: described(this.#caller(id).caller(id)), callee: described(this.#callee(id).callee(id)) }
  }

  /** What became of the session of the invitation: `none`, `open`, or `reason/originator`. */
  sessions (id: InvitationId = 'a1'): { caller: string, callee: string } {
    return { caller: sessionOf(this.#caller(id).caller(id)), callee: sessionOf(this.#callee(id).callee(id)) }
  }

  /** What the users were told, in order. */
  facts (id: InvitationId = 'a1'): { caller: string[], callee: string[] } {
    return { caller: this.#caller(id).facts('caller', id), callee: this.#callee(id).facts('callee', id) }
  }

  /** All that was said since the beginning of the story. */
  get said (): string[] {
    return this.#said
  }

  /** The invitations that the policy there was asked about. */
  asked (name: Name): InvitationId[] {
    return this.#processes[name].asked
  }

  get #isUnderWay (): boolean {
    return this.#underWay.alice.length + this.#underWay.bob.length > 0
  }

  #does (name: Name, deeds: readonly Deed[]): this {
    for (const deed of deeds) {
      this.#take(name, this.#step(name, deed))
    }

    return this
  }

  #step (name: Name, deed: Deed): PairStep {
    const process = this.#processes[name]
    const own = this.#own(name)
    const theirs = this.#theirs(name)
    const decide = (admission: Admission): PairStep => admit(process, theirs, admission)

    switch (deed) {
      case 'sends': return send(process, newCaller(`${name.slice(0, 1)}${++this.#sent[name]}`, RING_TIME))
      case 'cancels': return actAsCaller(process, own, { on: 'cancel', reason: 'canceled', originator: 'local' })
      case 'admits': return decide('ring')
      case 'is busy': return decide({ refuse: 'busy' })
      case 'is silent': return decide('ignore')
      case 'accepts': return actAsCallee(process, theirs, { on: 'accept' })
      case 'refuses': return actAsCallee(process, theirs, { on: 'answer', reason: 'declined', originator: 'local' })
      case 'ignores': return actAsCallee(process, theirs, { on: 'ignore' })
      case 'hangs up': return process.caller(own)?.session === 'open'
        ? actAsCaller(process, own, { on: 'end', reason: 'hangup', originator: 'local' })
        : actAsCallee(process, theirs, { on: 'end', reason: 'hangup', originator: 'local' })
    }
  }

  #hears (name: Name, words: InvitationWord[], kinds: readonly WordKind[]): this {
    for (const kind of kinds) {
      const word = words.shift()

      if (word?.kind !== kind) {
        throw new Error(`under way to ${name} is ${word?.kind ?? 'nothing'}, not ${kind}`)
      }

      this.#take(name, hear(this.#processes[name], word))
    }

    return this
  }

  #take (name: Name, step: PairStep): this {
    const words = this.#processes[name].take(step)

    if (this.#streamStands) {
      this.#underWay[other(name)].push(...words)
      this.#said.push(...words.map(word => `${name === 'alice' ? '→' : '←'} ${written(word)}`))
    }

    return this
  }

  #own (name: Name): InvitationId {
    return `${name.slice(0, 1)}${this.#sent[name]}`
  }

  #theirs (name: Name): InvitationId {
    return this.#own(other(name))
  }

  #caller (id: InvitationId): Process {
    return this.#processes[id.startsWith('a') ? 'alice' : 'bob']
  }

  #callee (id: InvitationId): Process {
    return this.#processes[id.startsWith('a') ? 'bob' : 'alice']
  }
}

/** A word as it is written in a story: with its reason, and the invitation where it is not the first of Alice's. */
function written (word: InvitationWord): string {
  const reason = 'reason' in word ? ` ${word.reason}` : ''
  const kept = word.kind === 'stop' && word.kept != null ? ` for ${word.kept}` : ''

  return `${word.kind.toUpperCase()}${word.id === 'a1' ? '' : ` ${word.id}`}${reason}${kept}`
}

function described (state: CallerState | CalleeState | undefined): string {
  return state?.end == null ? state?.phase ?? 'unknown' : `${state.end.state}/${state.end.reason}/${state.end.originator}`
}

function sessionOf (state: CallerState | CalleeState | undefined): string {
  const session = state?.session ?? 'none'

  return typeof session === 'object' ? `${session.reason}/${session.originator}` : session
}
