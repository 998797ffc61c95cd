import type { Connection, Stream } from '@libp2p/interface'
import { describe, expect, it, vi } from 'vitest'
import type { Link } from '../../src/link/index.ts'
import { encodeFrames, FrameDecoder } from '../../src/wire/index.ts'
import type { Word } from '../../src/wire/index.ts'
import { PROTOCOL, startLinked, startTwo, streamsOf } from './nodes.ts'
import type { LinkNode } from './nodes.ts'
import { largeWord, word } from './words.ts'

interface Silent {
  a: LinkNode
  link: Link
  /** The peer's end of the stream that the link writes to. */
  remote: Stream
  connection: Connection
}

/** A node that is linked to a peer which reads nothing, until the test lets it. */
async function startSilent (): Promise<Silent> {
  const [a, b] = await startTwo()
  const arrived = Promise.withResolvers<Stream>()

  await b.links.stop()
  await b.libp2p.handle(PROTOCOL, stream => {
    stream.pause()
    stream.maxReadBufferLength = Infinity
    arrived.resolve(stream)
  })

  const link = a.to(b)

  link.setOwed(true)

  const remote = await arrived.promise

  await vi.waitFor(() => { expect(link.isUp).toBe(true) })

  return { a, link, remote, connection: a.libp2p.getConnections()[0]! }
}

/** Says 512 KiB, twice the window that yamux gives at first. */
function fillWindow (link: Link): void {
  link.say(Array.from({ length: 64 }, (_, index) => largeWord(index)))
}

function answer (link: Link, heard: Word[]): void {
  link.say(heard.filter(({ kind }) => kind === 'invite').map(({ id }) => ({ kind: 'delivered', id })))
}

describe('a peer that does not read', () => {
  it('is waited for, and gets everything when it reads again', async () => {
    const { a, link, remote } = await startSilent()
    const decoder = new FrameDecoder()
    const got: Word[] = []

    fillWindow(link)
    await a.environment.pass(0)
    expect(streamsOf(a)[0]!.writableNeedsDrain).toBe(true)
    link.say(Array.from({ length: 31 }, (_, index) => largeWord(64 + index, 8_000)))
    await a.environment.pass(9_999)
    expect(link.isUp).toBe(true)

    remote.addEventListener('message', ({ data }) => { got.push(...decoder.push(data)) })
    remote.resume()
    await vi.waitFor(() => { expect(got).toHaveLength(95) })
    expect(got.map(({ id }) => Number.parseInt(id, 16))).toEqual(Array.from({ length: 95 }, (_, index) => index))

    // nothing is overdue any more
    await a.environment.pass(20_000)
    expect(a.listener.downs).toBe(0)
  })

  it('is given up after 10 s without reading', async () => {
    const { a, link, remote } = await startSilent()

    fillWindow(link)
    await a.environment.pass(9_999)
    expect(a.listener.downs).toBe(0)
    await a.environment.pass(1)

    expect(a.listener.downs).toBe(1)
    await vi.waitFor(() => { expect(remote.status).toBe('reset') })
  })

  it('is not given up while it reads slowly', async () => {
    const { a, link, remote } = await startSilent()
    const chunks: number[] = []

    remote.addEventListener('message', ({ data }) => {
      chunks.push(data.byteLength)
      queueMicrotask(() => { remote.pause() })
    })
    link.say(Array.from({ length: 160 }, (_, index) => largeWord(index)))

    while (link.isUp && chunks.reduce((sum, bytes) => sum + bytes, 0) < 160 * 8_192) {
      await a.environment.pass(6_000)
      remote.resume()
    }

    expect(a.environment.now()).toBeGreaterThan(12_000)
    expect(a.listener.downs).toBe(0)
  })

  it('makes no more than 256 KiB wait', async () => {
    const { a, link } = await startSilent()
    const [stream] = streamsOf(a)

    fillWindow(link)
    await a.environment.pass(0)

    for (let i = 0; i < 31; i++) {
      link.say([largeWord(i)])
      await a.environment.pass(0)
    }

    expect(a.listener.downs).toBe(0)
    link.say([largeWord(31)])
    await a.environment.pass(0)
    expect(a.listener.downs).toBe(1)
    expect(stream!.status).toBe('aborted')
    expect(stream!.writeBufferLength).toBe(0)
  })

  it('is listened to while no more than a few answers wait for it, since it may be waiting for the same', async () => {
    const { a, link, remote } = await startSilent()

    a.listener.onHeard = answer
    fillWindow(link)
    await a.environment.pass(0)

    for (let round = 1; round <= 5; round++) {
      remote.send(encodeFrames(Array.from({ length: 100 }, (_, index) => largeWord(index, 100))))
      await vi.waitFor(() => { expect(a.listener.words).toHaveLength(100 * round) })
      await a.environment.pass(0)
    }

    expect(streamsOf(a)[0]!.writableNeedsDrain).toBe(true)
  })

  it('is not listened to while it does not read the answers', async () => {
    const { a, link, remote } = await startSilent()

    a.listener.onHeard = answer
    fillWindow(link)

    // floods, without a look at what it should wait for: 1.3 MB
    for (let i = 0; i < 100; i++) {
      remote.send(encodeFrames(Array.from({ length: 100 }, (_, index) => largeWord(index, 100))))
      await a.environment.pass(0)
    }

    const heard = a.listener.words.length

    expect(a.listener.downs).toBe(0)
    expect(heard).toBeLessThan(10_000)
    expect(remote.writeBufferLength).toBeGreaterThan(0)
    await a.environment.pass(9_000)
    expect(a.listener.words).toHaveLength(heard)
    // what it sent past its window waits at its own place
    expect(streamsOf(a)[0]!.readBufferLength).toBeLessThan(1_048_576)

    remote.addEventListener('message', () => {})
    remote.resume()
    await vi.waitFor(() => { expect(a.listener.words).toHaveLength(10_000) }, 4_000)
    expect(a.listener.downs).toBe(0)
  })
})

describe('two peers that both say much at once', () => {
  it('do not wait for each other', async () => {
    const { a, b, link } = await startLinked()
    a.listener.onHeard = answer
    b.listener.onHeard = answer
    b.to(a).setOwed(true)

    for (const floods of [link, b.to(a)]) {
      floods.say(Array.from({ length: 128 }, (_, index) => largeWord(index)))
    }

    await vi.waitFor(() => {
      expect(a.listener.words).toHaveLength(256)
      expect(b.listener.words).toHaveLength(256)
    })
    expect(a.listener.downs + b.listener.downs).toBe(0)
    link.say([word(1)])
    await vi.waitFor(() => { expect(b.listener.words).toHaveLength(257) })
  })
})
