import { describe, expect, it } from 'vitest'
import { Deadline } from '../../src/waiting/deadline.ts'
import { HandMovedEnvironment } from '../environment/hand-moved-environment.ts'

function deadline (): { limit: Deadline, environment: HandMovedEnvironment, passed: number[] } {
  const environment = new HandMovedEnvironment()
  const passed: number[] = []

  return { environment, passed, limit: new Deadline(environment, () => { passed.push(environment.now()) }) }
}

describe('a deadline', () => {
  it('passes once, when its time has come', () => {
    const { limit, environment, passed } = deadline()

    limit.set(100)
    environment.advance(99)
    expect(passed).toEqual([])
    expect(limit.isSet).toBe(true)
    environment.advance(1_000)
    expect(passed).toEqual([100])
    expect(limit.isSet).toBe(false)
  })

  it('passes later when it was moved back, and starts no timer for that', () => {
    const { limit, environment, passed } = deadline()

    limit.set(100)
    environment.advance(60)
    limit.set(100)
    expect(environment.pendingTimers).toBe(1)
    environment.advance(99)
    expect(passed).toEqual([])
    environment.advance(1)
    expect(passed).toEqual([160])
  })

  it('passes earlier when it was moved forward', () => {
    const { limit, environment, passed } = deadline()

    limit.set(1_000)
    limit.set(10)
    expect(environment.pendingTimers).toBe(1)
    environment.advance(10)
    expect(passed).toEqual([10])
    expect(environment.pendingTimers).toBe(0)
  })

  it('does not pass when it was lifted, and passes when it was set again after that', () => {
    const { limit, environment, passed } = deadline()

    limit.set(100)
    limit.lift()
    environment.advance(50)
    limit.set(100)
    environment.advance(99)
    expect(passed).toEqual([])
    environment.advance(1)
    expect(passed).toEqual([150])

    limit.set(100)
    limit.lift()
    environment.advance(1_000)
    expect(passed).toEqual([150])
    expect(environment.pendingTimers).toBe(0)
  })

  it('can be set by what it calls when it passes', () => {
    const environment = new HandMovedEnvironment()
    const passed: number[] = []
    const limit: Deadline = new Deadline(environment, () => {
      passed.push(environment.now())
      limit.set(100)
    })

    limit.set(100)
    environment.advance(350)

    expect(passed).toEqual([100, 200, 300])
  })

  it('leaves no timer when it is stopped', () => {
    const { limit, environment, passed } = deadline()

    limit.set(100)
    limit.stop()
    expect(environment.pendingTimers).toBe(0)
    environment.advance(100)
    expect(passed).toEqual([])
  })
})
