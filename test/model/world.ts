import type { GlarePolicy } from '../../src/invitation/pair.ts'
import type { InvitationWord } from '../../src/wire/words.ts'
import { KnownStates } from './known-states.ts'
import type { Machines } from './machines.ts'
import { Numbered } from './numbered.ts'
import { NEW_PEER, Peer } from './peer.ts'
import type { PeerState, Side } from './peer.ts'
import { NOTHING, Rows } from './rows.ts'
import { Steps } from './steps.ts'
import type { Step } from './steps.ts'

/** What may happen, and how much may go wrong, in one run: the bounds that make the number of states finite. */
export interface Bounds {
  readonly glare: GlarePolicy
  /** Who may invite. */
  readonly callers: readonly Side[]
  /** How often the stream may be cut, at any moment; at most 3, as the three below. */
  readonly cuts: number
  /** How many words may be heard twice. */
  readonly repeats: number
  /** How often a process may crash and come back empty, at any moment. */
  readonly crashes: number
  /** How often a process may go on writing on another stream while the old one lives on. */
  readonly moves: number
  /** Which of the processes' own inputs are left out, by the first words of their names. */
  readonly without?: readonly string[]
}

/**
 * Two processes and the streams between them. A stream keeps its order; when it is cut, what was under way on it may
 * still be heard, late, word by word beside the words of the next stream (so words are reordered across the two), or be
 * lost from any word on. Each side notices a cut by itself, at any later moment, or not before the next stream stands.
 *
 * Where several streams stand, each process writes on one of them, and may go on with another: then its words are
 * reordered, and none is lost. As the link has it, the higher peer says again what is unanswered when it does so; the
 * lower, whose own stream is the one that both come to use when both opened one, does not.
 *
 * The processes' states and the rows of words are given by their numbers.
 */
export interface World {
  readonly lower: number
  readonly higher: number
  /** Words under way on the stream that stands. */
  readonly toHigher: number
  readonly toLower: number
  /** Words under way on the stream before it. */
  readonly lateToHigher: number
  readonly lateToLower: number
  /** Whether the stream before it lives on, so that what is under way on it is late but not lost. */
  readonly oldToHigherLives: boolean
  readonly oldToLowerLives: boolean
  readonly streamStands: boolean
  readonly cuts: number
  readonly repeats: number
  readonly crashes: number
  readonly moves: number
  /** Whether anything was done but to let a call come out: a verb that ends it, a timer, a crash. */
  readonly disturbed: boolean
}

/** Takes what can happen next, one after the other. */
export type Visit = (action: string, world: World, broken?: string) => void

/** Longest row of words on one stream that is followed; longer ones would be a loop of answers. */
const LONGEST_ROW = 24

/** The worlds that were reached, and what can happen next in each. */
export class Worlds {
  readonly #bounds: Bounds
  readonly #known = new KnownStates()
  readonly #states = new Numbered<PeerState>()
  readonly #rows = new Rows()
  readonly #lower: Steps
  readonly #higher: Steps

