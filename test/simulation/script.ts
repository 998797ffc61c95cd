import type { Admission, GlarePolicy } from '../../src/index.ts'
import type { PresenceStatus } from '../../src/presence/index.ts'
import type { WayInit } from '../../src/swarm/index.ts'

/** One run of the simulation, as data that JSON can hold: who is there, and what happens when. The same script gives the same run, to the letter. */
export interface Script {
  /** Of the swarm's chance: keys, ids, jitter. */
  readonly seed: number
  readonly peers: ReadonlyArray<{ readonly name: string, readonly behind: readonly string[] }>
  readonly relays: readonly string[]
  /** Whether peers that listen stay connected, or dial when they have a reason to. */
  readonly connected: boolean
  readonly glare: GlarePolicy
  readonly busy: 'ring' | 'refuse'
  /** Whether all wait in the end until streams that nobody uses are closed: minutes, which not every script needs. */
  readonly idles: boolean
  readonly steps: readonly Step[]
}

/** What the callee's user does about an invitation, and what both do in the session that may come of it; it travels as the content. */
export interface Plan {
  /** What the callee's user does, or how its policy answers. */
  readonly answer: 'accept' | 'refuse' | 'ignore' | 'nothing' | 'accept-and-refuse' | 'policy-ignore' | 'policy-refuse'
  /** Milliseconds from ringing to the answer. */
  readonly after: number
  /** Messages that each of the two sends in the session, a tenth of a second between them. */
  readonly messages: number
  /** Who ends the session. */
  readonly hangsUp: 'caller' | 'callee' | 'both' | 'nobody'
  /** Milliseconds from acceptance to that. */
  readonly talks: number
}

/** What happens at a moment, milliseconds from when all had started and met. Nodes are named. */
export type Step = { readonly at: number } & Event

export type Event =
  /** `cancelAfter`: milliseconds until the caller takes it back, or null. */
  | { readonly verb: 'invite', readonly caller: string, readonly callee: string, readonly ringTime: number, readonly deliveryTime: number, readonly cancelAfter: number | null, readonly plan: Plan }
  | { readonly verb: 'status', readonly peer: string, readonly status: Exclude<PresenceStatus, 'leaving'> }
  /** The node ends, in one of three ways, and is started again after so many milliseconds. */
  | { readonly verb: 'crash' | 'stop' | 'close-page', readonly node: string, readonly lasts: number, readonly memory: boolean }
  | { readonly verb: 'hide', readonly peer: string, readonly lasts: number }
  | { readonly verb: 'skew', readonly peer: string, readonly by: number }
  | { readonly verb: 'cut' | 'half-open', readonly one: string, readonly other: string | null }
  | { readonly verb: 'stall' | 'part' | 'part-one-way', readonly one: string, readonly other: string | null, readonly lasts: number }
  | { readonly verb: 'fill', readonly node: string, readonly lasts: number }
  | { readonly verb: 'shape', readonly one: string, readonly other: string | null, readonly lasts: number, readonly way: WayInit }

/** How a policy answers an invitation of that plan. */
export const ADMISSIONS: { readonly [Answer in Plan['answer']]?: Admission } = {
  'policy-ignore': 'ignore',
  'policy-refuse': { refuse: 'unavailable' }
}

/** How many invitations it has. */
export function invitationsIn ({ steps }: Script): number {
  return steps.filter(({ verb }) => verb === 'invite').length
}
