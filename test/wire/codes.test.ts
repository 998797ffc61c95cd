import { describe, expect, it } from 'vitest'
import { ENDED_CODES, HANGUP_CODES, KIND_CODES, namesOf, REFUSAL_CODES, STOP_CODES } from '../../src/wire/codes.ts'
import { ENDED_REASONS, HANGUP_REASONS, REFUSAL_REASONS, STOP_REASONS } from '../../src/wire/index.ts'

describe('the numbers of the wire', () => {
  it('are, for the kinds, those of SPEC.md', () => {
    expect(KIND_CODES).toEqual({ invite: 1, delivered: 2, ringing: 3, accept: 4, confirm: 5, refuse: 6, stop: 7, hangup: 8, ended: 9, message: 10, receipt: 11 })
  })

  it.each([
    ['refuse', REFUSAL_CODES, REFUSAL_REASONS],
    ['stop', STOP_CODES, STOP_REASONS],
    ['hangup', HANGUP_CODES, HANGUP_REASONS],
    ['ended', ENDED_CODES, ENDED_REASONS]
  ])('are, for the reasons of %s, all different and in the order of their list', (_kind, codes, reasons) => {
    expect(Object.entries(codes)).toEqual(reasons.map((reason, i) => [reason, i + 1]))
  })

  it('turn into names at their index, and 0 has none', () => {
    expect(namesOf({ b: 2, a: 1 })).toEqual([undefined, 'a', 'b'])
  })
})
