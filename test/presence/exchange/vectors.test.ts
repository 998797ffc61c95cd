import { describe, expect, it } from 'vitest'
import { FrameSplitter } from '../../../src/presence/exchange/frame-splitter.ts'
import { decodeEntries, encodeEntries, MalformedExchangeError } from '../../../src/presence/exchange/index.ts'
import * as exchange from '../../../src/presence/exchange/index.ts'
import { decodeMessage, encodeFrame } from '../../../src/presence/exchange/message-codec.ts'
import type { Message } from '../../../src/presence/exchange/messages.ts'
import { entriesOf, exchangeVectors, messageOf } from '../../vectors/exchange.ts'
import { bytesOf, hexOf } from '../../vectors/vectors.ts'

const { messages, pages } = exchangeVectors
const meant = messages.filter(vector => 'message' in vector)
const read = pages.filter(vector => 'entries' in vector)
const wrongMessages = messages.filter(vector => 'error' in vector)
const wrongPages = pages.filter(vector => 'error' in vector)

/** The messages in the bytes of a stream. */
function readAll (bytes: Uint8Array): Array<Message | undefined> {
  return [...new FrameSplitter().framesIn(bytes)].map(frame => decodeMessage(frame))
}

describe('golden vectors of the exchange', () => {
  it.each(meant)('read $name', ({ hex, message }) => {
    expect(readAll(bytesOf(hex))).toEqual([messageOf(message)])
  })

  it.each(meant.filter(({ canonical }) => canonical))('write $name', ({ hex, message }) => {
    expect(hexOf(encodeFrame(messageOf(message)))).toBe(hex)
  })

  it.each(messages.filter(vector => 'ignored' in vector))('ignore $name', ({ hex }) => {
    expect(readAll(bytesOf(hex))).toEqual([undefined])
  })

  it.each(wrongMessages)('refuse $name', ({ hex, error, field }) => {
    expect(() => readAll(bytesOf(hex))).toThrow(MalformedExchangeError)
    expect(() => readAll(bytesOf(hex))).toThrow(expect.objectContaining({ name: error, field }))
  })

  it.each(read)('read a page: $name', ({ hex, entries }) => {
    expect(decodeEntries(bytesOf(hex))).toEqual(entriesOf(entries))
  })

  it.each(read.filter(({ canonical }) => canonical))('write a page: $name', ({ hex, entries }) => {
    expect(hexOf(encodeEntries(entriesOf(entries)))).toBe(hex)
  })

  it.each(wrongPages)('refuse a page: $name', ({ hex, error, field }) => {
    expect(() => decodeEntries(bytesOf(hex))).toThrow(MalformedExchangeError)
    expect(() => decodeEntries(bytesOf(hex))).toThrow(expect.objectContaining({ name: error, field }))
  })

  it('have every outcome and every error', () => {
    const errors = Object.values(exchange)
      .filter((value): value is typeof MalformedExchangeError => typeof value === 'function' && value.prototype instanceof MalformedExchangeError)

    expect(new Set([...wrongMessages, ...wrongPages].map(({ error }) => error))).toEqual(new Set(errors.map(({ name }) => name)))
    expect(new Set(meant.flatMap(({ message }) => message.kind === 'page' ? [message.outcome] : [])).size).toBe(4)
  })
})
