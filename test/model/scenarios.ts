import type { GlarePolicy } from '../../src/invitation/pair.ts'
import type { Bounds } from './world.ts'

/** One exploration: what is let loose in it, and why. */
export interface Scenario {
  readonly name: string
  readonly bounds: Bounds
  readonly why: string
}

/** One invitation, from the lower peer; all verbs and timers of both sides, at any moment. */
const ONE: Bounds = { glare: 'accept', callers: ['lower'], cuts: 0, repeats: 0, crashes: 0, moves: 0 }

/** What touches one invitation alone, at one moment alone: let loose where there is one invitation, and two crashes, or a word that is heard twice. */
const RARE = ['ignore', 'abandon', 'unsupported', 'caller timer hint']

const NO_TIMERS = ['caller timer', 'callee timer']

const GLARE_POLICIES: readonly GlarePolicy[] = ['accept', 'ring', 'off']

/** Both may invite, at any moment. */
const both = (glare: GlarePolicy, without: readonly string[], more: Partial<Bounds> = {}): Bounds =>
  ({ ...ONE, glare, callers: ['lower', 'higher'], without: [...RARE, ...without], ...more })

const everyVerb = (glare: GlarePolicy): Scenario => ({
  name: `glare (${glare}), every verb and timer`,
  bounds: both(glare, []),
  why: 'what is kept is kept, or comes back, when the other runs out'
})

/** What is explored in the tests, and by `npm run model`, the longest first. */
export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'one invitation, a cut and a crash',
    bounds: { ...ONE, cuts: 1, crashes: 1, without: RARE },
    why: 'what a process that knows nothing answers to words of before'
  },
  {
    name: 'one invitation, two cuts',
    bounds: { ...ONE, cuts: 2, without: RARE },
    why: 'words lost, late and reordered, and said again, twice over'
  },
  {
    name: 'one invitation, a cut and a change of streams',
    bounds: { ...ONE, cuts: 1, moves: 1, without: RARE },
    why: 'words reordered without being said again'
  },
  {
    name: 'one invitation, two crashes',
    bounds: { ...ONE, crashes: 2 },
    why: 'both sides come back empty, or one of them twice'
  },
  {
    name: 'one invitation, a cut and a repeat',
    bounds: { ...ONE, cuts: 1, repeats: 1 },
    why: 'every word is idempotent'
  },
  {
    name: 'one invitation, a crash and a repeat',
    bounds: { ...ONE, crashes: 1, repeats: 1 },
    why: 'every word is idempotent, also for who knows nothing'
  },
  ...GLARE_POLICIES.filter(glare => glare !== 'off').map(everyVerb),
  ...GLARE_POLICIES.flatMap(glare => [
    {
      name: `glare (${glare}), a cut`,
      bounds: both(glare, [...NO_TIMERS, 'end', 'admit '], { cuts: 1 }),
      why: 'exactly one call comes out, also when the invites are reordered'
    },
    {
      name: `glare (${glare}), a crash`,
      bounds: both(glare, [...NO_TIMERS, 'end', 'admit '], { crashes: 1 }),
      why: 'one of the two forgets both invitations'
    },
    {
      name: `glare (${glare}), a repeat and a change of streams`,
      bounds: both(glare, [...NO_TIMERS, 'end', 'admit '], { repeats: 1, moves: 1 }),
      why: 'exactly one call comes out, also when nothing is said again'
    }
  ])
]

/** What `npm run model -- --deep` explores on top: minutes, and gigabytes. */
export const DEEP_SCENARIOS: readonly Scenario[] = [
  {
    name: 'one invitation, a cut and a crash, every verb',
    bounds: { ...ONE, cuts: 1, crashes: 1 },
    why: 'what a process that knows nothing answers to words of before'
  },
  // where nothing settles a glare, the two have hardly anything to do with each other
  everyVerb('off'),
  {
    name: 'one invitation, two cuts, every verb',
    bounds: { ...ONE, cuts: 2 },
    why: 'words lost, late and reordered, and said again, twice over'
  },
  {
    name: 'one invitation, a cut, a repeat and a crash',
    bounds: { ...ONE, cuts: 1, repeats: 1, crashes: 1 },
    why: 'all of it at once'
  },
  {
    name: 'one invitation, three changes of streams and a repeat',
    bounds: { ...ONE, repeats: 1, moves: 3 },
    why: 'reordering alone, in depth'
  },
  {
    name: 'glare (accept), three cuts',
    bounds: both('accept', [...NO_TIMERS, 'end', 'admit ', 'cancel', 'refuse'], { cuts: 3 }),
    why: 'exactly one call comes out, however often both say everything again'
  }
]
