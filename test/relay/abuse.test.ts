import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Status } from '../../src/relay/constants.ts'
import { megabytes } from '../hostile/heap.ts'
import { Attacker, flood, openSockets, sendWebsocketMessage } from './attacker.ts'
import { HonestPair } from './honest-pair.ts'
import { eventually, inWaves } from './nodes.ts'
import { RelayProcess } from './relay-process.ts'
import type { RelayFigures } from './relay-process.ts'

const MB = 2 ** 20

/** How much more memory than before a relay's process may ever have, and how much more it may still refer to afterwards, bytes. */
const MOST_MEMORY = 256 * MB
const MOST_HELD = 32 * MB

const milliseconds = (times: number[], share: number): string => `${times[Math.min(Math.floor(times.length * share), times.length - 1)]!.toFixed(0)} ms`

/** One relay in a process of its own for each attack, and two who talk by way of it all the while. */
describe('a relay under abuse', { timeout: 240_000 }, () => {
  let relay: RelayProcess
  let honest: HonestPair
  let attacker: Attacker
  let before: RelayFigures
  let quiet: number[]

  beforeEach(async () => {
    relay = await RelayProcess.start()
    honest = await HonestPair.start(relay.address)
    attacker = await Attacker.start()
    honest.talk()
    before = await relay.figures()
    quiet = await honest.silence()
    honest.talk()
  })

  afterEach(async () => {
    await attacker.stop()
    await relay.kill()
  })

  /** It is over: the others were served all the while, and it took no more memory than it may. */
  async function expectUnharmed (attack: string): Promise<void> {
    const times = await honest.silence()

    await eventually(async () => { expect((await relay.figures()).held - before.held).toBeLessThan(MOST_HELD) })

    const after = await relay.figures()

    console.log(`${attack}: ${megabytes(before.held)} held before, ${megabytes(after.held)} after; its process had ${megabytes(before.mostMemory)}, ${megabytes(after.mostMemory)} at most; ` +
      `the others’ round trip by way of it took ${milliseconds(quiet, 0.5)} before, ${milliseconds(times, 0.5)} meanwhile, ${milliseconds(times, 1)} at most`)
    expect(after.mostMemory - before.mostMemory).toBeLessThan(MOST_MEMORY)
    expect(after.status.relayed).toBe(1)
  }

  it('holds eight connections, and one reservation, of a peer that makes a thousand and reserves on each', async () => {
    let answered = 0

    await inWaves(1_000, 8, async () => {
      // refused at first by the rate of its address: it comes again
      for (let isRefused = true; isRefused;) {
        try {
          const connection = await attacker.connect(relay.address)

          isRefused = false

          if (await attacker.reserve(connection) === Status.OK) {
            answered++
          }
        } catch {}
      }
    })

    const { status } = await relay.figures()

    expect(status.connections).toBeLessThanOrEqual(2 + 8)
    expect(status.reservations).toBe(2)
    expect(answered).toBeGreaterThan(0)
    await expectUnharmed('1,000 connections of one peer that reserves on each')
  })

  it('gives up streams that are opened and left', async () => {
    const connection = await attacker.connect(relay.address)

    await inWaves(1_000, 16, async () => { await attacker.hop(connection).catch(() => {}) })
    await eventually(() => { expect(connection.streams.filter(({ protocol, status }) => protocol.endsWith('/hop') && status === 'open')).toEqual([]) })
    await expectUnharmed('1,000 streams opened and left')
  })

  it('goes on to answer a peer that leaves every stream open on which it was refused, and sends more there', async () => {
    const connection = await attacker.connect(relay.address)
    const statuses = new Map<number | undefined, number>()

    await inWaves(200, 8, async () => {
      const { stream, status } = await attacker.call(connection, attacker.peerId)

      statuses.set(status, (statuses.get(status) ?? 0) + 1)
      flood(stream, 2 * MB)
    })

    expect(Object.fromEntries(statuses)).toEqual({ [Status.NO_RESERVATION]: 200 })
    expect(await attacker.reserve(connection)).toBe(Status.OK)
    await expectUnharmed('200 streams that were refused, 2 MB sent on each')
  })

  it('holds little of what is said to a peer that does not read', async () => {
    const deaf = await Attacker.start()

    try {
      await deaf.takeCalls()
      await deaf.reserve(await deaf.connect(relay.address))

      const connection = await attacker.connect(relay.address)

      await inWaves(64, 4, async () => {
        const { stream, status } = await attacker.call(connection, deaf.peerId)

        expect(status).toBe(Status.OK)
        flood(stream, 7 * MB)
      })
      await eventually(async () => { expect((await relay.figures()).status.relayed).toBe(1) })
      await expectUnharmed('64 relayed connections, 7 MB sent on each to a peer that reads nothing')
    } finally {
      await deaf.stop()
    }
  })

  it('cuts whoever sends a frame, or a message, that is too large', async () => {
    await Promise.all(Array.from({ length: 4 }, async () => { await sendWebsocketMessage(relay.address, 48 * MB) }))

    for (let i = 0; i < 8; i++) {
      const connection = await attacker.connect(relay.address)

      attacker.sendFrame(0xffff_ffff, 16 * MB)
      await eventually(() => { expect(connection.status).not.toBe('open') })
    }

    await expectUnharmed('4 websocket messages of 48 MB before any handshake, and 8 yamux frames that say that they have 4 GB')
  })

  it('closes sockets that say nothing, or never come to an end', async () => {
    await Promise.all([
      openSockets(relay.address, 400, ''),
      openSockets(relay.address, 400, 'GET / HTTP/1.1\r\nHost: '),
      openSockets(relay.address, 400, `GET / HTTP/1.1\r\nHost: relay\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${btoa('sixteen bytes 16')}\r\n\r\n`)
    ])
    await expectUnharmed('1,200 sockets that carry no connection')
    expect((await relay.figures()).status.connections).toBe(2)
  })

  it('answers no more than its rate to a peer that calls without end', async () => {
    const connection = await attacker.connect(relay.address)
    let answered = 0
    let cut = 0

    await inWaves(2_000, 16, async () => {
      try {
        await attacker.call(connection, attacker.peerId)
        answered++
      } catch {
        cut++
      }
    })

    expect(answered).toBeGreaterThanOrEqual(256)
    expect(cut).toBeGreaterThan(0)
    await expectUnharmed(`2,000 calls of one peer, ${answered} of them answered`)
  })
})
