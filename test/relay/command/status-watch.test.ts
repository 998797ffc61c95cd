import { Counter, Registry } from 'prom-client'
import { setImmediate } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { REFUSAL_REPORT_INTERVAL, REFUSALS_METRIC, WATCH_INTERVAL } from '../../../src/relay/command/constants.ts'
import { openLog } from '../../../src/relay/command/log.ts'
import { StatusWatch } from '../../../src/relay/command/status-watch.ts'
import { HandMovedEnvironment } from '../../environment/hand-moved-environment.ts'
import type { RelayStatus } from '../../../src/relay/index.ts'

const QUIET: RelayStatus = { peerId: 'p', addresses: [], uptime: 0, connections: 0, peers: 0, reservations: 0, relayed: 0, rooms: 0, relays: { connected: 0, known: 2 } }

/** A watch on a relay that is as the test says. */
function watch () {
  const environment = new HandMovedEnvironment()
  const registry = new Registry()
  const refusals = new Counter({ name: REFUSALS_METRIC, help: 'refused', labelNames: ['reason'], registers: [registry] })
  const lines: Array<Record<string, unknown>> = []
  const log = openLog('debug', { write: line => lines.push({ ...JSON.parse(line) as Record<string, unknown>, time: undefined }) })
  let status = QUIET
  const watching = new StatusWatch({ relay: { status: () => status }, registry, log, environment })

  watching.start()

  return {
    environment,
    watching,
    refuse: (reason: string, times = 1) => { refusals.inc({ reason }, times) },
    /** Lets the watch look once more, and gives what it logs of that. */
    look: async (change: Partial<RelayStatus> = {}, passed = WATCH_INTERVAL) => {
      status = { ...status, ...change }
      lines.length = 0
      environment.advance(passed)
      await setImmediate()

      return [...lines]
    }
  }
}

describe('the log of a relay that runs', () => {
  it('tells of other relays that come and go, once', async () => {
    const { look } = watch()

    expect(await look({ relays: { connected: 1, known: 2 } })).toEqual([{ level: 'info', connected: 1, known: 2, msg: 'another relay is connected' }])
    expect(await look()).toEqual([])
    expect(await look({ relays: { connected: 0, known: 2 } })).toEqual([{ level: 'warn', connected: 0, known: 2, msg: 'another relay is lost' }])
  })

  it('tells of clients to whoever looks closely', async () => {
    const { look } = watch()

    expect(await look({ connections: 3, reservations: 2 })).toEqual([{ level: 'debug', connections: 3, reservations: 2, relayed: 0, rooms: 0, msg: 'clients' }])
    expect(await look({ connections: 4 })).toEqual([])
    expect(await look({ relayed: 1 })).toEqual([{ level: 'debug', connections: 4, reservations: 2, relayed: 1, rooms: 0, msg: 'clients' }])
  })

  it('tells of what was refused once a minute for each reason, with how often', async () => {
    const { look, refuse } = watch()

    refuse('connections', 3)
    expect(await look()).toEqual([{ level: 'warn', reason: 'connections', times: 3, msg: 'refused' }])

    refuse('connections', 5)
    refuse('connection-rate')
    expect(await look()).toEqual([{ level: 'warn', reason: 'connection-rate', times: 1, msg: 'refused' }])

    refuse('connections')
    expect(await look({}, REFUSAL_REPORT_INTERVAL)).toEqual([{ level: 'warn', reason: 'connections', times: 6, msg: 'refused' }])
    expect(await look({}, REFUSAL_REPORT_INTERVAL)).toEqual([])
  })

  it('ends when it is stopped, also in the middle of a look', async () => {
    const { environment, watching, look } = watch()

    environment.advance(WATCH_INTERVAL)
    watching.stop()
    await setImmediate()

    expect(environment.pendingTimers).toBe(0)
    expect(await look({ reservations: 1 })).toEqual([])
  })
})
