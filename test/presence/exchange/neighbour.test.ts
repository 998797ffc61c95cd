import { defaultLogger } from '@libp2p/logger'
import { streamPair } from '@libp2p/utils'
import { beforeEach, describe, expect, it } from 'vitest'
import { Answerer } from '../../../src/presence/exchange/answerer.ts'
import { Neighbour } from '../../../src/presence/exchange/neighbour.ts'
import { HandMovedEnvironment } from '../../environment/hand-moved-environment.ts'
import { named, never, newPeerId, stubConnection } from '../../link/stub-components.ts'
import { RawStream, rejection, TestDesk, TOPIC } from './nodes.ts'
import type { PeerId } from '@libp2p/interface'
import type { StubConnection } from '../../link/stub-components.ts'

let peer: PeerId
let environment: HandMovedEnvironment
let connections: StubConnection[]
let neighbour: Neighbour

beforeEach(async () => {
  const log = defaultLogger().forComponent('test')
  const desk = new TestDesk()

  peer = await newPeerId()
  environment = new HandMovedEnvironment()
  connections = []
  neighbour = new Neighbour(peer, {
    environment,
    log,
    desk,
    answerer: new Answerer(desk, environment, log),
    protocol: '/test',
    stopped: new AbortController().signal,
    connections: () => connections
  }, () => {})
})

function connect (properties: Parameters<typeof stubConnection>[1] = {}): StubConnection {
  const connection = stubConnection(peer, properties)

  connections.push(connection)

  return connection
}

/** The peer answers on each stream that was opened on this connection that its roster is the same. */
async function answerOn (connection: StubConnection): Promise<void> {
  await environment.pass(0)

  for (const remote of connection.remotes) {
    const raw = new RawStream(remote)

    await raw.hears(1)

    for (const message of raw.heard) {
      if (message.kind === 'ask') {
        raw.say({ kind: 'page', id: message.id, outcome: 'same', entries: new Uint8Array() })
      }
    }
  }
}

describe('a stream to ask on', () => {
  it('is opened on a connection without limits, the newest that is open', async () => {
    const limited = connect({ limits: { seconds: 120 }, timeline: { open: 9 } })
    const older = connect({ timeline: { open: 1 } })
    const newest = connect({ timeline: { open: 3 } })
    const closed = connect({ status: 'closed', timeline: { open: 5 } })
    const asked = neighbour.ask({ topic: TOPIC }, undefined)

    await answerOn(newest)

    expect(await asked).toBe('same')
    expect(newest.newStream).toHaveBeenCalledWith('/test', expect.objectContaining({ runOnLimitedConnection: true }))
    expect([limited, older, closed].map(({ newStream }) => newStream.mock.calls.length)).toEqual([0, 0, 0])
  })

  it('is opened on one with limits when there is no other, and on the other as soon as there is one', async () => {
    const limited = connect({ limits: { seconds: 120 } })
    const first = neighbour.ask({ topic: TOPIC }, undefined)

    await answerOn(limited)
    expect(await first).toBe('same')

    const direct = connect()
    const second = neighbour.ask({ topic: TOPIC }, undefined)

    await answerOn(direct)
    expect(await second).toBe('same')
    expect(direct.newStream).toHaveBeenCalledTimes(1)
    expect(limited.newStream).toHaveBeenCalledTimes(1)
    expect(neighbour.handOver(Uint8Array.of(0))).toBe(2)
  })

  it.each(['ConnectionClosedError', 'MuxerClosedError', 'StreamStateError'])('is opened on the next connection when libp2p lists one that is no more (%s)', async (name) => {
    const next = connect({ timeline: { open: 1 } })
    const stale = connect({ timeline: { open: 2 } })
    const asked = neighbour.ask({ topic: TOPIC }, undefined)

    stale.newStream.mockRejectedValue(named(name))
    await answerOn(next)

    expect(await asked).toBe('same')
  })

  it('is opened on the next connection when one gives no answer for 3 s', async () => {
    const next = connect({ timeline: { open: 1 } })
    const silent = connect({ timeline: { open: 2 } })

    silent.newStream.mockImplementation(async (_protocol, options) => await never(options?.signal))

    const asked = neighbour.ask({ topic: TOPIC }, undefined)

    await environment.pass(2_999)
    expect(next.newStream).not.toHaveBeenCalled()
    await environment.pass(1)
    await answerOn(next)

    expect(await asked).toBe('same')
    expect(environment.pendingTimers).toBe(0)
  })

  it('is not looked for any further when the peer does not speak the protocol', async () => {
    const other = connect({ timeline: { open: 1 } })

    connect({ timeline: { open: 2 } }).newStream.mockRejectedValue(named('UnsupportedProtocolError'))

    await expect(neighbour.ask({ topic: TOPIC }, undefined)).rejects.toMatchObject({ name: 'UnsupportedProtocolError' })
    expect(other.newStream).not.toHaveBeenCalled()
  })

  it('is waited for 5 s in all', async () => {
    for (const open of [1, 2, 3]) {
      connect({ timeline: { open } }).newStream.mockImplementation(async (_protocol, options) => await never(options?.signal))
    }

    const asked = neighbour.ask({ topic: TOPIC }, undefined)
    const failed = rejection(asked)

    await environment.pass(5_000)
    expect(await failed).toMatchObject({ name: 'NotAnsweredError' })
    expect(connections.map(({ newStream }) => newStream.mock.calls.length)).toEqual([0, 1, 1])
    expect(environment.pendingTimers).toBe(0)
  })

  it('that opens too late is reset', async () => {
    const opening = Promise.withResolvers<void>()
    const connection = connect()
    const [local, remote] = await streamPair()

    connection.newStream.mockImplementation(async () => {
      await opening.promise

      return local
    })

    const asked = neighbour.ask({ topic: TOPIC }, undefined)
    const failed = rejection(asked)

    await environment.pass(5_000)
    expect(await failed).toMatchObject({ name: 'NotAnsweredError' })
    opening.resolve()
    await environment.pass(0)

    expect(local.status).toBe('aborted')
    expect(remote.status).toBe('reset')
    expect(neighbour.isUnused).toBe(true)
  })

  it('fails as libp2p says, made an error where it is none', async () => {
    connect().newStream.mockRejectedValue({ type: 'error' })

    await expect(neighbour.ask({ topic: TOPIC }, undefined)).rejects.toMatchObject({ name: 'TransportError' })
  })
})
