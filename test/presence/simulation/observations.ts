import type { RosterChange } from '../../../src/presence/roster/index.ts'
import type { ModelNetwork } from './model-network.ts'
import type { ModelPeer } from './model-peer.ts'

/** Who is back cannot have been heard everywhere sooner than that, milliseconds. */
const GRACE = 1_000

/** Who had long been away, and rightly gone, says so twice within this time, milliseconds: its old connections are dead. */
const GRACE_AFTER_SLEEP = 6_000
const LONG = 30_000

/** So long who is compared in a census has been there, and who is missed in it gone, milliseconds. */
const CENSUS_GRACE = 60_000

/** Somebody is taken for gone who was there. */
export interface FalseGone {
  readonly time: number
  readonly observer: ModelPeer
  readonly subject: ModelPeer
  readonly reason: string
}

/** What is waited for: that all these hear of a change. */
interface Expected {
  readonly kind: EventKind
  readonly since: number
  readonly observers: Set<ModelPeer>
}

/** A page that nobody looks at notices with whatever it hears next, since its timers run once a minute: its delays are counted apart. */
export type EventKind = 'join' | 'newcomer' | 'goodbye' | 'crash' | 'crash, for a hidden page' | 'power failure'

/** What the memberships tell, compared with what is true. */
export class Observations {
  readonly falselyGone: FalseGone[] = []
  readonly agreement: { pairs: number, missing: number, ghosts: number } = { pairs: 0, missing: 0, ghosts: 0 }
  readonly #network: ModelNetwork
  readonly #delays = new Map<EventKind, number[]>()
  /** By subject and run. */
  readonly #arrivals = new Map<string, Expected>()
  readonly #departures = new Map<string, Expected>()
  readonly #lastDepartures = new Map<ModelPeer, Expected>()
  /** Whom a newcomer is to see, by newcomer and run. */
  readonly #views = new Map<string, { readonly since: number, readonly newcomer: ModelPeer, readonly subjects: Set<string> }>()

  constructor (network: ModelNetwork) {
    this.#network = network
    network.observations = this
  }

  /** Milliseconds from each event to each peer that took notice of it, rising. Infinity: to one that did not. */
  delays (kind: EventKind): number[] {
    return (this.#delays.get(kind) ?? []).toSorted((a, b) => a - b)
  }

  /** A peer that was started has its first link. It is to be seen by all who are there, and to see them. */
  joined (peer: ModelPeer): void {
    const others = this.#network.peers.filter(other => other !== peer && this.#isThere(other, 0))

    this.#arrivals.set(runOf(peer), { kind: 'join', since: this.#network.time.now, observers: new Set(others) })
    this.#views.set(runOf(peer), { since: this.#network.time.now, newcomer: peer, subjects: new Set(others.map(runOf)) })
  }

  left (peer: ModelPeer): void {
    this.#departed(peer, 'goodbye')
  }

  crashed (peer: ModelPeer, isSilent: boolean): void {
    this.#departed(peer, isSilent ? 'power failure' : 'crash')
  }

  told (observer: ModelPeer, change: RosterChange): void {
    if (change.kind === 'forgotten') {
      return
    }

    const subject = this.#network.peer(change.entry.peer)

    if (subject == null) {
      return
    }

    const run = `${subject.id.toString()} ${change.entry.epoch}`

    if (change.kind === 'offline') {
      this.#took(this.#departures.get(run), observer)

      if (change.entry.epoch === subject.epoch && this.#isThere(subject, subject.absence > LONG ? GRACE_AFTER_SLEEP : GRACE) && this.#isThere(observer, GRACE)) {
        this.falselyGone.push({ time: this.#network.time.now, observer, subject, reason: change.reason })
      }
    } else {
      this.#took(this.#arrivals.get(run), observer)
      // who hears of the next run needs not hear of the end of the one before
      this.#lastDepartures.get(subject)?.observers.delete(observer)

      const view = this.#views.get(runOf(observer))

      if (view?.subjects.delete(run) === true) {
        this.#count('newcomer', this.#network.time.now - view.since)
      }
    }
  }

  /**
   * Looks at all rosters: of how many peers that are there for a minute is somebody who is there as long too not known
   * (`missing`), and who has long been gone taken to be there (`ghosts`)? Of all pairs that were looked at.
   */
  census (): void {
    const { now } = this.#network.time
    const there = this.#network.peers.filter(peer => this.#isThere(peer, CENSUS_GRACE))

    for (const observer of there) {
      this.agreement.pairs += there.length - 1
      this.agreement.missing += there.filter(({ id, epoch }) => id !== observer.id && observer.membership.roster.get(id)?.epoch !== epoch).length

      for (const { peer, epoch } of observer.membership.roster) {
        const departure = this.#departures.get(`${peer.toString()} ${epoch}`)

        this.agreement.ghosts += departure != null && departure.since < now - CENSUS_GRACE ? 1 : 0
      }
    }
  }

  /** Counts what was to be noticed and was not, by those who could. What happened of late is left out. */
  finish (late: number): void {
    const { now } = this.#network.time

    for (const { kind, since, observers } of [...this.#arrivals.values(), ...this.#departures.values()]) {
      for (const observer of observers) {
        if (now - since > late && observer.isUp && observer.upSince <= since) {
          this.#count(kind, Infinity)
        }
      }
    }

    for (const { since, newcomer, subjects } of this.#views.values()) {
      if (now - since > late && newcomer.isUp && newcomer.upSince <= since) {
        for (const _ of subjects) {
          this.#count('newcomer', Infinity)
        }
      }
    }
  }

  #departed (peer: ModelPeer, kind: EventKind): void {
    const run = runOf(peer)
    const observers = this.#network.peers.filter(other => other.isUp && other.membership.roster.get(peer.id)?.epoch === peer.epoch)

    this.#arrivals.delete(run)
    this.#views.delete(run)

    const departure = { kind, since: this.#network.time.now, observers: new Set(observers) }

    this.#departures.set(run, departure)
    this.#lastDepartures.set(peer, departure)

    for (const { subjects } of this.#views.values()) {
      subjects.delete(run)
    }
  }

  /** Only of those who were there all the time something can be expected. */
  #took (expected: Expected | undefined, observer: ModelPeer): void {
    if (expected?.observers.delete(observer) === true && observer.isUp && observer.upSince <= expected.since) {
      const kind = expected.kind === 'crash' && observer.nature.isHidden === true ? 'crash, for a hidden page' : expected.kind

      this.#count(kind, this.#network.time.now - expected.since)
    }
  }

  #count (kind: EventKind, delay: number): void {
    const delays = this.#delays.get(kind)

    if (delays == null) {
      this.#delays.set(kind, [delay])
    } else {
      delays.push(delay)
    }
  }

  #isThere (peer: ModelPeer, grace: number): boolean {
    const { now } = this.#network.time

    return peer.isUp && peer.upSince <= now - grace && peer.linkedSince <= now - grace && peer.links.some(link => link.isLive)
  }
}

function runOf (peer: ModelPeer): string {
  return `${peer.id.toString()} ${peer.epoch}`
}

/** Of values that rise, the one below which this share lies; NaN of none. */
export function quantile (rising: readonly number[], share: number): number {
  return rising[Math.min(Math.floor(rising.length * share), rising.length - 1)] ?? Number.NaN
}
