import { createEpoch, LAST_SEQUENCE } from '../../../src/presence/record/index.ts'
import { Membership } from '../../../src/presence/roster/index.ts'
import { madeUpPeer } from './made-up-peers.ts'
import type { PeerId } from '@libp2p/interface'
import type { CheckedRecord, Duties, Mark, Moment, RosterChange, RosterLine } from '../../../src/presence/roster/index.ts'
import type { GossipMessage, ModelNetwork } from './model-network.ts'
import type { Link } from './link.ts'

/** What a peer is, for as long as a simulation runs. */
export interface Nature {
  /** A page that nobody looks at: its timers fire at the next whole minute. */
  readonly isHidden?: boolean
  /** Others can open a connection to it; otherwise only it can to them. */
  readonly isDialable?: boolean
  /** The clock that only rises stands still while the device sleeps. */
  readonly clockStops?: boolean
}

/** A part of a roster. */
export interface Page {
  readonly lines: readonly RosterLine[]
  readonly bytes: number
  /** Where the next begins; absent in the last. */
  readonly next?: bigint
}

/** What a hidden page's timers are rounded up to, milliseconds. */
const THROTTLE = 60_000

/** The time at which all simulations start, milliseconds since 1970. */
const START = 1_700_000_000_000

/** Largest page for a newcomer, and for somebody who compares rosters; and what a line has beside its record. Bytes. */
const NEWCOMER_PAGE_BYTES = 61_440
const COMPARISON_PAGE_BYTES = 16_384
const LINE_BYTES = 12

/** Duties that lead to duties at the very same moment, so many times, never end. */
const MOST_AT_ONCE = 20

const NO_DATA = new Uint8Array()

/** Records by their signed bytes, since here nothing is signed. */
const records = new WeakMap<Uint8Array, CheckedRecord>()

/** @throws {Error} the bytes are not those of a record that a model peer said */
function recordOf (signed: Uint8Array): CheckedRecord {
  const record = records.get(signed)

  if (record == null) {
    throw new Error('nobody said this')
  }

  return record
}

/**
 * A peer of the simulation: the membership that ships, and around it what `room-service` does on a real network. It calls
 * `due` after everything that happens, and carries out duties whenever they are due.
 */
export class ModelPeer {
  readonly id: PeerId
  readonly nature: Nature
  readonly links: Link[] = []
  /** Bytes received since they were last set to 0. */
  readonly received: { records: number, suspicions: number, pages: number } = { records: 0, suspicions: 0, pages: 0 }
  membership: Membership
  epoch = ''
  isRunning = false
  isAsleep = false
  isCutOff = false
  /** Since when it has been running, awake and on the network without a break. */
  upSince = 0
  /** For how long it had been asleep or off the network before, milliseconds. */
  absence = 0
  /** Since when it has had a live link, as far as it knows. */
  linkedSince: number = Infinity
  /** What it said last in this run. */
  record: CheckedRecord | undefined
  saidAt = 0
  /** Whether it has had a link in this run. */
  hasMet: boolean = false
  readonly #network: ModelNetwork
  readonly #phase: number
  #sequence = 0n
  #upTime = 0
  /** What happened while it slept. */
  #waiting: Array<(at: Moment) => void> = []
  #sleptSince = 0
  /** How far its clock is behind. */
  #lag = 0
  #wanted = Infinity
  #firesAt = Infinity
  #timer = 0

  constructor (network: ModelNetwork, number: number, nature: Nature) {
    this.#network = network
    this.id = madeUpPeer(number)
    this.nature = nature
    this.#phase = Math.floor(network.chance.between(0, THROTTLE))
    this.membership = this.#newMembership()
  }

  get isUp (): boolean {
    return this.isRunning && !this.isAsleep && !this.isCutOff
  }

