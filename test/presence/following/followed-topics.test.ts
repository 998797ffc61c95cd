import * as fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { GRACE, RECONSIDER_INTERVAL } from '../../../src/presence/following/constants.ts'
import { FollowedTopics } from '../../../src/presence/following/followed-topics.ts'

const NOTHING = { follow: [], leave: [] }

function names (count: number, prefix: string): string[] {
  return Array.from({ length: count }, (_, number) => `${prefix} ${number}`)
}

describe('followed topics', () => {
  let topics: FollowedTopics

  beforeEach(() => { topics = new FollowedTopics({ rooms: 4, roomsPerPeer: 3 }) })

  it('are followed at once, and once for all who subscribe', () => {
    topics.subscribe('ann', 'red')
    expect(topics.changes(0)).toEqual({ follow: ['red'], leave: [] })
    topics.subscribe('bob', 'red')
    topics.subscribe('ann', 'red')
    expect(topics.changes(0)).toEqual(NOTHING)
    expect(topics.size).toBe(1)
    expect(topics.due).toBe(Infinity)
  })

  it('are left a while after the last has gone, whichever way it went', () => {
    topics.subscribe('ann', 'red')
    topics.subscribe('bob', 'red')
    topics.subscribe('bob', 'blue')
    topics.changes(0)
    topics.unsubscribe('ann', 'red', 1_000)
    expect([...topics.remove('bob', 2_000)]).toEqual(['red', 'blue'])
    expect(topics.due).toBe(2_000 + GRACE)
    expect(topics.changes(2_000 + GRACE - 1)).toEqual(NOTHING)
    expect(topics.changes(2_000 + GRACE)).toEqual({ follow: [], leave: ['red', 'blue'] })
    expect(topics.size).toBe(0)
    expect(topics.due).toBe(Infinity)
  })

  it('stay if somebody is back before that', () => {
    topics.subscribe('ann', 'red')
    topics.changes(0)
    topics.remove('ann', 0)
    topics.subscribe('bob', 'red')
    expect(topics.due).toBe(Infinity)
    expect(topics.changes(GRACE)).toEqual(NOTHING)
  })

  it('are so many of one peer, and again as many when it gives some up', () => {
    for (const name of names(5, 'room')) {
      topics.subscribe('ann', name)
    }

    expect(topics.changes(0).follow).toEqual(names(3, 'room'))
    topics.unsubscribe('ann', 'room 4', 0)
    topics.unsubscribe('ann', 'room 0', 0)
    topics.subscribe('ann', 'room 4')
    expect(topics.changes(0).follow).toEqual(['room 4'])
  })

  it('are those of many rather than of few when there are more than places', () => {
    for (const [peer, name] of [['a', 'one'], ['b', 'two'], ['c', 'three'], ['d', 'four']] as const) {
      topics.subscribe(peer, name)
    }

    topics.changes(0)
    topics.subscribe('e', 'crowd')
    expect(topics.changes(0)).toEqual(NOTHING)
    topics.subscribe('f', 'crowd')
    expect(topics.due).toBe(RECONSIDER_INTERVAL)
    expect(topics.changes(RECONSIDER_INTERVAL)).toEqual({ follow: ['crowd'], leave: ['one'] })
    expect(topics.size).toBe(4)
    // who lost its place has it again when there is one
    topics.remove('b', RECONSIDER_INTERVAL)
    expect(topics.changes(2 * RECONSIDER_INTERVAL)).toEqual({ follow: ['one'], leave: ['two'] })
  })

  it('are not kept from one peer in one room by another that makes up many', () => {
    topics = new FollowedTopics({ rooms: 100, roomsPerPeer: 100 })

    for (const name of names(100, 'made up')) {
      topics.subscribe('liar', name)
    }

    expect(topics.changes(0).follow).toHaveLength(100)
    topics.subscribe('ann', 'home')
    topics.subscribe('ann', 'office')

    const { follow, leave } = topics.changes(RECONSIDER_INTERVAL)

    expect(follow.toSorted()).toEqual(['home', 'office'])
    expect(leave).toHaveLength(2)
    expect(topics.size).toBe(100)
  })

  it('are followed as long as they find a place, whatever happens', () => {
    const step = fc.tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 7 }), fc.constantFrom('subscribe', 'unsubscribe', 'remove', 'wait'))

    fc.assert(fc.property(fc.array(step, { maxLength: 200 }), steps => {
      const followed = new Set<string>()
      const wanted = new Map<string, Set<string>>()
      const removed: string[] = []
      const expected: string[] = []
      let now = 0

      topics = new FollowedTopics({ rooms: 4, roomsPerPeer: 3 })

      function look (): void {
        const { follow, leave } = topics.changes(now)

        for (const name of leave) {
          expect(followed.delete(name)).toBe(true)
        }

        for (const name of follow) {
          expect(followed.has(name)).toBe(false)
          followed.add(name)
        }

        expect(followed.size).toBe(topics.size)
        expect(followed.size).toBeLessThanOrEqual(4)
      }

      for (const [who, what, kind] of steps) {
        const peer = `peer ${who}`
        const name = `room ${what}`
        const own = wanted.get(peer) ?? new Set()

        wanted.set(peer, own)

        if (kind === 'subscribe') {
          topics.subscribe(peer, name)

          if (own.size < 3) {
            own.add(name)
          }
        } else if (kind === 'unsubscribe') {
          topics.unsubscribe(peer, name, now)
          own.delete(name)
        } else if (kind === 'remove') {
          removed.push([...topics.remove(peer, now)].toSorted().join())
          expected.push([...own].toSorted().join())
          wanted.delete(peer)
        } else {
          now += 700
        }

        look()
      }

      // in the end all that are wanted are followed, or as many as there are places
      for (let turn = 0; turn < 100 && topics.due < Infinity; turn++) {
        now = Math.max(now, topics.due)
        look()
      }

      const all = new Set<string>()

      for (const own of wanted.values()) {
        own.forEach(name => all.add(name))
      }

      expect(removed).toEqual(expected)
      expect(topics.due).toBe(Infinity)
      expect(topics.size).toBe(Math.min(all.size, 4))
      expect([...followed].every(name => all.has(name))).toBe(true)

      for (const peer of wanted.keys()) {
        topics.remove(peer, now)
      }

      now += GRACE
      look()
      expect(topics.size).toBe(0)
    }))
  })
})