  constructor (machines: Machines, bounds: Bounds) {
    const vocabulary = { states: this.#states, words: new Numbered<InvitationWord>(), rows: this.#rows }
    const isAllowed = (input: string): boolean => bounds.without?.some(start => input.startsWith(start)) !== true
    const stepsOf = (side: Side): Steps => {
      const maySend = bounds.callers.includes(side)

      return new Steps(new Peer(machines, side, bounds.glare), vocabulary, input => isAllowed(input) && (maySend || input !== 'send'))
    }

    this.#bounds = bounds
    this.#lower = stepsOf('lower')
    this.#higher = stepsOf('higher')
  }

  start (): World {
    const peer = this.#states.numberOf(NEW_PEER)
    const { cuts, repeats, crashes, moves } = this.#bounds

    return {
      lower: peer,
      higher: peer,
      toHigher: NOTHING,
      toLower: NOTHING,
      lateToHigher: NOTHING,
      lateToLower: NOTHING,
      oldToHigherLives: false,
      oldToLowerLives: false,
      streamStands: true,
      cuts,
      repeats,
      crashes,
      moves,
      disturbed: false
    }
  }

  /** The number of a world, counted from 0 as they come. */
  numberOf (world: World): number {
    const left = ((world.cuts * 4 + world.repeats) * 4 + world.crashes) * 4 + world.moves
    const flags = (world.streamStands ? 1 : 0) + (world.disturbed ? 2 : 0) + (world.oldToHigherLives ? 4 : 0) + (world.oldToLowerLives ? 8 : 0)

    return this.#known.numberOf(
      (world.lower << 16) | world.higher,
      (left << 4) | flags,
      (world.toHigher << 16) | world.toLower,
      (world.lateToHigher << 16) | world.lateToLower
    )
  }

  peer (number: number): PeerState {
    return this.#states.at(number)
  }

  /** Whether the link is up and every word was heard. */
  isQuiet (world: World): boolean {
    const nothingUnderWay = world.toHigher === NOTHING && world.toLower === NOTHING && world.lateToHigher === NOTHING && world.lateToLower === NOTHING

    return nothingUnderWay && world.streamStands && this.peer(world.lower).linkIsUp && this.peer(world.higher).linkIsUp
  }