  get at (): Moment {
    const { now } = this.#network.time

    return { now: now - this.#lag, date: START + now }
  }

  /** Milliseconds that it was up, all in all. */
  get upTime (): number {
    return this.#upTime + (this.isUp ? this.#network.time.now - this.upSince : 0)
  }

  get receivedBytes (): number {
    return this.received.records + this.received.suspicions + this.received.pages
  }

  /** Starts the process, with the marks that the last one kept. */
  start (): void {
    const kept = [...this.membership.roster].flatMap(({ peer }) => this.membership.roster.markOf(peer) ?? [])

    this.isRunning = true
    this.isAsleep = false
    this.isCutOff = false
    this.upSince = this.#network.time.now
    this.epoch = createEpoch(this.at.date, Uint8Array.from({ length: 8 }, () => this.#network.chance.between(0, 256)))
    this.#sequence = 0n
    this.record = undefined
    this.hasMet = false
    this.absence = 0
    this.#wanted = Infinity
    this.#firesAt = Infinity
    this.#waiting = []
    this.membership = this.#newMembership()
    this.membership.restore(kept)
    this.membership.join()
    this.#settle()
  }

  /** Publishes that it goes, and goes. */
  leave (): void {
    const goodbye = this.#sign('leaving', 60_000, LAST_SEQUENCE)

    this.#network.gossip(this, { kind: 'record', record: goodbye })
    this.membership.leave()
    this.#stop()
  }

  /** Ends without a word. */
  crash (): void {
    this.#stop()
  }

  sleep (): void {
    this.#countUpTime()
    this.isAsleep = true
    this.#sleptSince = this.#network.time.now
  }

  wake (): void {
    const { chance, time } = this.#network

    this.isAsleep = false
    this.absence = time.now - this.#sleptSince
    this.upSince = time.now

    if (this.nature.clockStops === true) {
      this.#lag += time.now - this.#sleptSince
    }

    // whether the timer fires first or what the network has to tell is down to chance
    for (const happened of this.#waiting) {
      time.after(chance.between(0, 300), () => { this.act(happened) })
    }

    this.#waiting = []
    this.#firesAt = Infinity
    this.#startTimer(Math.max(this.#wanted + this.#lag, time.now + chance.between(0, 300)))
  }

  cutOff (): void {
    this.#countUpTime()
    this.isCutOff = true
    this.absence = 0
  }

  reconnect (): void {
    this.isCutOff = false
    this.upSince = this.#network.time.now
  }

  /** Something happens to it: at once, or when it wakes. What it has to do then, it does. */
  act (happened: (at: Moment) => void): void {
    if (this.isAsleep) {
      this.#waiting.push(happened)
    } else if (this.isRunning) {
      happened(this.at)
      this.#settle()
    }
  }

  /** What the validator does. Returns whether the message is to be forwarded. */
  receive (message: GossipMessage): boolean {
    const { membership } = this
    let isAccepted = false

    this.act(at => {
      if (message.kind === 'record') {
        this.received.records += this.#network.costs.record
        // what a page brought before gossip did must be forwarded all the same
        isAccepted = membership.roster.judge(message.record) === 'news' || membership.roster.isPublishedNow(message.record.peer, message.record.signed)
        membership.hear(message.record, at)
      } else {
        this.received.suspicions += this.#network.costs.suspicion
        isAccepted = membership.hearSuspicion(message.mark, message.author, this.record, at.now)
      }
    })

    return isAccepted
  }

  /** What it tells a neighbour that asks for its roster: itself, and then the newest first. Nothing, if the digest is its own. */
  answer (digest: Uint8Array | undefined, before: bigint | undefined): Page {
    const { at, membership: { roster } } = this
    const own = roster.digestWith(this.id, this.epoch)

    if (digest != null && before == null && digest.every((byte, index) => byte === own[index])) {
      return { lines: [], bytes: 0 }
    }

    const limit = digest == null ? NEWCOMER_PAGE_BYTES : COMPARISON_PAGE_BYTES
    const lines: RosterLine[] = this.record == null || before != null ? [] : [{ record: this.record.signed, age: at.now - this.saidAt, gone: false }]
    let bytes = lines.length * (this.#network.costs.recordBytes + LINE_BYTES)
    let last: bigint | undefined

    for (const { place, ...line } of roster.lines(at.now, before)) {
      if (last != null && bytes + line.record.byteLength + LINE_BYTES > limit) {
        return { lines, bytes, next: last }
      }

      bytes += line.record.byteLength + LINE_BYTES
      lines.push(line)
      last = place
    }

    return { lines, bytes }
  }

  /** A neighbour's answer. Returns whether it brought anybody who is there. */
  take (lines: readonly RosterLine[], at: Moment): boolean {
    let isNews = false

    for (const { record: signed, age, gone } of lines) {
      const record = recordOf(signed)

      if (!record.peer.equals(this.id)) {
        isNews ||= !gone && this.membership.judgeHandedOn(record, { age, gone }) === 'news'
        this.membership.take(record, { age, gone }, at)
      }
    }

    return isNews
  }

  /** Publishes a suspicion, whatever its own membership thinks. */
  suspect (mark: Mark): void {
    this.#network.gossip(this, { kind: 'suspicion', mark, author: this.id })
  }

  #stop (): void {
    this.#countUpTime()
    this.isRunning = false
    this.isAsleep = false
    this.isCutOff = false
    this.linkedSince = Infinity
  }

  #countUpTime (): void {
    this.#upTime = this.upTime
  }

  #newMembership (): Membership {
    const { budget, chance, costs } = this.#network
    const membership = new Membership({ self: this.id, budget, lot: chance.next })

    membership.recordCost = costs.record
    membership.isHidden = this.nature.isHidden === true

    return membership
  }

  #settle (): void {
    const { at } = this

    for (let round = 0; round < MOST_AT_ONCE; round++) {
      this.#carryOut(this.membership.duties(at))

      const due = this.membership.due(at)

      if (due > at.now) {
        this.#wanted = due
        this.#startTimer(due + this.#lag)

        return
      }
    }

    throw new Error(`${this.id.toString()} has something to do for ever`)
  }

