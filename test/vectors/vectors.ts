import { fromString } from 'uint8arrays/from-string'
import { toString } from 'uint8arrays/to-string'
import words from './words.json' with { type: 'json' }
import type { EndedReason, HangupReason, Payload, RefusalReason, Role, StopReason, Word } from '../../src/wire/index.ts'

/** The payload of a word as the vectors have it: text as it is, bytes in hexadecimal. */
interface PayloadMeaning { text?: string, data?: string }

/** A word as the vectors have it: fields named as in `message.proto`, bytes in hexadecimal. */
export type Meaning = { id: string } & (
  | { kind: 'invite', ring_time: number, age: number, channel_id?: string, token?: string } & PayloadMeaning
  | { kind: 'delivered' | 'ringing' }
  | { kind: 'confirm', window?: number }
  | { kind: 'accept', window?: number } & PayloadMeaning
  | { kind: 'refuse', reason: RefusalReason, reason_text?: string } & PayloadMeaning
  | { kind: 'stop', reason: StopReason, kept?: string }
  | { kind: 'hangup', reason: HangupReason }
  | { kind: 'ended', reason: EndedReason }
  | { kind: 'message', by_callee: boolean, lane?: number, number: number, more: boolean } & PayloadMeaning
  | { kind: 'receipt', by_callee: boolean, lane?: number, heard: number, window: number }
)

export interface WordVector { name: string, hex: string, word: Meaning, canonical?: true }
export interface ErrorVector { name: string, hex: string, error: string, field: string }
export interface IgnoredVector { name: string, hex: string, ignored: true }
export type Vector = WordVector | ErrorVector | IgnoredVector

/** All of `words.json`. SPEC.md says what it holds. */
export const vectors = words as Vector[]

export const isWord = (vector: Vector): vector is WordVector => 'word' in vector
export const isError = (vector: Vector): vector is ErrorVector => 'error' in vector
export const isIgnored = (vector: Vector): vector is IgnoredVector => 'ignored' in vector

export function bytesOf (hex: string): Uint8Array {
  return fromString(hex, 'base16')
}

export function hexOf (bytes: Uint8Array): string {
  return toString(bytes, 'base16')
}

/** The word that a vector means. */
export function wordOf (meaning: Meaning): Word {
  const { kind, id } = meaning

  switch (kind) {
    case 'invite': {
      const content = payloadOf(meaning)
      const { channel_id: channelId, token } = meaning

      return {
        kind,
        id,
        ringTime: meaning.ring_time,
        age: meaning.age,
        ...(content != null && { content }),
        ...(channelId != null && { channelId }),
        ...(token != null && { token })
      }
    }
    case 'accept': {
      const response = payloadOf(meaning)

      return { kind, id, ...(response != null && { response }), ...(meaning.window != null && { window: meaning.window }) }
    }
    case 'message':
      return { kind, id, by: roleOf(meaning), ...laneOf(meaning), number: meaning.number, payload: payloadOf(meaning) ?? '', more: meaning.more }
    case 'receipt':
      return { kind, id, by: roleOf(meaning), ...laneOf(meaning), heard: meaning.heard, window: meaning.window }
    case 'refuse': {
      const text = meaning.reason_text
      const response = payloadOf(meaning)

      return { kind, id, reason: meaning.reason, ...(text != null && { text }), ...(response != null && { response }) }
    }
    case 'stop':
    case 'hangup':
    case 'ended':
    case 'delivered':
    case 'ringing':
    case 'confirm':
    default:
      return meaning
  }
}

const roleOf = ({ by_callee: byCallee }: { by_callee: boolean }): Role => byCallee ? 'callee' : 'caller'

const laneOf = ({ lane }: { lane?: number }): { lane?: number } => lane == null ? {} : { lane }

function payloadOf ({ text, data }: PayloadMeaning): Payload | undefined {
  return data == null ? text : bytesOf(data)
}