  successors (world: World, visit: Visit): void {
    for (const step of this.#lower.own(world.lower)) {
      visit(step.action, this.#lowerDid(world, step), step.broken)
    }

    for (const step of this.#higher.own(world.higher)) {
      visit(step.action, this.#higherDid(world, step), step.broken)
    }

    this.#hear(world, visit)
    this.#streams(world, visit)
    this.#crash(world, visit)
  }

  #hear (world: World, visit: Visit): void {
    const { toLower, toHigher, lateToLower, lateToHigher } = world

    if (toLower !== NOTHING) {
      this.#lowerHears(world, toLower, '', { ...world, toLower: this.#rows.rest(toLower) }, visit)
    }

    if (toHigher !== NOTHING) {
      this.#higherHears(world, toHigher, '', { ...world, toHigher: this.#rows.rest(toHigher) }, visit)
    }

    if (lateToLower !== NOTHING) {
      const left = this.#rows.rest(lateToLower)

      const oldToLowerLives = world.oldToLowerLives && left !== NOTHING

      this.#lowerHears(world, lateToLower, ', late', { ...world, lateToLower: left, oldToLowerLives }, visit)
    }

    if (lateToHigher !== NOTHING) {
      const left = this.#rows.rest(lateToHigher)

      const oldToHigherLives = world.oldToHigherLives && left !== NOTHING

      this.#higherHears(world, lateToHigher, ', late', { ...world, lateToHigher: left, oldToHigherLives }, visit)
    }
  }

  #lowerHears (world: World, row: number, late: string, without: World, visit: Visit): void {
    const step = this.#lower.hears(world.lower, this.#rows.first(row))
    const after = this.#lowerDid(without, step)

    visit(step.action + late, after, step.broken ?? this.#tooLong(after.toHigher))

    if (world.repeats > 0) {
      visit(`${step.action}${late}, and will again`, this.#lowerDid({ ...world, repeats: world.repeats - 1 }, step), step.broken)
    }
  }

  #higherHears (world: World, row: number, late: string, without: World, visit: Visit): void {
    const step = this.#higher.hears(world.higher, this.#rows.first(row))
    const after = this.#higherDid(without, step)

    visit(step.action + late, after, step.broken ?? this.#tooLong(after.toLower))

    if (world.repeats > 0) {
      visit(`${step.action}${late}, and will again`, this.#higherDid({ ...world, repeats: world.repeats - 1 }, step), step.broken)
    }
  }

  #tooLong (row: number): string | undefined {
    return this.#rows.lengthOf(row) > LONGEST_ROW ? `more than ${LONGEST_ROW} words under way: answers answer answers` : undefined
  }

  #streams (world: World, visit: Visit): void {
    const { streamStands, cuts, lateToHigher, lateToLower } = world

    if (streamStands && cuts > 0) {
      visit('the stream is cut', { ...this.#cut(world), cuts: cuts - 1 })
    }

    if (streamStands && world.moves > 0) {
      this.#move(world, visit)
    }

    if (!streamStands) {
      this.#standAgain(world, visit)
    }

    if (lateToHigher !== NOTHING && !world.oldToHigherLives) {
      visit('what lower said on the old stream is lost', { ...world, lateToHigher: NOTHING })
    }

    if (lateToLower !== NOTHING && !world.oldToLowerLives) {
      visit('what higher said on the old stream is lost', { ...world, lateToLower: NOTHING })
    }
  }

  #standAgain (world: World, visit: Visit): void {
    const lower = this.#lower.blow(world.lower, 'link up')
    const higher = this.#higher.blow(world.higher, 'link up')

    visit('a new stream stands', this.#higherDid(this.#lowerDid({ ...world, streamStands: true }, lower), higher), lower.broken ?? higher.broken)

    if (this.peer(world.lower).linkIsUp) {
      visit('lower: link down', this.#lowerDid(world, this.#lower.blow(world.lower, 'link down')))
    }

    if (this.peer(world.higher).linkIsUp) {
      visit('higher: link down', this.#higherDid(world, this.#higher.blow(world.higher, 'link down')))
    }
  }

  #move (world: World, visit: Visit): void {
    const { toHigher, toLower, lateToHigher, lateToLower } = world
    const moves = world.moves - 1

    if (toHigher !== NOTHING && lateToHigher === NOTHING) {
      visit('lower goes on with another stream', { ...world, moves, toHigher: NOTHING, lateToHigher: toHigher, oldToHigherLives: true })
    }

    if (toLower !== NOTHING && lateToLower === NOTHING) {
      const moved = { ...world, moves, toLower: NOTHING, lateToLower: toLower, oldToLowerLives: true }
      const step = this.#higher.blow(world.higher, 'link up')

      visit('higher goes on with another stream', this.#higherDid(moved, step), step.broken)
    }
  }

  /** The process is gone with its streams, and comes back knowing nothing. The other one still has what was under way to it. */
  #crash (world: World, visit: Visit): void {
    if (world.crashes > 0) {
      const gone = { ...this.#cut(world), crashes: world.crashes - 1 }

      visit('lower: crashes', { ...this.#lowerDid(gone, this.#lower.blow(world.lower, 'crash')), lateToLower: NOTHING })
      visit('higher: crashes', { ...this.#higherDid(gone, this.#higher.blow(world.higher, 'crash')), lateToHigher: NOTHING })
    }
  }

  #cut (world: World): World {
    return {
      ...world,
      streamStands: false,
      toHigher: NOTHING,
      toLower: NOTHING,
      lateToHigher: this.#rows.join(world.lateToHigher, world.toHigher),
      lateToLower: this.#rows.join(world.lateToLower, world.toLower),
      oldToHigherLives: false,
      oldToLowerLives: false
    }
  }

  /** What a process says goes out on the stream that stands, and nowhere if none does. */
  #lowerDid (world: World, { peer, say, disturbs }: Step): World {
    const toHigher = world.streamStands ? this.#rows.join(world.toHigher, say) : NOTHING

    return { ...world, lower: peer, toHigher, disturbed: world.disturbed || disturbs }
  }

  #higherDid (world: World, { peer, say, disturbs }: Step): World {
    const toLower = world.streamStands ? this.#rows.join(world.toLower, say) : NOTHING

    return { ...world, higher: peer, toLower, disturbed: world.disturbed || disturbs }
  }
}