  /** Starts it anew unless it fires before that anyway. */
  #startTimer (time: number): void {
    const firesAt = this.nature.isHidden === true ? Math.ceil((time - this.#phase) / THROTTLE) * THROTTLE + this.#phase : time

    if (firesAt < this.#firesAt) {
      const timer = ++this.#timer

      this.#firesAt = firesAt
      this.#network.time.at(firesAt, () => {
        if (timer === this.#timer && this.isRunning && !this.isAsleep) {
          this.#fire()
        }
      })
    }
  }

  /** The timer may have been put off since it was started. */
  #fire (): void {
    this.#firesAt = Infinity

    if (this.#wanted > this.at.now) {
      this.#startTimer(this.#wanted + this.#lag)
    } else {
      this.#settle()
    }
  }

  #carryOut ({ say, changes, probe, suspect, ask }: Duties): void {
    if (say != null) {
      this.record = this.#sign('online', say.lifetime, ++this.#sequence)
      this.saidAt = this.at.now
      this.#network.gossip(this, { kind: 'record', record: this.record })
    }

    this.#tell(changes)

    for (const peer of probe) {
      this.#network.probe(this, peer)
    }

    for (const mark of suspect) {
      this.suspect(mark)
    }

    if (ask != null) {
      this.#network.ask(this, ask)
    }
  }

  #tell (changes: readonly RosterChange[]): void {
    for (const change of changes) {
      this.#network.observations?.told(this, change)
    }
  }

  #sign (status: CheckedRecord['status'], lifetime: number, sequence: bigint): CheckedRecord {
    const signed = new Uint8Array(this.#network.costs.recordBytes)
    const record = { peer: this.id, epoch: this.epoch, sequence, issued: this.at.date, lifetime, status, data: NO_DATA, multiaddrs: [], signed }

    records.set(signed, record)

    return record
  }
}
