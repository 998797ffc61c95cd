import { beforeEach, describe, expect, it } from 'vitest'
import {
  FIRST_LIFETIME, FLOOD_PATIENCE, LATE_TIMER_PATIENCE, LONGEST_WAIT, Membership, OUTAGE_PATIENCE, PROBE_DELAY, RECOVERY_TIME, SETTLING_TIME, SLEEP_LATENESS,
  SUSPICION_REPEAT, SUSPICION_TIME, SUSPICIONS_OF_ALL, SUSPICIONS_PER_AUTHOR
} from '../../../src/presence/roster/index.ts'
import { madeUpPeer } from '../simulation/made-up-peers.ts'
import { checked, epochAt } from '../record/records.ts'
import { ANN, BOB, CIM, kinds, leaving } from './people.ts'
import type { PeerId } from '@libp2p/interface'
import type { CheckedRecord, Duties, Mark, RosterChange } from '../../../src/presence/roster/index.ts'

const SELF = madeUpPeer(9)
const OWN = { epoch: epochAt(5), sequence: 4n }

/** Nothing is due by itself within this time, milliseconds: everybody's lifetime is longer than any test. */
const LONG = { lifetime: 40_000_000 }

function markOf (peer: PeerId, sequence = 1n): Mark {
  return { peer, epoch: epochAt(0), sequence }
}

/** A member, and the clock that it lives by. */
class Member {
  readonly membership = new Membership({ self: SELF, budget: 5_000, lot: () => 0.5 })
  now = 1_000
  /** The clock on the wall may go on while the other one stands. */
  date = 1_000_000

  get at (): { now: number, date: number } {
    return { now: this.now, date: this.date }
  }

  pass (ms: number): void {
    this.now += ms
    this.date += ms
  }

  hear (peer: PeerId, changes: Partial<CheckedRecord> = {}): void {
    this.membership.hear(checked(peer, { ...LONG, ...changes }), this.at)
  }

  take (peer: PeerId, gone: boolean, changes: Partial<CheckedRecord> = {}): void {
    this.membership.take(checked(peer, { ...LONG, ...changes }), { age: 0, gone }, this.at)
  }

  suspected (peer: PeerId, author: PeerId, sequence = 1n): boolean {
    return this.membership.hearSuspicion(markOf(peer, sequence), author, OWN, this.now)
  }

  duties (): Duties {
    return this.membership.duties(this.at)
  }

  /** What there is to do within that time, asked for whenever it is due, and at its end. */
  during (ms: number): Pick<Duties, 'changes' | 'probe' | 'suspect'> & { says: number[], asks: string[] } {
    const end = this.now + ms
    const all: { changes: RosterChange[], probe: PeerId[], suspect: Mark[], says: number[], asks: string[] } = { changes: [], probe: [], suspect: [], says: [], asks: [] }

    for (;;) {
      const { changes, probe, suspect, say, ask } = this.duties()

      all.changes.push(...changes)
      all.probe.push(...probe)
      all.suspect.push(...suspect)
      all.says.push(...say == null ? [] : [this.now])
      
      if (ask != null) {
        all.asks.push(ask)
        this.membership.answered(ask, this.now)
      }

      if (this.now >= end) {
        return all
      }

      this.pass(Math.min(this.membership.due(this.at), end) - this.now)
    }
  }
}

