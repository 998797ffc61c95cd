import { defaultLogger } from '@libp2p/logger'
import { peerIdFromString } from '@libp2p/peer-id'
import { describe, expect, it } from 'vitest'
import { InviteGate } from '../../src/invitation/invite-gate.ts'
import { HandMovedEnvironment } from '../environment/hand-moved-environment.ts'
import type { InvitationLimits } from '../../src/index.ts'
import type { GateCaller } from '../../src/invitation/invite-gate.ts'
import type { CallerWord, InviteWord } from '../../src/wire/index.ts'

const ADA = peerIdFromString('12D3KooWPjceQrSwdWXPyLLeABRXmuqt69Rg3sBYbU1Nft9HyQ6X')
const BEN = peerIdFromString('12D3KooWH3uVF6wv47WnArKHk5p6cvgCJEb74UTmxztmQDc298L3')
const INVITE: InviteWord = { kind: 'invite', id: 'a'.repeat(32), ringTime: 60_000, age: 0 }

interface Circumstances {
  ignoresStrangers?: boolean
  liveIn?: { contacts: number, others: number }
  limits?: Partial<InvitationLimits>
}

/** A gate at which ada is a contact, and whoever has the token `good` a guest. */
function gate ({ ignoresStrangers = true, liveIn = { contacts: 0, others: 0 }, limits = {} }: Circumstances = {}): InviteGate {
  return new InviteGate({
    environment: new HandMovedEnvironment(),
    log: defaultLogger().forComponent('test'),
    policy: { ignoresStrangers },
    isGuest: (_, token) => token === 'good',
    liveIn: ofContacts => ofContacts ? liveIn.contacts : liveIn.others
  }, { contacts: new Set([ADA.toString()]), limits })
}

const open = (circumstances: Circumstances = {}): InviteGate => gate({ ignoresStrangers: false, ...circumstances })

const contact: GateCaller = { peer: ADA, liveIn: 0, liveOut: 0 }
const other: GateCaller = { peer: BEN, liveIn: 0, liveOut: 0 }

const times = (count: number, passage: () => string): string[] => Array.from({ length: count }, passage)

describe('the gate where strangers are ignored', () => {
  it('hears contacts, whoever has a token, and whoever this peer is inviting itself; strangers meet silence', () => {
    const here = gate()

    expect(here.passage(contact, INVITE)).toBe('heard')
    expect(here.passage(other, INVITE)).toBe('silence')
    expect(here.passage(other, { ...INVITE, token: 'bad' })).toBe('silence')
    expect(here.passage(other, { ...INVITE, token: 'good' })).toBe('heard')
    expect(here.passage({ ...other, liveOut: 1 }, INVITE)).toBe('heard')
  })

  it.each<[string, { before: number, liveIn: number, live: number }]>([
    ['too many of one peer are live', { before: 0, liveIn: 8, live: 8 }],
    ['too many of all peers are live', { before: 0, liveIn: 0, live: 1_024 }],
    ['too many came', { before: 5, liveIn: 0, live: 0 }]
  ])('tells contacts that there are too many, and nobody else, even with a good token: %s', (_, { before, liveIn, live }) => {
    const here = gate({ liveIn: { contacts: live, others: live } })
    const passages = (caller: GateCaller): string[] => times(before + 1, () => here.passage({ ...caller, liveIn }, { ...INVITE, token: 'good' }))

    expect(passages(other).at(-1)).toBe('silence')
    expect(passages(contact).at(-1)).toBe('rate-limited')
  })

  it('says of an invite that comes too late nothing that would show whether its token is good', () => {
    const late = { ...INVITE, age: 58_000 }
    const here = gate()

    expect(here.passage(other, { ...late, token: 'good' })).toBe('silence')
    expect(here.passage(contact, late)).toBe('heard')
  })

  it.each<CallerWord>([
    { kind: 'stop', id: INVITE.id, reason: 'canceled' },
    { kind: 'confirm', id: INVITE.id }
  ])('meets $kind of what was never heard of as it meets the invite', (word) => {
    const here = gate()

    expect([here.passage(contact, word), here.passage(other, word), here.passage({ ...other, liveOut: 1 }, word)]).toEqual(['heard', 'silence', 'heard'])
  })

  it('counts nothing of strangers, so that they use up nothing that guests may do', () => {
    const here = gate({ limits: { invites: 1, invitesOfStrangers: 1 } })

    expect(times(1_000, () => here.passage(other, INVITE))).not.toContain('heard')
    expect(here.passage(other, { ...INVITE, token: 'good' })).toBe('heard')
  })
})

describe('the gate where everybody is let in', () => {
  it('hears everybody, and tells everybody that there are too many', () => {
    const here = open()

    expect(times(6, () => here.passage(other, INVITE))).toEqual(['heard', 'heard', 'heard', 'heard', 'heard', 'rate-limited'])
    expect(times(6, () => here.passage(contact, INVITE))).toEqual(['heard', 'heard', 'heard', 'heard', 'heard', 'rate-limited'])
  })

  it('lets strangers use up neither what contacts nor what guests may do', () => {
    const here = open({ limits: { invitesOfStrangers: 1 } })

    expect(times(2, () => here.passage(other, INVITE))).toEqual(['heard', 'rate-limited'])
    expect(here.passage(other, { ...INVITE, token: 'good' })).toBe('heard')
    expect(here.passage(contact, INVITE)).toBe('heard')
  })

  it('lets others take up none of the room that contacts have', () => {
    const here = open({ liveIn: { contacts: 0, others: 1_024 } })

    expect([here.passage(other, INVITE), here.passage(contact, INVITE)]).toEqual(['rate-limited', 'heard'])
  })

  it('takes as many from all strangers as from one, where one may send more than all', () => {
    const here = open({ limits: { invites: 1_000 } })

    expect(times(1_000, () => here.passage(other, INVITE))).not.toContain('rate-limited')
  })
})
