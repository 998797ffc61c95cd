import { setTimeout as delay } from 'node:timers/promises'
import { byteStream } from '@libp2p/utils'
import { PATIENCE, startClient, throughRelay } from './nodes.ts'
import type { Stream } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'

const ECHO = '/echo/1.0.0'

/** Between two messages, milliseconds. */
const PAUSE = 50

/** Two peers that are connected by way of a relay, and say something to each other all the time. */
export class HonestPair {
  readonly #stream: Stream
  #isTalking = false
  #talk: Promise<number[]> = Promise.resolve([])

  private constructor (stream: Stream) {
    this.#stream = stream
  }

  static async start (relay: Multiaddr): Promise<HonestPair> {
    const callee = await startClient({ relay })
    const caller = await startClient()

    await callee.handle(ECHO, stream => { stream.addEventListener('message', ({ data }) => { stream.send(data) }) }, { runOnLimitedConnection: true })

    const connection = await caller.dial(throughRelay(relay, callee.peerId))

    return new HonestPair(await connection.newStream(ECHO, { runOnLimitedConnection: true }))
  }

  /** From now on. */
  talk (): void {
    this.#isTalking = true
    this.#talk = this.#measure()
  }

  /** How long each word took there and back, milliseconds, the shortest first. Rejects if one was not answered. */
  async silence (): Promise<number[]> {
    this.#isTalking = false

    return (await this.#talk).toSorted((a, b) => a - b)
  }

  async #measure (): Promise<number[]> {
    const bytes = byteStream(this.#stream)
    const times: number[] = []

    do {
      const before = performance.now()

      await bytes.write(Uint8Array.of(1))
      await bytes.read({ bytes: 1, signal: AbortSignal.timeout(PATIENCE) })
      times.push(performance.now() - before)
      await delay(PAUSE)
    } while (this.#isTalking)

    bytes.unwrap()

    return times
  }
}
