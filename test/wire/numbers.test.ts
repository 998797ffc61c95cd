import { describe, expect, it } from 'vitest'
import { ENDED_REASONS, HANGUP_REASONS, REFUSAL_REASONS, STOP_REASONS, WORD_KINDS } from '../../src/wire/index.ts'

/** Each name with its number: its place in the list. */
const numbered = (names: readonly string[]): Record<string, number> => Object.fromEntries(names.map((name, index) => [name, index + 1]))

describe('the numbers of the wire', () => {
  it('are, for the kinds, those of SPEC.md', () => {
    expect(numbered(WORD_KINDS)).toEqual({ invite: 1, delivered: 2, ringing: 3, accept: 4, confirm: 5, refuse: 6, stop: 7, hangup: 8, ended: 9, message: 10, receipt: 11 })
  })

  it('are, for the reasons of a refusal, those of SPEC.md', () => {
    expect(numbered(REFUSAL_REASONS)).toEqual({
      'declined': 1,
      'busy': 2,
      'do-not-disturb': 3,
      'no-answer': 4,
      'unavailable': 5,
      'unsupported': 6,
      'not-allowed': 7,
      'need-permission': 8,
      'custom': 9
    })
  })

  it('are, for the reasons of a stop, those of SPEC.md', () => {
    expect(numbered(STOP_REASONS)).toEqual({
      'canceled': 1,
      'timeout': 2,
      'answered-elsewhere': 3,
      'refused-elsewhere': 4,
      'busy-elsewhere': 5,
      'glare': 6,
      'replaced': 7,
      'caller-gone': 8,
      'shutdown': 9,
      'hangup': 10,
      'connection-lost': 11,
      'refused': 12,
      'unknown': 13,
      'protocol-error': 14
    })
  })

  it('are, for the reasons of a hang-up, those of SPEC.md', () => {
    expect(numbered(HANGUP_REASONS)).toEqual({ 'hangup': 1, 'replaced': 2, 'shutdown': 3, 'connection-lost': 4, 'protocol-error': 5 })
  })

  it('are, for the reasons of an ended, those of SPEC.md', () => {
    expect(numbered(ENDED_REASONS)).toEqual({
      'stopped': 1,
      'unknown': 2,
      'expired': 3,
      'caller-gone': 4,
      'accept-failed': 5,
      'connection-lost': 6,
      'rate-limited': 7,
      'hangup': 8
    })
  })
})
