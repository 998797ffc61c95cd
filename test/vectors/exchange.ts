import type { PageEntry } from '../../src/presence/exchange/index.ts'
import type { Message } from '../../src/presence/exchange/messages.ts'
import vectors from './exchange.json' with { type: 'json' }
import { bytesOf } from './vectors.ts'

/** A message as the vectors have it: bytes in hexadecimal, numbers of 64 bits in decimal. */
export type MessageMeaning =
  | { kind: 'ask', id: number, topic: string, before?: string, digest?: string }
  | { kind: 'page', id: number, outcome: 'page', entries: string, next?: string }
  | { kind: 'page', id: number, outcome: 'same' | 'unknown-room' | 'busy' }
  | { kind: 'handover', topic: string, message: string }

/** An entry as the vectors have it: the record in hexadecimal. */
export interface EntryMeaning { record: string, age: number, gone: boolean }

export interface MessageVector { name: string, hex: string, message: MessageMeaning, canonical?: true }
export interface IgnoredVector { name: string, hex: string, ignored: true }
export interface PageVector { name: string, hex: string, entries: EntryMeaning[], canonical?: true }
export interface ErrorVector { name: string, hex: string, error: string, field: string }

export interface ExchangeVectors {
  /** Whole frames, with their length. */
  messages: Array<MessageVector | IgnoredVector | ErrorVector>
  /** What is in a page, before it is sealed. */
  pages: Array<PageVector | ErrorVector>
}

/** All of `exchange.json`. SPEC.md says what it holds. */
export const exchangeVectors = vectors as ExchangeVectors

/** The message that a vector means. */
export function messageOf (meaning: MessageMeaning): Message {
  switch (meaning.kind) {
    case 'ask': {
      const { kind, id, topic, before, digest } = meaning

      return { kind, id, topic, ...(before != null && { before: BigInt(before) }), ...(digest != null && { digest: bytesOf(digest) }) }
    }
    case 'page': {
      const { kind, id, outcome } = meaning

      return outcome === 'page'
        ? { kind, id, outcome, entries: bytesOf(meaning.entries), ...(meaning.next != null && { next: BigInt(meaning.next) }) }
        : { kind, id, outcome, entries: new Uint8Array() }
    }
    case 'handover':
      return { kind: 'handover', topic: meaning.topic, message: bytesOf(meaning.message) }
  }
}

/** The entries that a vector means. */
export function entriesOf (meanings: EntryMeaning[]): PageEntry[] {
  return meanings.map(({ record, age, gone }) => ({ record: bytesOf(record), age, gone }))
}
