import { describe, expect, it } from 'vitest'
import { encodeFrames, FrameDecoder, MalformedFrameError } from '../../src/wire/index.ts'
import * as wire from '../../src/wire/index.ts'
import { bytesOf, hexOf, isError, isIgnored, isWord, vectors, wordOf } from '../vectors/vectors.ts'

const errors = vectors.filter(isError)
const canonical = vectors.filter(isWord).filter(vector => vector.canonical === true)
const otherwise = vectors.filter(isWord).filter(vector => vector.canonical !== true)

/** The class of every error that a frame may give, by name. */
const errorClasses = new Map(Object.values(wire)
  .filter((value): value is typeof MalformedFrameError => typeof value === 'function' && value.prototype instanceof MalformedFrameError)
  .map(errorClass => [errorClass.name, errorClass]))

describe('golden vectors', () => {
  it.each(canonical)('read and write $name', ({ hex, word }) => {
    expect(new FrameDecoder().push(bytesOf(hex))).toEqual([wordOf(word)])
    expect(hexOf(encodeFrames([wordOf(word)]))).toBe(hex)
  })

  it.each(otherwise)('read $name', ({ hex, word }) => {
    expect(new FrameDecoder().push(bytesOf(hex))).toEqual([wordOf(word)])
    expect(new FrameDecoder().push(encodeFrames([wordOf(word)]))).toEqual([wordOf(word)])
  })

  it.each(vectors.filter(isIgnored))('ignore $name', ({ hex }) => {
    expect(new FrameDecoder().push(bytesOf(hex))).toEqual([])
  })

  it.each(errors)('refuse $name', ({ hex, error, field }) => {
    const decoder = new FrameDecoder()
    const errorClass = errorClasses.get(error)

    expect(errorClass).toBeDefined()
    expect(() => decoder.push(bytesOf(hex))).toThrow(errorClass)
    expect(() => decoder.push(bytesOf(hex))).toThrow(expect.objectContaining({ name: error, field }))
  })

  it('read as one stream, in which what is ignored costs nothing else', () => {
    const stream = vectors.filter(vector => !isError(vector)).map(({ hex }) => hex).join('')

    expect(new FrameDecoder().push(bytesOf(stream))).toEqual(vectors.filter(isWord).map(({ word }) => wordOf(word)))
  })

  it('have every kind, every reason and every error', () => {
    const said = canonical.map(({ word }) => word)
    const reasonsOf = (kind: string): unknown[] => [...new Set(said.flatMap(word => word.kind === kind && 'reason' in word ? [word.reason] : []))]

    expect(new Set(said.map(({ kind }) => kind)).size).toBe(11)
    expect(reasonsOf('refuse')).toEqual(wire.REFUSAL_REASONS)
    expect(reasonsOf('stop')).toEqual(wire.STOP_REASONS)
    expect(reasonsOf('hangup')).toEqual(wire.HANGUP_REASONS)
    expect(reasonsOf('ended')).toEqual(wire.ENDED_REASONS)
    expect(new Set(errors.map(({ error }) => error))).toEqual(new Set(errorClasses.keys()))
  })
})
