import { createEpoch, LAST_SEQUENCE } from '../../../src/presence/record/index.ts'
import { heartbeatPace, Membership } from '../../../src/presence/roster/index.ts'
import { SpeakingTimes } from '../../../src/presence/roster/speaking-times.ts'
import { Chance } from './chance.ts'
import { madeUpPeer } from './made-up-peers.ts'
import { VirtualTime } from './virtual-time.ts'
import type { PeerId } from '@libp2p/interface'
import type { CheckedRecord, Moment } from '../../../src/presence/roster/index.ts'

/** What is to be found out. */
export interface RoomCostInit {
  /** Peers in the room. */
  readonly peers: number
  /** Bytes that one record costs each peer by gossip, as measured on real nodes. */
  readonly recordCost: number
  /** Bytes of a signed record by itself: what one costs in the page of a roster. 400 unless said otherwise. */
  readonly recordBytes?: number
  /** Bytes a second; 5,000 unless said otherwise. */
  readonly budget?: number
  /** How many peers keep rosters and are measured. The rest only speaks, when the shipped schedule says so. 10 unless said otherwise. */
  readonly sample?: number
  /** Heartbeats of each that are measured; 2 unless said otherwise. */
  readonly rounds?: number
  readonly seed?: number
}

/** What a peer receives when it is most, bytes a second: over one minute, and over ten. */
export interface Peak {
  readonly minute: number
  readonly tenMinutes: number
}

/** What one peer of a room receives; bytes a second, if nothing else is said. */
export interface RoomCost {
  readonly peers: number
  /** Time between two heartbeats of one peer, milliseconds. */
  readonly interval: number
  /** By heartbeats, on average over the measured time. */
  readonly heartbeats: number
  /** By questions whether two rosters are the same. */
  readonly comparisons: number
  /** Of both, as a share of the budget. */
  readonly share: number
  /** By heartbeats while all enter within a minute and in the hour after it, entering itself not counted. */
  readonly filling: Peak
  /** By heartbeats while nine tenths leave within a minute and in the hour after it, goodbyes not counted. */
  readonly emptying: Peak
  /** What entering and leaving costs each of the others, once for each peer: the record that says so, and its repetition. Bytes. */
  readonly entering: number
  readonly leaving: number
}

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

/** A question whether two rosters are the same, and the answer that they are: both ways, as one peer receives them. Bytes. */
const COMPARISON_BYTES = 300

/** A peer enters, and says so once more; what comes after that is a heartbeat. */
const ENTERING_RECORDS = 2n

/** How often the size of a room is looked at while it changes fast, and while it does not, milliseconds. */
const FINE_STEP = 10 * SECOND
const COARSE_STEP = 2 * MINUTE

const NO_DATA = new Uint8Array()

/** A peer of whom only the schedule is there. */
interface Speaker {
  readonly peer: PeerId
  readonly epoch: string
  readonly speaking: SpeakingTimes
  sequence: bigint
  isThere: boolean
}

/**
 * A room of thousands in virtual time, for what it costs: when each of its peers speaks is said by the shipped schedule, from the
 * size of the room as a sample of peers with whole rosters knows it. Every record reaches everybody of the sample.
 */
class CountedRoom {
  readonly time: VirtualTime = new VirtualTime()
  /** Heartbeats in each minute. */
  readonly heartbeats: number[] = []
  /** So often the size of the room is looked at, milliseconds. */
  step: number = FINE_STEP
  comparisons = 0
  entered = 0
  left = 0
  readonly #init: Required<RoomCostInit>
  readonly #chance: Chance
  readonly #sample: readonly Membership[]
  readonly #signed: Uint8Array

  constructor (init: Required<RoomCostInit>) {
    this.#init = init
    this.#chance = new Chance(init.seed)
    this.#signed = new Uint8Array(init.recordBytes)
    this.#sample = Array.from({ length: init.sample }, (_, number) => this.#member(number))
  }

  get pace (): { interval: number, lifetime: number } {
    const { recordCost, budget } = this.#init

    return heartbeatPace({ peers: this.peers, recordCost, budget, isHidden: false })
  }

