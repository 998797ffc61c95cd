import type { End, Originator, SessionEndReason } from '../../src/index.ts'
import type { Plan } from './script.ts'

/** Something that was seen from outside, by an app's own means. `at` is milliseconds of virtual time, `run` counts a peer's starts from 1. */
export type Fact = { readonly at: number, readonly peer: string, readonly run: number } & (
  | { readonly saw: 'started' }
  /** The run's process is gone, or it was stopped in order: what it sees from then on is nobody's. */
  | { readonly saw: 'over' }
  | { readonly saw: 'state', readonly id: string, readonly role: 'caller' | 'callee', readonly other: string, readonly state: string, readonly end?: End, readonly bounds: Bounds, readonly plan: Plan }
  | { readonly saw: 'missed', readonly id: string }
  | { readonly saw: 'opened', readonly id: string }
  | { readonly saw: 'closed', readonly id: string, readonly reason: SessionEndReason, readonly originator: Originator }
  | { readonly saw: 'said', readonly id: string, readonly text: string }
  /** Its send resolved: the other side's library has it. */
  | { readonly saw: 'heard', readonly id: string, readonly text: string }
  | { readonly saw: 'read', readonly id: string, readonly text: string }
  /** A verb was called, and its promise came to this. */
  | { readonly saw: 'called', readonly call: number, readonly verb: Verb }
  | { readonly saw: 'settled', readonly call: number, readonly verb: Verb, readonly error?: { readonly name: string, readonly message: string } }
)

export type Verb = 'send' | 'cancel' | 'accept' | 'refuse' | 'say' | 'end'

export interface Bounds {
  readonly ringTime: number
  /** There on the caller's side only. */
  readonly deliveryTime?: number
}

/** What a fact holds beside where and when. */
export type Seen<Saw extends Fact['saw'] = Fact['saw']> = Saw extends unknown ? Omit<Extract<Fact, { saw: Saw }>, 'at' | 'peer' | 'run'> : never

/** Something that went wrong. */
export interface Trouble {
  readonly from: number
  /** Until when it may still be felt. */
  readonly until: number
}

/** All that is known when it is over. */
export interface History {
  readonly facts: readonly Fact[]
  /** From then on nothing is wrong, all run, and nobody begins anything. */
  readonly calmFrom: number
  /** Everything that is not so in good weather. */
  readonly troubles: readonly Trouble[]
  /** Whether peers knew of each other before anything began. */
  readonly isConnected: boolean
  /** Whether timers ran late somewhere, in hidden pages. */
  readonly wasHidden: boolean
  /** What the peers said of each other, and what was left, when all should have been over. */
  readonly remains: readonly string[]
}
