import { peerIdFromString } from '@libp2p/peer-id'
import { encodeFrames } from '../../src/wire/index.ts'
import { bytesOf, isWord, vectors } from '../vectors/vectors.ts'
import { OWN_ID, Victim } from './inbound-path.ts'
import type { Word } from '../../src/wire/index.ts'
import type { Target } from './target.ts'

/** Longest input, bytes: some ten invites with content, or one that is too large. */
const MAX_BYTES = 4_096

const LOWER = peerIdFromString('12D3KooWGzxzKZYveHXtpG6AsrUJBcWxHBFS2HsEoGTxrMLvKXtf')
const HIGHER = peerIdFromString('12D3KooWJWoaqZhDaoEFshF7Rh1bpY9ohihFhzcW6d69Lr2NASuq')

const idOf = (last: string): string => `000102030405060708090a0b0c0d0e0${last}`

const invite = (last: string): Word => ({ kind: 'invite', id: idOf(last), ringTime: 60_000, age: 0, content: 'hi' })

/** Of one the user accepts, refuses, lets ring, or does not want to hear of: see the victim. */
const ACCEPTED = 'f'
const REFUSED = '0'
const RINGS = '2'
const IGNORED = '1'

const message = (id: string, by: 'caller' | 'callee', number: number, more: boolean = false, lane?: number): Word => ({ kind: 'message', id, by, number, payload: 'x', more, lane })

/** What strangers say, for better or worse: as callers, and as callees of the victim's own invitation. */
const CONVERSATIONS: readonly Word[][] = [
  [invite(ACCEPTED), { kind: 'confirm', id: idOf(ACCEPTED), window: 131_072 }, message(idOf(ACCEPTED), 'caller', 1), message(idOf(ACCEPTED), 'caller', 3), message(idOf(ACCEPTED), 'caller', 2, true, 1), { kind: 'stop', id: idOf(ACCEPTED), reason: 'hangup' }],
  [invite(REFUSED), { kind: 'stop', id: idOf(REFUSED), reason: 'refused' }],
  [invite(RINGS), invite(RINGS), { kind: 'stop', id: idOf(RINGS), reason: 'canceled' }, invite(RINGS)],
  [{ kind: 'stop', id: idOf(RINGS), reason: 'glare', kept: idOf(ACCEPTED) }, invite(RINGS), invite(IGNORED), invite('3'), invite('4'), invite('5'), invite('6')],
  [{ kind: 'delivered', id: OWN_ID }, { kind: 'ringing', id: OWN_ID }, { kind: 'accept', id: OWN_ID, response: 'yes', window: 131_072 }, message(OWN_ID, 'callee', 1), { kind: 'receipt', id: OWN_ID, by: 'callee', heard: 1, window: 0 }, { kind: 'hangup', id: OWN_ID, reason: 'hangup' }],
  [{ kind: 'accept', id: OWN_ID }, { kind: 'accept', id: OWN_ID }, message(OWN_ID, 'callee', 2 ** 53 - 1), { kind: 'ended', id: OWN_ID, reason: 'stopped' }],
  [{ kind: 'refuse', id: OWN_ID, reason: 'custom', text: 'no' }, { kind: 'accept', id: OWN_ID }, invite(ACCEPTED)],
  [{ kind: 'accept', id: idOf(RINGS) }, { kind: 'ended', id: idOf(RINGS), reason: 'unknown' }, message(idOf(RINGS), 'caller', 1)]
]

const inbound = (name: string, invites: boolean): Target => ({
  name,
  form: 'frames',
  share: 1,
  maxBytes: MAX_BYTES,
  seeds: [...CONVERSATIONS.map(words => encodeFrames(words)), ...vectors.filter(isWord).map(({ hex }) => bytesOf(hex)).filter(({ length }) => length <= MAX_BYTES)],
  start: () => async input => {
    const victim = new Victim(invites ? LOWER : HIGHER, invites ? HIGHER : LOWER)

    await victim.start(invites)

    const outcome = await victim.hear(input)

    await victim.end()

    return outcome
  }
})

/** The whole way in, from the bytes of a stream to what rings and what is answered. */
export const INBOUND_TARGETS: readonly Target[] = [inbound('inbound-callee', false), inbound('inbound-caller', true)]
