import { describe, expect, it } from 'vitest'
import { Inbox } from '../../src/session/inbox.ts'
import type { Payload } from '../../src/wire/index.ts'

const WINDOW = 131_072
const LARGEST = new Uint8Array(8_192)
const COST_OF_LARGEST = 256 + 8_192

const take = (inbox: Inbox, number: number, payload: Payload = 'x', more: boolean = false): boolean => inbox.take({ number, payload, more })

function readAll (inbox: Inbox): Payload[] {
  const messages: Payload[] = []

  for (let message = inbox.read(); message != null; message = inbox.read()) {
    messages.push(message)
  }

  return messages
}

describe('an inbox', () => {
  it('gives messages in order and once, in whatever order and however often their parts come', () => {
    const inbox = new Inbox()

    for (const number of [3, 1, 3, 1, 4, 2, 2, 4]) {
      expect(take(inbox, number, `${number}`)).toBe(true)
    }

    expect(readAll(inbox)).toEqual(['1', '2', '3', '4'])
    expect(take(inbox, 4, 'again')).toBe(true)
    expect(readAll(inbox)).toEqual([])
  })

  it('gives nothing of a message until it is whole', () => {
    const inbox = new Inbox()

    take(inbox, 1, 'one ', true)
    take(inbox, 2, 'message', true)
    expect(inbox.hasUnread).toBe(false)

    take(inbox, 3, '', false)
    expect(readAll(inbox)).toEqual(['one message'])
  })

  it('gives empty text and empty bytes, and tells them apart', () => {
    const inbox = new Inbox()

    take(inbox, 1, '')
    take(inbox, 2, new Uint8Array(0))

    expect(readAll(inbox)).toStrictEqual(['', new Uint8Array(0)])
  })

  it('owes a receipt for every part, also one that it has, and then no more', () => {
    const inbox = new Inbox()

    expect(inbox.owesReceipt).toBe(false)

    for (const number of [2, 1, 1]) {
      take(inbox, number)
      expect(inbox.owesReceipt).toBe(true)
      inbox.giveReceipt()
      expect(inbox.owesReceipt).toBe(false)
    }

    expect(inbox.giveReceipt()).toEqual({ heard: 2, window: WINDOW - 2 * 257 })
  })

  it('takes no more than its window until something is read', () => {
    const inbox = new Inbox()
    let number = 0

    while (inbox.giveReceipt().window >= COST_OF_LARGEST) {
      expect(take(inbox, ++number, LARGEST)).toBe(true)
    }

    expect(number).toBe(Math.floor(WINDOW / COST_OF_LARGEST))
    inbox.read()
    expect(inbox.giveReceipt()).toEqual({ heard: number, window: WINDOW - (number - 1) * COST_OF_LARGEST })
    expect(take(inbox, ++number, LARGEST)).toBe(true)
    expect(take(inbox, ++number, LARGEST)).toBe(false)
  })

  it('owes a receipt when a quarter of the window was read, though nothing came', () => {
    const inbox = new Inbox()

    for (let number = 1; number <= 4; number++) {
      take(inbox, number, LARGEST)
    }

    inbox.giveReceipt()

    expect([inbox.read(), inbox.read(), inbox.read()].length).toBe(3)
    expect(inbox.owesReceipt).toBe(false)
    inbox.read()
    expect(inbox.owesReceipt).toBe(true)
  })

  it('opens again for who waits with the last part of the costliest message', () => {
    const inbox = new Inbox()
    let number = 0

    // messages that nobody reads, then all but the last part of one
    for (let i = 0; i < 8; i++) {
      take(inbox, ++number, LARGEST)
    }

    for (let i = 0; i < 15; i++) {
      take(inbox, ++number, i < 7 ? LARGEST : new Uint8Array(1), true)
    }

    expect(inbox.giveReceipt().window).toBeLessThan(COST_OF_LARGEST)

    readAll(inbox)
    expect(inbox.owesReceipt).toBe(true)
    expect(inbox.giveReceipt().window).toBeGreaterThanOrEqual(COST_OF_LARGEST)
  })

  it.each([
    ['is further ahead than the window has parts', (inbox: Inbox) => take(inbox, 513)],
    ['has the highest number', (inbox: Inbox) => take(inbox, Number.MAX_SAFE_INTEGER)],
    ['makes a message larger than 65,536 bytes', (inbox: Inbox) => Array.from({ length: 9 }, (_, i) => take(inbox, i + 1, i < 8 ? LARGEST : 'x', i < 8)).every(Boolean)],
    ['makes a message of more than 16 parts', (inbox: Inbox) => Array.from({ length: 17 }, (_, i) => take(inbox, i + 1, '', i < 16)).every(Boolean)],
    ['has no end', (inbox: Inbox) => Array.from({ length: 1_000 }, (_, i) => take(inbox, i + 1, '', true)).every(Boolean)],
    ['makes a message half text and half bytes', (inbox: Inbox) => take(inbox, 1, 'x', true) && take(inbox, 2, Uint8Array.of(1))],
    ['fills what is kept ahead of a gap', (inbox: Inbox) => Array.from({ length: 20 }, (_, i) => take(inbox, i + 2, LARGEST)).every(Boolean)]
  ])('does not take a part that %s', (_what, takesAll) => {
    expect(takesAll(new Inbox())).toBe(false)
  })

  it('takes parts that it had again, and has no less room by that', () => {
    const inbox = new Inbox()

    for (let number = 1; number <= 40; number++) {
      expect(take(inbox, number, LARGEST)).toBe(true)
      inbox.read()
      expect(take(inbox, number, LARGEST)).toBe(true)
    }

    expect(inbox.giveReceipt()).toEqual({ heard: 40, window: WINDOW })
  })

  it('takes the part that is as far ahead as can be', () => {
    expect(take(new Inbox(), 512)).toBe(true)
  })

  it('takes a message of 16 parts, and one of 65,536 bytes', () => {
    const inbox = new Inbox()

    for (let i = 1; i <= 16; i++) {
      expect(take(inbox, i, 'x', i < 16)).toBe(true)
    }

    for (let i = 1; i <= 8; i++) {
      expect(take(inbox, 16 + i, LARGEST, i < 8)).toBe(true)
    }

    expect(readAll(inbox)).toEqual(['x'.repeat(16), new Uint8Array(65_536)])
  })
})
