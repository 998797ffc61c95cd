import type { Stream } from '@libp2p/interface'
import { AbstractStream, streamPair } from '@libp2p/utils'
import { describe, expect, it, vi } from 'vitest'
import { WordStream } from '../../src/link/word-stream.ts'
import { encodeFrames, MalformedFrameError } from '../../src/wire/index.ts'
import type { Word } from '../../src/wire/index.ts'
import { turn } from '../environment/event-loop.ts'
import { HandMovedEnvironment } from '../environment/hand-moved-environment.ts'
import { newPeerId, stubConnection } from './stub-components.ts'
import { largeWord, word, words } from './words.ts'

interface Ends {
  stream: WordStream
  /** This side's end of it, as libp2p gave it. */
  local: Stream
  remote: Stream
  environment: HandMovedEnvironment
  heard: Word[]
  ends: Array<Error | undefined>
}

/** A stream of words, and the peer's end of it as it comes from libp2p. */
async function wordStream (): Promise<Ends> {
  const [remote, local] = await streamPair()
  const environment = new HandMovedEnvironment()
  const heard: Word[] = []
  const ends: Array<Error | undefined> = []
  const stream = new WordStream({ stream: local, connection: stubConnection(await newPeerId()) }, environment, {
    heard: (_, some) => { heard.push(...some) },
    backedUp: () => {},
    ended: (_, error) => { ends.push(error) }
  })

  return { stream, local, remote, environment, heard, ends }
}

describe('a stream of words', () => {
  it('hears the same words however their bytes are cut', async () => {
    const { remote, heard } = await wordStream()
    const chance = new HandMovedEnvironment(2_026)
    const lot = (below: number): number => Math.floor(chance.random() * below)
    const said: Word[] = []

    for (let chunking = 0; chunking < 1_000; chunking++) {
      const some = Array.from({ length: 1 + lot(8) }, () => lot(10) === 0 ? largeWord(lot(100), lot(2_000)) : word(lot(1_000)))
      const bytes = encodeFrames(some)

      said.push(...some)

      for (let from = 0; from < bytes.length;) {
        const to = from + 1 + lot(lot(2) === 0 ? 4 : bytes.length)

        if (!remote.send(bytes.subarray(from, to))) {
          await remote.onDrain()
        }

        from = to
      }
    }

    await vi.waitFor(() => { expect(heard).toHaveLength(said.length) }, 10_000)
    expect(heard).toEqual(said)
  })

  it('hears the last words of a peer that says them and closes at once', async () => {
    const { stream, local, remote, environment, heard, ends } = await wordStream()

    remote.send(encodeFrames(words(3)))
    await remote.close()
    await stream.closed

    expect(heard).toEqual(words(3))
    expect(ends).toEqual([undefined])
    expect(local.status).toBe('closed')
    expect(environment.pendingTimers).toBe(0)
  })

  it('hears what was said before it was made', async () => {
    const [remote, local] = await streamPair()
    const heard: Word[] = []

    remote.send(encodeFrames(words(3)))
    await remote.close()
    await vi.waitFor(() => { expect(local.readBufferLength).toBeGreaterThan(0) })

    const stream = new WordStream({ stream: local, connection: stubConnection(await newPeerId()) }, new HandMovedEnvironment(), {
      heard: (_, some) => { heard.push(...some) },
      backedUp: () => {},
      ended: () => {}
    })

    await stream.closed
    expect(heard).toEqual(words(3))
  })

  it('closes its own side when the peer closes, after what was said', async () => {
    const { stream, remote } = await wordStream()

    stream.say(words(3))
    await remote.close()
    await stream.closed

    expect(stream.isStanding).toBe(false)
    await vi.waitFor(() => { expect(remote.readBufferLength).toBe(encodeFrames(words(3)).length) })
    expect(remote.status).toBe('closed')
  })

  it('tells that the peer reset it', async () => {
    const { stream, remote, ends } = await wordStream()

    remote.abort(new Error('cut'))
    await stream.closed

    expect(ends).toMatchObject([{ name: 'StreamResetError' }])
    expect(stream.wasAborted).toBe(false)
  })

  it('resets itself at a malformed frame', async () => {
    const { stream, remote, ends, heard } = await wordStream()

    remote.send(encodeFrames([word(1)]))
    await vi.waitFor(() => { expect(heard).toHaveLength(1) })
    remote.send(Uint8Array.from([1, 255]))
    await stream.closed

    expect(ends[0]).toBeInstanceOf(MalformedFrameError)
    expect(stream.wasAborted).toBe(true)
    await vi.waitFor(() => { expect(remote.status).toBe('reset') })
  })

  it('is not hurt by what is said after it broke', async () => {
    const { stream, local, ends } = await wordStream()

    local.abort(new Error('cut'))
    stream.say([word(1)])
    await stream.closed
    stream.say([word(2)])
    await turn()

    expect(ends).toHaveLength(1)
  })

  it('reads what had come when its connection closes while it is paused', async () => {
    const { stream, local, remote, heard } = await wordStream()

    stream.pause()
    remote.send(encodeFrames(words(3)))
    await vi.waitFor(() => { expect(local.readBufferLength).toBeGreaterThan(0) })
    expect(heard).toEqual([])
    expect(local).toBeInstanceOf(AbstractStream)

    if (local instanceof AbstractStream) {
      local.onTransportClosed()
    }

    await stream.closed
    expect(heard).toEqual(words(3))
  })

  it('reads on when it is closed while it is paused', async () => {
    const { stream, local, remote, heard } = await wordStream()

    stream.pause()
    remote.send(encodeFrames(words(3)))
    await vi.waitFor(() => { expect(local.readBufferLength).toBeGreaterThan(0) })
    void stream.close()
    await vi.waitFor(() => { expect(heard).toEqual(words(3)) })
    expect(remote.writeStatus).toBe('writable')
  })

  it('leaves no timer behind when it is closed, reset, or both', async () => {
    for (const end of ['close', 'abort', 'both']) {
      const { stream, environment } = await wordStream()

      stream.say([word(1)])
      const closed = end === 'abort' ? stream.closed : stream.close(100)

      if (end !== 'close') {
        stream.abort(new Error('enough'))
      }

      await environment.pass(100)
      await closed
      expect(environment.pendingTimers).toBe(0)
    }
  })
})
