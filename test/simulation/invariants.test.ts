import { describe, expect, it } from 'vitest'
import { RULES, violations } from './invariants.ts'
import type { End } from '../../src/index.ts'
import type { Fact, History } from './history.ts'

const PLAN = { answer: 'accept', after: 0, messages: 0, hangsUp: 'caller', talks: 0 } as const

const ACCEPTED: End = { state: 'accepted', reason: 'accepted', originator: 'remote' }
const CANCELED: End = { state: 'canceled', reason: 'canceled', originator: 'remote' }
const FAILED: End = { state: 'failed', reason: 'accept-failed', originator: 'system' }

/** What was seen of an invitation `id` in one state. */
function state (peer: 'ada' | 'ben', at: number, name: string, end?: End, id = 'one', caller: 'ada' | 'ben' = 'ada'): Fact {
  const isCaller = peer === caller

  return {
    at,
    peer,
    run: 1,
    saw: 'state',
    id,
    role: isCaller ? 'caller' : 'callee',
    other: peer === 'ada' ? 'ben' : 'ada',
    state: name,
    ...(end == null ? {} : { end }),
    bounds: { ringTime: 60_000, ...(isCaller ? { deliveryTime: 30_000 } : {}) },
    plan: PLAN
  }
}

const over = (peer: string, at: number): Fact => ({ at, peer, run: 1, saw: 'over' })

const INVITED = [state('ada', 0, 'sending'), state('ben', 40, 'received'), state('ben', 40, 'ringing'), state('ada', 80, 'delivered'), state('ada', 80, 'ringing')]

const CALL: readonly Fact[] = [
  ...INVITED,
  state('ben', 90, 'accepting'),
  state('ada', 130, 'accepted', ACCEPTED),
  { at: 130, peer: 'ada', run: 1, saw: 'opened', id: 'one' },
  state('ben', 170, 'accepted', ACCEPTED),
  { at: 170, peer: 'ben', run: 1, saw: 'opened', id: 'one' },
  { at: 200, peer: 'ada', run: 1, saw: 'said', id: 'one', text: 'a' },
  { at: 210, peer: 'ada', run: 1, saw: 'said', id: 'one', text: 'b' },
  { at: 240, peer: 'ben', run: 1, saw: 'read', id: 'one', text: 'a' },
  { at: 250, peer: 'ben', run: 1, saw: 'read', id: 'one', text: 'b' },
  { at: 280, peer: 'ada', run: 1, saw: 'heard', id: 'one', text: 'a' },
  { at: 300, peer: 'ada', run: 1, saw: 'closed', id: 'one', reason: 'hangup', originator: 'local' },
  { at: 340, peer: 'ben', run: 1, saw: 'closed', id: 'one', reason: 'hangup', originator: 'remote' }
]

const CANCEL: readonly Fact[] = [
  ...INVITED,
  state('ada', 500, 'canceled', { ...CANCELED, originator: 'local' }),
  state('ben', 540, 'canceled', CANCELED),
  { at: 540, peer: 'ben', run: 1, saw: 'missed', id: 'one' }
]

function brokenBy (facts: readonly Fact[], more: Partial<History> = {}): string[] {
  return [...new Set(violations({ facts, calmFrom: Infinity, troubles: [], isConnected: true, wasHidden: false, remains: [], ...more }, { glareIsOff: false }).map(({ rule }) => rule))]
}

const without = (facts: readonly Fact[], isOut: (fact: Fact) => boolean): Fact[] => facts.filter(fact => !isOut(fact))

const called = (more: readonly Fact[]): Fact[] => [...CALL, { at: 0, peer: 'ada', run: 1, saw: 'called', call: 0, verb: 'send' }, ...more]

const UNREAD: readonly Fact[] = [
  ...without(CALL, fact => fact.saw === 'closed' || (fact.saw === 'read' && fact.text === 'b')),
  { at: 60_000, peer: 'ada', run: 1, saw: 'closed', id: 'one', reason: 'hangup', originator: 'local' },
  { at: 60_040, peer: 'ben', run: 1, saw: 'closed', id: 'one', reason: 'hangup', originator: 'remote' }
]

/** For each rule, in its order, what breaks it. */
const BROKEN: ReadonlyArray<readonly [what: string, facts: readonly Fact[], more?: Partial<History>]> = [
  ['an acceptance that the caller never confirmed', without(CALL, fact => fact.peer === 'ada' && fact.at >= 130)],
  ['a callee that ends canceled though its caller ended accepted', [...without(CALL, fact => fact.peer === 'ben' && fact.at >= 170), state('ben', 170, 'canceled', CANCELED)]],
  ['a second end', [...CANCEL, state('ben', 600, 'failed', FAILED)]],
  ['ringing that goes on behind the caller’s end', [...without(CANCEL, fact => fact.at === 540), over('ben', 30_000)]],
  ['an invitation to somebody who is there that nobody gets', [{ at: 0, peer: 'ben', run: 1, saw: 'started' }, state('ada', 0, 'sending'), state('ada', 30_000, 'failed', { ...FAILED, reason: 'peer-offline' })]],
  ['an acceptance that nobody confirms', [{ at: 0, peer: 'ada', run: 1, saw: 'started' }, ...INVITED, state('ben', 90, 'accepting'), state('ben', 10_090, 'failed', FAILED)]],
  ['an invitation without an end', INVITED],
  ['an end that is missed and not told', without(CANCEL, ({ saw }) => saw === 'missed')],
  ['a session that opens twice', [...CALL, { at: 400, peer: 'ben', run: 1, saw: 'opened', id: 'one' }]],
  ['a session that is open on one side', without(CALL, fact => fact.saw === 'closed' && fact.peer === 'ben')],
  ['a message that is read twice', [...CALL, { at: 400, peer: 'ben', run: 1, saw: 'read', id: 'one', text: 'b' }]],
  ['a message that is said to have come, and did not', without(CALL, ({ saw }) => saw === 'read')],
  ['a message that is said and never read', UNREAD],
  ['a promise that never settles', called([])],
  ['two calls that came of a glare', [
    ...CALL.filter(fact => fact.saw === 'state'),
    state('ben', 50, 'sending', undefined, 'two', 'ben'), state('ben', 120, 'delivered', undefined, 'two', 'ben'), state('ben', 120, 'ringing', undefined, 'two', 'ben'),
    state('ben', 140, 'accepted', ACCEPTED, 'two', 'ben')
  ]],
  ['something that is left', CALL, { remains: ['a stream'] }]
]

describe('the rules of the simulation', () => {
  it('hold for a call, and for a cancel', () => {
    expect(brokenBy(CALL)).toEqual([])
    expect(brokenBy(CANCEL)).toEqual([])
  })

  it.each(BROKEN.map(([what, facts, more], number) => ({ what, facts, more, rule: Object.keys(RULES)[number]! })))('do not hold for $what: $rule', ({ facts, more, rule }) => {
    expect(brokenBy(facts, more)).toContain(rule)
  })

  it('are all seen to break', () => {
    expect(BROKEN).toHaveLength(Object.keys(RULES).length)
  })

  it('excuse what a process that is gone did not finish', () => {
    expect(brokenBy([...INVITED, over('ben', 90), state('ada', 20_000, 'canceled', { state: 'canceled', reason: 'timeout', originator: 'system' })])).toEqual([])
  })

  it('do not hold for an error that is not documented', () => {
    expect(brokenBy(called([{ at: 1, peer: 'ada', run: 1, saw: 'settled', call: 0, verb: 'send', error: { name: 'TypeError', message: 'x is undefined' } }])))
      .toEqual(['what is called settles, and rejects with what is documented'])
  })
})
