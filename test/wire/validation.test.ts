import { describe, expect, it } from 'vitest'
import { InvalidArgumentError, PayloadTooLargeError } from '../../src/errors/index.ts'
import { checkChannelId, checkPayload, checkReasonText, checkRingTime } from '../../src/wire/index.ts'

describe('what users give', () => {
  it.each([
    ['an empty text', ''],
    ['a text of exactly 8,192 bytes', 'x'.repeat(8_192)],
    ['a text of exactly 8,192 bytes in fewer characters', '€'.repeat(2_730) + 'é'],
    ['no bytes', new Uint8Array(0)],
    ['exactly 8,192 bytes', new Uint8Array(8_192)]
  ])('may be as payload %s', (_what, payload) => {
    expect(() => { checkPayload('content', payload) }).not.toThrow()
  })

  it.each([
    ['a text of 8,193 bytes', 'x'.repeat(8_193)],
    ['a text of 8,193 bytes in fewer characters', '€'.repeat(2_731)],
    ['8,193 bytes', new Uint8Array(8_193)]
  ])('may not be as payload %s', (_what, payload) => {
    expect(() => { checkPayload('content', payload) }).toThrow(PayloadTooLargeError)
    expect(() => { checkPayload('content', payload) }).toThrow('content is larger than 8192 bytes')
  })

  it.each([
    ['a number', 1],
    ['null', null],
    ['nothing', undefined],
    ['an array', [1, 2]],
    ['an ArrayBuffer', new ArrayBuffer(1)],
    ['another kind of typed array', new Uint16Array(1)],
    ['a text with the first half of a surrogate pair', 'a\ud800b'],
    ['a text with the second half of a surrogate pair', '\udc00']
  ])('may not be as payload %s', (_what, payload) => {
    expect(() => { checkPayload('response', payload) }).toThrow(InvalidArgumentError)
    expect(() => { checkPayload('response', payload) }).toThrow(/^response /)
  })

  it.each([
    ['channelId', checkChannelId, 64],
    ['text', checkReasonText, 256]
  ])('has, as %s, its own limit', (name, check, limit) => {
    expect(() => { check('') }).not.toThrow()
    expect(() => { check('é'.repeat(limit / 2)) }).not.toThrow()
    expect(() => { check('é'.repeat(limit / 2) + 'e') }).toThrow(PayloadTooLargeError)
    expect(() => { check('\udfff') }).toThrow(InvalidArgumentError)
    expect(() => { check(new Uint8Array(1)) }).toThrow(`${name} must be a string`)
    expect(() => { check(undefined) }).toThrow(InvalidArgumentError)
  })

  it.each([0, 1_000, 60_000, 600_000])('may be as ring time %d', ringTime => {
    expect(() => { checkRingTime(ringTime) }).not.toThrow()
  })

  it.each([1, 999, 600_001, -1, -0.5, 1_000.5, NaN, Infinity, '60000', null, undefined])('may not be as ring time %s', ringTime => {
    expect(() => { checkRingTime(ringTime) }).toThrow(InvalidArgumentError)
  })
})
