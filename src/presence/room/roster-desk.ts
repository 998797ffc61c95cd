import { equals } from 'uint8arrays/equals'
import { MAX_COMPARISON_PAGE_BYTES, MAX_PAGE_BYTES } from './constants.ts'
import { encodeEntries, entryBytes, MAX_ENTRIES } from '../exchange/index.ts'
import type { Environment } from '../../environment/index.ts'
import type { OwnVoice } from './room-part.ts'
import type { Answer, PageEntry, Question } from '../exchange/index.ts'
import type { Roster } from '../roster/index.ts'
import type { PeerId } from '@libp2p/interface'

/** Answers neighbours who ask who is in a room. */
export class RosterDesk {
  readonly #roster: Roster
  readonly #own: OwnVoice | undefined
  readonly #self: PeerId
  readonly #environment: Environment

  /** @param own - what this peer says of itself; undefined if it only follows the room */
  constructor (roster: Roster, own: OwnVoice | undefined, self: PeerId, environment: Environment) {
    this.#roster = roster
    this.#own = own
    this.#self = self
    this.#environment = environment
  }

  /** A page of the roster, newest first, with this peer on top if it is in the room; not sealed yet. */
  answer ({ before, digest }: Question): Answer {
    const latest = this.#own?.latest
    const now = this.#environment.now()

    if (digest != null && before == null && this.#isSame(digest)) {
      return 'same'
    }

    const limit = digest == null ? MAX_PAGE_BYTES : MAX_COMPARISON_PAGE_BYTES
    const entries: PageEntry[] = latest == null || before != null ? [] : [{ record: latest.signed, age: Math.floor(now - latest.saidAt), gone: false }]
    let bytes = entries.reduce((sum, entry) => sum + entryBytes(entry), 0)
    let last: bigint | undefined

    for (const { place, ...entry } of this.#roster.lines(now, before)) {
      bytes += entryBytes(entry)

      if (last != null && (bytes > limit || entries.length === MAX_ENTRIES)) {
        return { entries: encodeEntries(entries), next: last }
      }

      entries.push(entry)
      last = place
    }

    return { entries: encodeEntries(entries) }
  }

  /** A member is in its own digest, and one that only follows the room is in none. */
  #isSame (digest: Uint8Array): boolean {
    const own = this.#own

    return own == null
      ? equals(digest, this.#roster.digest)
      : own.epoch != null && equals(digest, this.#roster.digestWith(this.#self, own.epoch))
  }
}