describe('a member of a room', () => {
  let member: Member

  /** In a room with Ann, Bob and Cim, for some time, and nothing to do. */
  beforeEach(() => {
    member = new Member()
    member.membership.join()
    member.membership.neighbours(2, member.now)

    for (const peer of [ANN, BOB, CIM]) {
      member.hear(peer)
    }

    member.during(60_000)
  })

  describe('that enters', () => {
    it('says nothing and asks nobody before it met somebody', () => {
      const alone = new Member()

      alone.membership.join()

      expect(alone.during(600_000)).toMatchObject({ says: [], asks: [] })
    })

    it('speaks a moment after it met the first, for long, and asks for the roster at once', () => {
      const newcomer = new Member()

      newcomer.membership.join()
      newcomer.membership.neighbours(1, newcomer.now)

      expect(newcomer.duties()).toMatchObject({ ask: 'roster' })
      newcomer.pass(SETTLING_TIME)
      expect(newcomer.duties()).toMatchObject({ say: { lifetime: FIRST_LIFETIME } })
    })

    it('tells of everybody once', () => {
      member.hear(madeUpPeer(77))
      member.hear(madeUpPeer(77), { sequence: 2n })

      expect(kinds(member.duties().changes)).toEqual(['online'])
      expect(member.duties().changes).toEqual([])
    })

    it('wakes at least every half minute', () => {
      for (let round = 0; round < 100; round++) {
        member.duties()

        const wait = member.membership.due(member.at) - member.now

        expect(wait).toBeGreaterThan(0)
        expect(wait).toBeLessThanOrEqual(LONGEST_WAIT)
        member.pass(wait)
      }
    })
  })

  describe('that leaves', () => {
    it('has nothing to do any more, and nobody on its roster, whatever still comes in', () => {
      member.membership.lost(ANN, member.now)
      member.membership.leave()
      member.hear(madeUpPeer(77))
      member.take(madeUpPeer(78), false)
      member.membership.neighbours(3, member.now)

      expect(member.membership.due(member.at)).toBe(Infinity)
      expect(member.duties()).toEqual({ changes: [], probe: [], suspect: [], standingsChanged: false })
      expect(member.membership.roster.size).toBe(0)
    })

    it('starts from its marks when it enters again', () => {
      member.membership.leave()
      member.membership.join()
      member.membership.neighbours(1, member.now)
      member.hear(ANN)
      member.hear(BOB, { sequence: 2n })

      expect(kinds(member.duties().changes)).toEqual(['online'])
      expect(member.membership.roster.get(ANN)).toBe(undefined)
    })
  })

  describe('whose last connection to somebody breaks', () => {
    it('looks after a moment whether that one can be dialled', () => {
      member.membership.lost(ANN, member.now)

      expect(member.during(PROBE_DELAY * 1.5 - 1).probe).toEqual([])
      expect(member.during(1).probe).toEqual([ANN])
      expect(member.during(60_000).probe).toEqual([])
    })

    it('does not, if there is a connection again, it has spoken since, or it is not present', () => {
      for (const peer of [ANN, BOB, madeUpPeer(77)]) {
        member.membership.lost(peer, member.now)
      }

      member.membership.reached(ANN)
      member.pass(PROBE_DELAY)
      member.hear(BOB, { sequence: 2n })

      expect(member.during(60_000).probe).toEqual([])
    })

    it('does, if what it hears may have been said before', () => {
      member.membership.lost(ANN, member.now)
      member.pass(100)
      member.hear(ANN, { sequence: 2n })

      expect(member.during(60_000).probe).toEqual([ANN])
    })

    it('does at once, if it is a page that nobody looks at, since its timer may take a minute', () => {
      member.membership.isHidden = true
      member.membership.lost(ANN, member.now)

      expect(member.duties().probe).toEqual([ANN])
    })

    it('says so to the room if it cannot be reached, once more if it does not answer, and takes it for lost then', () => {
      member.membership.unreachable(ANN, true, member.now)

      const { changes, suspect } = member.during(SUSPICION_TIME - 1)

      expect(suspect).toEqual([expect.objectContaining(markOf(ANN)), expect.objectContaining(markOf(ANN))])
      expect(changes).toEqual([])
      expect(member.membership.standing(ANN, member.now)).toBe('stale')
      expect(member.during(1).changes).toEqual([expect.objectContaining({ kind: 'offline', reason: 'lost' })])
    })

    it('says so no more once it has answered', () => {
      member.membership.unreachable(ANN, true, member.now)
      expect(member.duties().suspect.length).toBe(1)
      member.hear(ANN, { sequence: 2n })

      expect(member.membership.standing(ANN, member.now)).toBe('announced')
      expect(member.during(60_000)).toMatchObject({ suspect: [], changes: [] })
    })

    it('says so once more even if it reached it meanwhile: the others have not', () => {
      member.membership.unreachable(ANN, true, member.now)
      member.duties()
      member.membership.reached(ANN)

      expect(member.membership.standing(ANN, member.now)).toBe('announced')
      expect(member.during(SUSPICION_REPEAT).suspect.length).toBe(1)
      expect(member.during(60_000).changes).toEqual([])
    })

    it('says nothing if it is connected to nobody, and takes it back when it knows that', () => {
      member.membership.unreachable(ANN, false, member.now)

      expect(member.duties().suspect).toEqual([])
      expect(member.membership.standing(ANN, member.now)).toBe('stale')
      member.membership.offline()
      expect(member.membership.standing(ANN, member.now)).toBe('announced')
    })

    it('says itself again to the next neighbour, if two broke in a short time: it may have been its own network', () => {
      member.membership.lost(ANN, member.now)
      member.membership.neighbours(1, member.now)
      member.membership.neighbours(2, member.now)
      expect(member.during(1_000).says).toEqual([])

      member.membership.lost(BOB, member.now)
      member.membership.neighbours(1, member.now)
      member.membership.neighbours(2, member.now)
      expect(member.during(1_000).says.length).toBe(1)
    })

    it('takes the only other one in the room for lost as soon, if it is connected to anybody', () => {
      member.membership.lost(ANN, member.now)
      member.membership.neighbours(0, member.now)
      member.membership.unreachable(ANN, true, member.now)

      expect(member.during(SUSPICION_TIME).changes).toEqual([expect.objectContaining({ kind: 'offline', reason: 'lost' })])
    })

    it('takes nobody for lost if it may itself have been cut off', () => {
      member.membership.unreachable(ANN, false, member.now)
      member.membership.neighbours(0, member.now)

      expect(member.during(OUTAGE_PATIENCE - 1).changes).toEqual([])
    })
  })

  describe('that hears that somebody is said to be lost', () => {
    it('believes it, passes it on, and takes that one for lost unless it answers', () => {
      member.membership.lost(ANN, member.now)

      expect(member.suspected(ANN, BOB)).toBe(true)
      expect(member.membership.standing(ANN, member.now)).toBe('stale')
      expect(member.during(SUSPICION_TIME)).toMatchObject({ probe: [], suspect: [], changes: [{ kind: 'offline', reason: 'lost' }] })
    })

    it('passes it on once, and once more when it is repeated after a while', () => {
      expect(member.suspected(ANN, BOB)).toBe(true)
      expect(member.suspected(ANN, CIM)).toBe(false)
      member.pass(SUSPICION_REPEAT)
      expect(member.suspected(ANN, BOB)).toBe(true)
      expect(member.suspected(ANN, BOB)).toBe(false)
      member.pass(SUSPICION_TIME - SUSPICION_REPEAT)
      expect(member.duties().changes).toEqual([expect.objectContaining({ reason: 'lost' })])
    })

    it.each<[string, () => boolean]>([
      ['who says it is not in the room', () => member.suspected(ANN, madeUpPeer(77))],
      ['who it is about is not', () => member.suspected(madeUpPeer(77), BOB)],
      ['it is about another run', () => member.membership.hearSuspicion({ ...markOf(ANN), epoch: epochAt(3) }, BOB, OWN, member.now)],
      ['that one has spoken since', () => { member.hear(ANN, { sequence: 2n }); return member.suspected(ANN, BOB, 1n) }]
    ])('does not believe it if %s', (_, hear) => {
      expect(hear()).toBe(false)
      expect(member.membership.standing(ANN, member.now)).toBe('announced')
    })

    it('believes it if the other has heard a later word of the same run', () => {
      expect(member.suspected(ANN, BOB, 3n)).toBe(true)
    })

    it('believes so much of one', () => {
      for (let number = 100; number < 200; number++) {
        member.hear(madeUpPeer(number))
      }

      const believed = Array.from({ length: 100 }, (_, index) => member.suspected(madeUpPeer(100 + index), BOB)).filter(Boolean)

      expect(believed.length).toBe(SUSPICIONS_PER_AUTHOR.burst)
    })

    it('believes so much of all, and beyond that is in no haste about anybody, since others may have run out elsewhere', () => {
      const everybody = Array.from({ length: 400 }, (_, index) => madeUpPeer(100 + index))

      for (const peer of everybody) {
        member.hear(peer)
      }

      const believed = everybody.filter((peer, index) => member.suspected(peer, madeUpPeer(100 + (index + 1) % 400)))

      expect(believed.length).toBe(SUSPICIONS_OF_ALL.burst)
      expect(member.during(FLOOD_PATIENCE - 1).changes.filter(({ kind }) => kind === 'offline')).toEqual([])
      expect(member.during(1).changes.filter(({ kind }) => kind === 'offline').length).toBe(SUSPICIONS_OF_ALL.burst)
    })
  })

  describe('that hears that it is lost itself', () => {
    it('speaks at once, without passing that on, whoever says so and however often', () => {
      for (let author = 100; author < 110; author++) {
        expect(member.membership.hearSuspicion({ peer: SELF, ...OWN }, madeUpPeer(author), OWN, member.now)).toBe(false)
        expect(member.duties().say).not.toBe(undefined)
        member.pass(1)
      }
    })

    it('speaks as well if a word is named that it never said', () => {
      member.membership.hearSuspicion({ peer: SELF, epoch: OWN.epoch, sequence: 1_000n }, BOB, OWN, member.now)

      expect(member.duties().say).not.toBe(undefined)
    })

    it('speaks once more, not at once, if it has spoken since', () => {
      member.membership.changed(member.now)
      member.duties()
      member.membership.hearSuspicion({ peer: SELF, epoch: OWN.epoch, sequence: 3n }, BOB, OWN, member.now)

      expect(member.duties().say).toBe(undefined)
      expect(member.during(6_000).says.length).toBe(1)
    })

    it('has nothing to say of an earlier run', () => {
      member.membership.hearSuspicion({ peer: SELF, epoch: epochAt(1), sequence: 3n }, BOB, OWN, member.now)

      expect(member.duties().say).toBe(undefined)
    })
  })

  describe('that was cut off', () => {
    const SHORT = { lifetime: 25_000 }

    it('takes the others for stale, and for gone no earlier than half a minute after it is back', () => {
      for (const peer of [ANN, BOB]) {
        member.hear(peer, { ...SHORT, sequence: 2n })
      }

      member.suspected(CIM, BOB)
      member.during(1)
      member.membership.neighbours(0, member.now)
      expect(member.membership.standing(ANN, member.now)).toBe('stale')
      expect(member.during(100_000).changes).toEqual([])

      member.membership.neighbours(2, member.now)
      expect(member.during(RECOVERY_TIME / 2).changes).toEqual([])
      member.hear(ANN, { ...LONG, sequence: 3n })
      expect(member.membership.standing(ANN, member.now)).toBe('announced')
      expect(member.membership.standing(CIM, member.now)).toBe('stale')
      expect(member.during(RECOVERY_TIME / 2 - 1).changes).toEqual([])
      expect(member.during(1).changes).toEqual([expect.objectContaining({ kind: 'offline', reason: 'expired', entry: expect.objectContaining({ peer: BOB }) })])
      // who could not answer while this peer was cut off has not failed to
      expect(member.membership.standing(CIM, member.now)).toBe('announced')
    })

    it('speaks, and asks a neighbour, when it is back', () => {
      member.membership.neighbours(0, member.now)
      member.during(10_000)
      member.membership.neighbours(2, member.now)

      const { says, asks } = member.during(1_000)

      expect(says.length).toBe(1)
      expect(asks[0]).toBe('roster')
    })

    it('tells that standings are others when it is, when it is back, and when it has recovered', () => {
      member.membership.neighbours(0, member.now)
      expect(member.duties().standingsChanged).toBe(true)
      expect(member.duties().standingsChanged).toBe(false)
      member.membership.neighbours(2, member.now)
      expect(member.duties().standingsChanged).toBe(true)
      member.pass(RECOVERY_TIME - 1)
      expect(member.duties().standingsChanged).toBe(false)
      member.pass(1)
      expect(member.duties().standingsChanged).toBe(true)
    })

    it('speaks and asks by the next event, not by a timer, if nobody looks at its page', () => {
      member.membership.isHidden = true
      member.membership.neighbours(0, member.now)
      member.pass(10_000)
      member.duties()
      member.membership.neighbours(2, member.now)

      expect(member.duties().ask).toBe('roster')
      member.pass(60)
      member.membership.answered('roster', member.now)
      expect(member.duties().say).not.toBe(undefined)
    })
  })

  describe('that slept', () => {
    const SHORT = { lifetime: 25_000, sequence: 2n }

    beforeEach(() => {
      for (const peer of [ANN, BOB, CIM]) {
        member.hear(peer, SHORT)
      }

      member.pass(10)
      member.duties()
      member.membership.due(member.at)
    })

    it.each<[string, (hour: number) => void]>([
      ['by the clock that only rises', hour => { member.pass(hour) }],
      ['by the clock on the wall, if the other one stood', hour => { member.date += hour }]
    ])('notices it %s, and takes nobody for gone for half a minute', (_, sleep) => {
      sleep(3_600_000)

      const { changes, says, asks } = member.during(RECOVERY_TIME - 1)

      expect(changes).toEqual([])
      expect(says.length).toBeGreaterThan(0)
      expect(asks[0]).toBe('roster')
      expect(member.membership.standing(ANN, member.now)).toBe('stale')
    })

    it('notices it even if it is asked first when something is due', () => {
      member.pass(3_600_000)
      member.membership.due(member.at)

      expect(member.during(RECOVERY_TIME - 1).changes).toEqual([])
    })

    it('takes back what it suspected before, and does not dial whose connection it finds broken before others could speak', () => {
      member.membership.unreachable(ANN, true, member.now)
      member.duties()
      member.membership.due(member.at)
      member.pass(3_600_000)
      // what the network has to tell may come before anything is due
      member.membership.lost(BOB, member.now)
      member.membership.unreachable(CIM, true, member.now)

      const { changes, probe, suspect } = member.during(RECOVERY_TIME - 1)

      expect({ changes, probe, suspect }).toEqual({ changes: [], probe: [], suspect: [] })
    })

    it('waits for longer if no neighbour tells it what it missed, and not for ever', () => {
      let asked = 0

      member.pass(3_600_000)

      const awake = member.now
      const gone: number[] = []

      while (member.now < awake + 200_000) {
        const { ask, changes } = member.duties()

        gone.push(...changes.map(() => member.now - awake))

        if (ask === 'roster') {
          asked++
          member.membership.unanswered('roster', member.now)
        }

        member.pass(Math.max(member.membership.due(member.at) - member.now, 1))
      }

      expect(asked).toBeGreaterThan(3)
      expect(gone.length).toBe(3)
      expect(Math.min(...gone)).toBeGreaterThanOrEqual(OUTAGE_PATIENCE)
    })

    it('says itself once more when it meets a neighbour meanwhile: its old connections may have been dead', () => {
      member.pass(3_600_000)
      member.during(8_000)
      member.membership.neighbours(3, member.now)

      expect(member.during(3_000).says.length).toBe(1)
    })
  })

  it('that is late, as hidden pages are, hears first what waits before it takes somebody for gone', () => {
    member.hear(ANN, { lifetime: 20_000, sequence: 2n })
    member.duties()
    member.membership.due(member.at)
    member.pass(SLEEP_LATENESS)

    expect(member.duties().changes).toEqual([])
    expect(member.membership.due(member.at)).toBeLessThanOrEqual(member.now + LATE_TIMER_PATIENCE)
    member.hear(ANN, { sequence: 3n })
    expect(member.during(LATE_TIMER_PATIENCE).changes).toEqual([])
  })

  describe('to whom a neighbour hands on its roster', () => {
    it('looks whether somebody can be dialled whom the neighbour takes for gone, and believes nobody’s word', () => {
      member.take(ANN, true)

      expect(member.membership.standing(ANN, member.now)).toBe('announced')
      expect(member.during(60_000)).toMatchObject({ probe: [ANN], changes: [] })
    })

    it('believes the goodbye that it brings, since nobody can forge it', () => {
      member.take(ANN, true, leaving)

      expect(member.duties().changes).toEqual([expect.objectContaining({ kind: 'offline', reason: 'left' })])
    })

    it('believes that somebody went whom it has not heard since it slept, if that one does not speak', () => {
      member.membership.woke(member.now)
      member.take(ANN, true, { sequence: 5n })
      member.take(BOB, true)

      expect(member.membership.standing(ANN, member.now)).toBe('stale')
      member.during(1_000)
      member.hear(BOB, { sequence: 2n })
      expect(member.during(RECOVERY_TIME).changes).toEqual([expect.objectContaining({ reason: 'lost', entry: expect.objectContaining({ peer: ANN }) })])
    })

    it('says again whom it suspects if the neighbour has not heard it, and gives that one as much time again', () => {
      member.membership.unreachable(ANN, true, member.now)
      member.during(SUSPICION_TIME - 1)
      member.take(ANN, false)

      expect(member.duties().suspect).toEqual([expect.objectContaining(markOf(ANN))])
      expect(member.during(SUSPICION_TIME - 1).changes).toEqual([])
      // but once only, or a neighbour that lies could keep it there
      member.take(ANN, false)
      expect(member.during(1).changes).toEqual([expect.objectContaining({ reason: 'lost' })])
    })

    it('does not take back what others suspect because one of them has not heard it', () => {
      member.suspected(ANN, BOB)
      member.take(ANN, false)

      expect(member.membership.standing(ANN, member.now)).toBe('stale')
    })

    it('dials no more than so many because of what one says', () => {
      for (let number = 100; number < 200; number++) {
        member.hear(madeUpPeer(number))
        member.take(madeUpPeer(number), true)
      }

      expect(member.during(2_000).probe.length).toBe(16)
    })
  })
})
