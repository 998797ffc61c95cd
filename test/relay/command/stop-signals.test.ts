import { EventEmitter } from 'node:events'
import { setImmediate } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { SAME_SIGNAL_TIME } from '../../../src/relay/command/constants.ts'
import { StopSignals } from '../../../src/relay/command/stop-signals.ts'
import { HandMovedEnvironment } from '../../environment/hand-moved-environment.ts'

/** What came of the signals so far. */
async function seen (signals: StopSignals): Promise<{ asked: string | undefined, insisted: number | undefined }> {
  const later = setImmediate(undefined)

  return { asked: await Promise.race([signals.asked, later]), insisted: await Promise.race([signals.insisted, later]) }
}

describe('signals to stop', () => {
  it.each([['SIGINT', 130], ['SIGTERM', 143], ['SIGHUP', 129]])('ask first, and insist then: %s', async (name, code) => {
    const events = new EventEmitter()
    const environment = new HandMovedEnvironment()
    using signals = new StopSignals(events, environment)

    expect(await seen(signals)).toEqual({ asked: undefined, insisted: undefined })

    events.emit(name, name)
    expect(await seen(signals)).toEqual({ asked: name, insisted: undefined })

    environment.advance(SAME_SIGNAL_TIME)
    events.emit(name, name)
    expect(await seen(signals)).toEqual({ asked: name, insisted: code })
  })

  it('are one if they come at once, as when npm passes on what the terminal sent, too', async () => {
    const events = new EventEmitter()
    const environment = new HandMovedEnvironment()
    using signals = new StopSignals(events, environment)

    events.emit('SIGINT', 'SIGINT')
    environment.advance(SAME_SIGNAL_TIME - 1)
    events.emit('SIGINT', 'SIGINT')

    expect(await seen(signals)).toEqual({ asked: 'SIGINT', insisted: undefined })
  })

  it('are heard no more afterwards', () => {
    const events = new EventEmitter()

    new StopSignals(events, new HandMovedEnvironment())[Symbol.dispose]()

    expect(events.eventNames()).toEqual([])
  })
})
