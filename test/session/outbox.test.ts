import { describe, expect, it } from 'vitest'
import { Outbox } from '../../src/session/outbox.ts'
import type { Outgoing } from '../../src/session/outbox.ts'

const message = (...parts: string[]): Outgoing => ({ parts })
const freely = (): boolean => true
const numbers = (outbox: Outbox<Outgoing>): number[] => outbox.unheard.map(({ number }) => number)

function sayAll (outbox: Outbox<Outgoing>): number {
  let count = 0

  while (outbox.say(freely) != null) {
    count++
  }

  return count
}

describe('an outbox', () => {
  it('says nothing until the other side has said how much it takes', () => {
    const outbox = new Outbox()

    outbox.put(message('a'))
    expect(outbox.say(freely)).toBeUndefined()

    outbox.hear(0, 256)
    expect(outbox.say(freely)).toBeUndefined()

    outbox.hear(0, 257)
    expect(outbox.say(freely)).toEqual({ number: 1, payload: 'a', more: false })
  })

  it('numbers parts through all messages, and marks those that are not the last', () => {
    const outbox = new Outbox()

    outbox.hear(0, 131_072)
    outbox.put(message('a', 'b'))
    outbox.put(message('c'))

    expect([outbox.say(freely), outbox.say(freely), outbox.say(freely), outbox.say(freely)]).toEqual([
      { number: 1, payload: 'a', more: true },
      { number: 2, payload: 'b', more: false },
      { number: 3, payload: 'c', more: false },
      undefined
    ])
  })

  it('asks whether what there is room for may go, by what it costs, and keeps it if not', () => {
    const outbox = new Outbox()
    const asked: number[] = []

    outbox.put(message('abc'))
    outbox.say(cost => asked.push(cost) > 0)
    expect(asked).toEqual([])

    outbox.hear(0, 131_072)
    expect(outbox.say(cost => asked.push(cost) === 0)).toBeUndefined()
    expect(asked).toEqual([259])
    expect(outbox.waitingCost).toBe(259)
    expect(outbox.say(freely)).toEqual({ number: 1, payload: 'abc', more: false })
  })

  it('has no more unheard than the window takes, and goes on as it is heard', () => {
    const outbox = new Outbox()
    const [one, two, three] = [message('a'), message('b'), message('c')]

    outbox.hear(0, 2 * 257)
    outbox.put(one)
    outbox.put(two)
    outbox.put(three)
    expect(sayAll(outbox)).toBe(2)

    expect(outbox.hear(1, 2 * 257)).toEqual({ messages: [one], cost: 257 })
    expect(sayAll(outbox)).toBe(1)
    expect(numbers(outbox)).toEqual([2, 3])
    expect(outbox.hear(3, 0)).toEqual({ messages: [two, three], cost: 514 })
    expect(outbox.unheard).toEqual([])
  })

  it('tells of a message when its last part is heard, not before', () => {
    const outbox = new Outbox()
    const long = message('a', 'b')

    outbox.hear(0, 131_072)
    outbox.put(long)
    sayAll(outbox)

    expect(outbox.hear(1, 131_072)).toEqual({ messages: [], cost: 257 })
    expect(outbox.hear(2, 131_072)).toEqual({ messages: [long], cost: 257 })
  })

  it('goes by the receipt that says more, whichever comes last', () => {
    const outbox = new Outbox()

    outbox.hear(0, 3 * 257)
    outbox.put(message('a', 'b', 'c', 'd'))
    sayAll(outbox)
    outbox.hear(2, 0)
    outbox.hear(1, 131_072)
    expect([numbers(outbox), outbox.say(freely)]).toEqual([[3], undefined])

    outbox.hear(2, 2 * 257)
    outbox.hear(2, 257)
    expect(outbox.say(freely)).toMatchObject({ number: 4 })
  })

  it('does not believe that what it never said was heard', () => {
    const outbox = new Outbox()

    outbox.hear(0, 131_072)
    outbox.put(message('a'))
    expect(outbox.hear(1, 131_072)).toBeUndefined()
    expect(outbox.hear(Number.MAX_SAFE_INTEGER, 131_072)).toBeUndefined()

    outbox.say(freely)
    expect(outbox.hear(1, 131_072)).toBeDefined()
  })

  it('gives back a message of which nothing was said, and no other', () => {
    const outbox = new Outbox()
    const [one, two, three] = [message('a', 'b'), message('c'), message('d')]

    outbox.hear(0, 257)
    outbox.put(one)
    outbox.put(two)
    outbox.put(three)
    sayAll(outbox)

    expect([outbox.withdraw(one), outbox.withdraw(two), outbox.withdraw(two)]).toEqual([false, true, false])
    expect(outbox.waitingCost).toBe(2 * 257)
    expect(outbox.unfinished).toEqual([one, three])

    outbox.hear(1, 131_072)
    sayAll(outbox)
    expect(outbox.unheard.map(({ payload }) => payload)).toEqual(['b', 'd'])
    expect(outbox.unfinished).toEqual([one, three])
    expect(outbox.waitingCost).toBe(0)
  })
})
