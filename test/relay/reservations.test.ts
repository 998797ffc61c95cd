import { describe, expect, it } from 'vitest'
import { Reservations } from '../../src/relay/reservations.ts'

describe('reservations', () => {
  it('hold for their time, and from anew when they are renewed', () => {
    const reservations = new Reservations(2, 100)

    expect(reservations.make('a', 0)).toBe(true)
    expect(reservations.holds('a', 99)).toBe(true)
    expect(reservations.holds('a', 100)).toBe(false)
    expect(reservations.make('a', 150)).toBe(true)
    expect(reservations.holds('a', 249)).toBe(true)
    expect(reservations.holds('b', 150)).toBe(false)
  })

  it('are no more than so many; only one that is over makes room', () => {
    const reservations = new Reservations(2, 100)

    reservations.make('a', 0)
    reservations.make('b', 50)
    expect(reservations.make('c', 99)).toBe(false)
    expect(reservations.make('a', 99)).toBe(true)
    expect(reservations.make('c', 149)).toBe(false)
    expect(reservations.make('c', 150)).toBe(true)
    expect(reservations.holds('b', 150)).toBe(false)
    expect(reservations.size).toBe(2)
  })

  it('make room when they are given up', () => {
    const reservations = new Reservations(1, 100)

    reservations.make('a', 0)
    reservations.giveUp('a')
    expect(reservations.make('b', 0)).toBe(true)
    expect(reservations.holds('a', 0)).toBe(false)
    reservations.clear()
    expect(reservations.size).toBe(0)
  })
})
