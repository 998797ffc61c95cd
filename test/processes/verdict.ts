import type { End, InvitationId, Payload } from 'libp2p-invitation'
import type { Sighting } from './messages.ts'

/** One side of an invitation, as its user saw it. */
export interface Account {
  readonly states: string[]
  readonly ends: End[]
  readonly outcomes: End[]
  response: Payload | undefined
  missed: number
  sessionEnds: number
  readonly wrong: string[]
}

const ENDS = new Set(['accepted', 'refused', 'canceled', 'expired', 'failed'])
const CALLER_WAY = ['sending', 'delivered', 'ringing']
const CALLEE_WAY = ['received', 'ringing', 'accepting']

/** All accounts of one role, by invitation. */
export function accountsOf (sightings: readonly Sighting[], role: 'caller' | 'callee'): Map<InvitationId, Account> {
  const accounts = new Map<InvitationId, Account>()

  for (const sighting of sightings) {
    if (sighting.role === role) {
      const account = accounts.get(sighting.id) ?? { states: [], ends: [], outcomes: [], response: undefined, missed: 0, sessionEnds: 0, wrong: [] }

      accounts.set(sighting.id, account)
      take(account, sighting)
    }
  }

  return accounts
}

function take (account: Account, sighting: Sighting): void {
  switch (sighting.saw) {
    case 'state':
      account.states.push(sighting.change.state)

      if (sighting.change.end != null) {
        account.ends.push(sighting.change.end)
      }

      break
    case 'outcome':
      account.outcomes.push(sighting.end)
      account.response = sighting.response
      break
    case 'missed':
      account.missed++
      break
    case 'session-end':
      account.sessionEnds++
      break
    case 'fault':
      account.wrong.push(sighting.error)
  }
}

/**
 * All that is wrong with these invitations, of one caller and one callee, after every one has ended and every session too:
 * what invariants 1 to 4 and 6 of the design forbid, and what its users are promised besides.
 */
export function wrongs (callers: ReadonlyMap<InvitationId, Account>, callees: ReadonlyMap<InvitationId, Account>): string[] {
  const found: string[] = []

  for (const [id, caller] of callers) {
    const callee = callees.get(id)

    found.push(...[
      ...wrongsOfRole(caller, 'caller').map(wrong => `caller: ${wrong}`),
      ...callee == null ? [] : wrongsOfRole(callee, 'callee').map(wrong => `callee: ${wrong}`),
      ...wrongsOfPair(caller, callee)
    ].map(wrong => `${id}: ${wrong} (caller ${tale(caller)}; callee ${callee == null ? 'heard nothing' : tale(callee)})`))
  }

  for (const id of callees.keys()) {
    if (!callers.has(id)) {
      found.push(`${id}: rang, and nobody had called`)
    }
  }

  return found
}

/** The same where one of the two was killed, so that only this one's account can be right. */
export function wrongsAlone (accounts: ReadonlyMap<InvitationId, Account>, role: 'caller' | 'callee'): string[] {
  return [...accounts].flatMap(([id, account]) => wrongsOfRole(account, role).map(wrong => `${id}: ${role}: ${wrong} (${tale(account)})`))
}

const wrongsOfRole = (account: Account, role: 'caller' | 'callee'): string[] =>
  role === 'caller' ? wrongsOfOne(account, CALLER_WAY, ['sending', 'delivered', 'ringing']) : wrongsOfOne(account, CALLEE_WAY, ['received', 'ringing', 'accepting'])

const tale = ({ states, ends }: Account): string => `${states.join(' ')} ${ends.map(({ reason, originator }) => `(${reason}, ${originator})`).join(' ')}`

function wrongsOfOne ({ states, ends, outcomes, missed, sessionEnds, wrong }: Account, way: readonly string[], beforeAccepted: readonly string[]): string[] {
  const found = [...wrong]
  const [end] = ends
  const passed = states.filter(state => !ENDS.has(state))

  if (ends.length !== 1 || states.filter(state => ENDS.has(state)).length !== 1) {
    found.push(`${ends.length} ends`)
  } else if (states.at(-1) !== end?.state) {
    found.push('something was announced after the end')
  }

  if (outcomes.length !== 1 || JSON.stringify(outcomes[0]) !== JSON.stringify(end)) {
    found.push(`the outcome is ${JSON.stringify(outcomes)}`)
  }

  if (passed.some((state, index) => state !== way[index])) {
    found.push('a state was left out, or came twice')
  }

  if (end?.state === 'accepted' && passed.length !== beforeAccepted.length) {
    found.push('accepted without what comes before')
  }

  if (sessionEnds !== (end?.state === 'accepted' ? 1 : 0)) {
    found.push(`${sessionEnds} ends of the session`)
  }

  if (missed > 1) {
    found.push('missed more than once')
  }

  return found
}

/** Which ends a callee may come to, given how its caller ended it. */
const ALLOWED: { readonly [State in End['state']]: readonly string[] } = {
  accepted: ['accepted', 'failed'],
  refused: ['refused'],
  canceled: ['canceled', 'refused', 'expired', 'failed'],
  expired: ['canceled', 'refused', 'expired', 'failed'],
  failed: ['canceled', 'refused', 'expired', 'failed']
}

function wrongsOfPair (caller: Account, callee: Account | undefined): string[] {
  const [end] = caller.ends
  const [endThere] = callee?.ends ?? []
  const found: string[] = []

  if (end == null) {
    return found
  }

  if (endThere == null) {
    // one that was over before it rang is no news to the callee, unless it answered it itself
    if (end.state === 'accepted' || end.state === 'refused') {
      found.push('the callee heard nothing of it')
    }
  } else if (!ALLOWED[end.state].includes(endThere.state)) {
    found.push('ends that do not go together')
  }

  if (end.state === 'accepted' && endThere?.state === 'failed' && endThere.reason !== 'accept-failed') {
    found.push('an accept that was confirmed failed for another reason than that the confirm did not come')
  }

  if (end.state === 'refused' && (endThere?.reason !== end.reason || !same(caller.response, callee?.response))) {
    found.push('another refusal than was given')
  }

  if (end.state === 'accepted' && endThere?.state === 'accepted' && !same(caller.response, callee?.response)) {
    found.push('another response than was given')
  }

  return found
}

function same (one: Payload | undefined, other: Payload | undefined): boolean {
  return typeof one === 'object' && typeof other === 'object' ? Buffer.compare(one, other) === 0 : one === other
}
