import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { candidateOf, readSignal, writeSignal } from '../../src/webrtc/signal.ts'
import type { Payload } from '../../src/wire/index.ts'

const offer = { description: { type: 'offer', sdp: 'v=0\r\n' } } as const
const candidate = { candidate: 'candidate:1 1 udp 1 192.0.2.1 9 typ host', sdpMid: '0', sdpMLineIndex: 0, usernameFragment: 'abcd' }

function outcome (message: Payload): string {
  try {
    readSignal(message)

    return 'read'
  } catch (err) {
    return err instanceof Error ? err.name : 'thrown'
  }
}

describe('a signal', () => {
  it.each([
    ['an offer', offer],
    ['an answer', { description: { type: 'answer', sdp: '' } } as const],
    ['a candidate', { candidate }],
    ['a candidate that says little', { candidate: { candidate: 'x' } }],
    ['a candidate that belongs to none', { candidate: { candidate: 'x', sdpMid: null, sdpMLineIndex: null, usernameFragment: null } }],
    ['the end of those of a description', { candidate: { candidate: '', usernameFragment: 'abcd' } }],
    ['the end of all', { candidate: null }]
  ])('is read as it was written: %s', (_what, signal) => {
    expect(readSignal(writeSignal(signal))).toStrictEqual(signal)
  })

  it('is written as JSON that others can write', () => {
    expect(writeSignal(offer)).toBe('{"description":{"type":"offer","sdp":"v=0\\r\\n"}}')
    expect(writeSignal({ candidate: null })).toBe('{"candidate":null}')
  })

  it.each([
    ['an object of a later version', '{"bye":true}'],
    ['an empty object', '{}']
  ])('is nothing to this version if it is %s', (_what, message) => {
    expect(readSignal(message)).toBeUndefined()
  })

  it('has nothing in it that is not known', () => {
    expect(readSignal(JSON.stringify({ description: { ...offer.description, extra: 1 }, candidate, extra: 1 }))).toStrictEqual(offer)
    expect(readSignal(JSON.stringify({ candidate: { ...candidate, extra: 1 } }))).toStrictEqual({ candidate })
  })

  it.each([
    ['bytes', Uint8Array.of(123, 125)],
    ['no JSON', 'v=0'],
    ['no object', '"offer"'],
    ['null', 'null'],
    ['a list', '[]'],
    ['deeper than anything', '['.repeat(60_000)],
    ['a description that is none', '{"description":null}'],
    ['a rollback', '{"description":{"type":"rollback","sdp":""}}'],
    ['a provisional answer', '{"description":{"type":"pranswer","sdp":""}}'],
    ['an offer without its sdp', '{"description":{"type":"offer"}}'],
    ['a candidate that is a text', '{"candidate":"candidate:1"}'],
    ['a candidate without its text', '{"candidate":{"sdpMid":"0"}}'],
    ['a candidate that is too long', JSON.stringify({ candidate: { candidate: 'x'.repeat(1_025) } })],
    ['a candidate whose sdpMid is a number', '{"candidate":{"candidate":"","sdpMid":0}}'],
    ['a candidate whose sdpMid is too long', JSON.stringify({ candidate: { candidate: '', sdpMid: 'x'.repeat(257) } })],
    ['a candidate whose usernameFragment is too long', JSON.stringify({ candidate: { candidate: '', usernameFragment: 'x'.repeat(257) } })],
    ['a candidate of a line below 0', '{"candidate":{"candidate":"","sdpMLineIndex":-1}}'],
    ['a candidate of half a line', '{"candidate":{"candidate":"","sdpMLineIndex":0.5}}'],
    ['a candidate of a line above 65,535', '{"candidate":{"candidate":"","sdpMLineIndex":65536}}']
  ])('is not %s', (_what, message) => {
    expect(() => readSignal(message)).toThrow(expect.objectContaining({ name: 'MalformedSignalError' }))
  })

  it('is read or refused, whatever it is', () => {
    const message = fc.oneof(fc.string({ unit: 'binary' }), fc.json(), fc.uint8Array(), fc.json().map(json => `{"candidate":${json}}`), fc.json().map(json => `{"description":${json}}`))

    fc.assert(fc.property(message, said => {
      expect(outcome(said)).toMatch(/^(read|MalformedSignalError)$/)
    }))
  })

  it('takes of a browser\'s candidate what belongs into it, though none of that is its own', () => {
    const found = Object.create({ ...candidate, foundation: '1', toJSON: () => ({}) })

    expect(candidateOf(found)).toStrictEqual(candidate)
  })
})
