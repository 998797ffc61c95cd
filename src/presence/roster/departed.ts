import { MAX_CLOCK_SKEW } from '../record/index.ts'
import type { Mark } from './entries.ts'
import type { PeerId } from '@libp2p/interface'

/** The last record of somebody who is gone. */
export interface LastRecord {
  readonly signed: Uint8Array
  /** When it was heard, milliseconds that only rise. */
  readonly heard: number
  readonly lifetime: number
  /** Its place among what others are told. */
  readonly place: bigint
}

interface Gone extends Mark {
  readonly wasPresent: boolean
  readonly last?: LastRecord
}

/**
 * How far everybody had come who is gone, bounded in number: the one that went first is forgotten first. Of those who went
 * last the last record is kept as well, for others, so that they take no earlier one for good.
 */
export class Departed {
  readonly #most: number
  readonly #mostTold: number
  /** In the order in which they went. */
  readonly #gone = new Map<string, Gone>()
  /** Those of them whose last record is kept, in the same order. */
  readonly #told = new Set<string>()

  /** @param mostTold - of so many the last record is kept as well */
  constructor (most: number, mostTold: number) {
    this.#most = most
    this.#mostTold = mostTold
  }

  get size (): number {
    return this.#gone.size
  }

  get (key: string): Mark | undefined {
    return this.#gone.get(key)
  }

  /** Whether it was present when this peer itself stopped, so that the very record that was heard last may be handed on to it. */
  wasPresent (key: string): boolean {
    return this.#gone.get(key)?.wasPresent === true
  }

  /** Leaves a mark in the place of a peer. Returns who is forgotten for it, if anybody is. */
  add (key: string, { peer, epoch, sequence }: Mark, { wasPresent = false, last }: { wasPresent?: boolean, last?: LastRecord } = {}): PeerId | undefined {
    this.delete(key)
    this.#gone.set(key, { peer, epoch, sequence, wasPresent, ...(last == null ? {} : { last }) })

    if (last != null) {
      this.#tell(key)
    }

    const [oldest] = this.#gone

    if (oldest == null || this.#gone.size <= this.#most) {
      return undefined
    }

    this.delete(oldest[0])

    return oldest[1].peer
  }

  delete (key: string): void {
    this.#gone.delete(key)
    this.#told.delete(key)
  }

  /** The last records of those who went of late, as far as an earlier one could still be taken for good. */
  lastRecords (now: number): LastRecord[] {
    return [...this.#told]
      .flatMap(key => this.#gone.get(key)?.last ?? [])
      .filter(({ heard, lifetime }) => now < heard + lifetime + MAX_CLOCK_SKEW)
  }

  /** Keeps its last record, and drops that of the one which went first if that makes too many. */
  #tell (key: string): void {
    this.#told.add(key)

    const [oldest] = this.#told

    if (oldest == null || this.#told.size <= this.#mostTold) {
      return
    }

    this.#told.delete(oldest)

    const mark = this.#gone.get(oldest)

    if (mark != null) {
      const { last: _, ...rest } = mark

      // in its place, so that marks stay in the order in which their peers went
      this.#gone.set(oldest, rest)
    }
  }
}