  /** How many there are, as far as those know who count; they are counted among them. */
  get peers (): number {
    return (this.#sample[0]?.roster.size ?? 0) + 1
  }

  get at (): Moment {
    return { now: this.time.now, date: this.time.now }
  }

  enter (number: number): Speaker {
    const speaker: Speaker = {
      peer: madeUpPeer(number),
      epoch: createEpoch(this.time.now, NO_DATA).padEnd(32, '0'),
      speaking: new SpeakingTimes(this.#chance.next),
      sequence: 0n,
      isThere: true
    }

    speaker.speaking.start()
    speaker.speaking.met(this.time.now)
    this.#await(speaker)

    return speaker
  }

  leave (speaker: Speaker): void {
    speaker.isThere = false
    this.left++
    this.#hear(speaker, 'leaving', LAST_SEQUENCE, MINUTE)
  }

  /** Bytes a second of heartbeats when they were most, between two times. */
  peak (from: number, to: number): Peak {
    const minutes = Array.from({ length: Math.ceil((to - from) / MINUTE) }, (_, index) => this.heartbeats[Math.floor(from / MINUTE) + index] ?? 0)
    const most = (length: number): number =>
      Math.max(...minutes.map((__, index) => minutes.slice(index, index + length).reduce((sum, count) => sum + count, 0))) * this.#init.recordCost / (length * MINUTE / SECOND)

    return { minute: most(1), tenMinutes: most(10) }
  }

  /** It wakes when it would have to speak as things are, and at least when things may have changed much. */
  #await (speaker: Speaker): void {
    const { time } = this
    const due = speaker.speaking.due(time.now, this.pace)

    time.at(Math.min(due, time.now + this.step), () => {
      if (!speaker.isThere) {
        return
      }

      if (speaker.speaking.due(time.now, this.pace) <= time.now) {
        const lifetime = speaker.speaking.lifetime(time.now, this.pace)

        speaker.sequence++
        speaker.speaking.said(time.now, lifetime)
        this.#count(speaker.sequence)
        this.#hear(speaker, 'online', speaker.sequence, lifetime)
      }

      this.#await(speaker)
    })
  }

  #count (sequence: bigint): void {
    if (sequence <= ENTERING_RECORDS) {
      this.entered++
    } else {
      const minute = Math.floor(this.time.now / MINUTE)

      this.heartbeats[minute] = (this.heartbeats[minute] ?? 0) + 1
    }
  }

  #hear ({ peer, epoch }: Speaker, status: CheckedRecord['status'], sequence: bigint, lifetime: number): void {
    const record: CheckedRecord = { peer, epoch, sequence, issued: this.time.now, lifetime, status, data: NO_DATA, multiaddrs: [], signed: this.#signed }

    for (const member of this.#sample) {
      this.time.after(this.#chance.between(20, 400), () => {
        member.hear(record, this.at)
        this.#carryOut(member)
      })
    }
  }

  #member (number: number): Membership {
    const { budget, recordCost, seed } = this.#init
    const member = new Membership({ self: madeUpPeer(1_000_000 + number), budget, lot: new Chance(seed + number).next })

    member.recordCost = recordCost
    member.join()
    member.neighbours(6, 0)
    this.#look(member)

    return member
  }

  #look (member: Membership): void {
    this.#carryOut(member)
    this.time.at(Math.min(member.due(this.at), this.time.now + 30 * SECOND), () => { this.#look(member) })
  }

  /** What it says itself is a drop in the ocean; what it asks is answered at once, and that the rosters are the same. */
  #carryOut (member: Membership): void {
    const { ask } = member.duties(this.at)

    if (ask != null) {
      this.comparisons += ask === 'comparison' && member === this.#sample[0] ? 1 : 0
      member.answered(ask, this.time.now)
    }
  }
}

/**
 * What a room costs each of its peers, in virtual time: in steady state, while it fills, and while it empties. The benchmark gives
 * it the cost of a record that it has measured on real nodes.
 */
export function roomCost (init: RoomCostInit): RoomCost {
  const all = { recordBytes: 400, budget: 5_000, sample: 10, rounds: 2, seed: 1, ...init }
  const { peers, recordCost, budget, sample, rounds } = all
  const room = new CountedRoom(all)
  const { time } = room
  const speakers: Speaker[] = []

  for (let number = 1; number < peers; number++) {
    time.at(number / peers * MINUTE, () => { speakers.push(room.enter(number)) })
  }

  time.runUntil(10 * MINUTE)
  room.step = COARSE_STEP
  time.runUntil(HOUR)

  const filling = room.peak(0, HOUR)
  const { interval } = room.pace

  // until all know how many they are
  time.runUntil(time.now + 2 * interval)

  const from = Math.ceil(time.now / MINUTE)
  const minutes = Math.ceil(rounds * interval / MINUTE)
  const comparisonsBefore = room.comparisons

  time.runUntil((from + minutes) * MINUTE)

  const seconds = minutes * MINUTE / SECOND
  const heartbeats = room.heartbeats.slice(from, from + minutes).reduce((sum, count) => sum + (count ?? 0), 0) * recordCost / seconds
  // a peer answers about as many questions as it asks
  const comparisons = (room.comparisons - comparisonsBefore) * 2 * COMPARISON_BYTES / seconds
  const before = room.peers

  for (const [index, speaker] of speakers.entries()) {
    if (index % 10 !== 0) {
      time.after(index / peers * MINUTE, () => { room.leave(speaker) })
    }
  }

  const emptyFrom = time.now

  room.step = FINE_STEP
  time.runUntil(emptyFrom + HOUR)

  if (before !== peers || sample < 1) {
    throw new Error(`the room had ${before} peers in it, not ${peers}`)
  }

  return {
    peers,
    interval,
    heartbeats,
    comparisons,
    share: (heartbeats + comparisons) / budget,
    filling,
    emptying: room.peak(emptyFrom, time.now),
    entering: room.entered / (peers - 1) * recordCost,
    leaving: room.left === 0 ? 0 : recordCost
  }
}
