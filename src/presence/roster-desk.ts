import { equals } from 'uint8arrays/equals'
import { MAX_COMPARISON_PAGE_BYTES, MAX_PAGE_BYTES } from './constants.ts'
import { encodeEntries, entryBytes, MAX_ENTRIES } from './exchange/index.ts'
import type { OwnRecords } from './own-records.ts'
import type { Environment } from '../environment/index.ts'
import type { Answer, PageEntry, Question } from './exchange/index.ts'
import type { Roster } from './roster/index.ts'
import type { PeerId } from '@libp2p/interface'

/** Answers neighbours who ask who is in a room. */
export class RosterDesk {
  readonly #roster: Roster
  readonly #own: OwnRecords
  readonly #self: PeerId
  readonly #environment: Environment

  constructor (roster: Roster, own: OwnRecords, self: PeerId, environment: Environment) {
    this.#roster = roster
    this.#own = own
    this.#self = self
    this.#environment = environment
  }

  /** A page of the roster with this peer on top, newest first; not sealed yet. */
  answer ({ before, digest }: Question): Answer {
    const { latest, epoch } = this.#own
    const now = this.#environment.now()

    if (digest != null && before == null && epoch != null && equals(digest, this.#roster.digestWith(this.#self, epoch))) {
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
}
