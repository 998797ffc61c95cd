import { TypedEventEmitter } from 'main-event'
import { describe, expect, it } from 'vitest'
import { MAX_WAITING_BYTES } from '../../../src/presence/exchange/index.ts'
import { MessageWriter } from '../../../src/presence/exchange/message-writer.ts'
import { HandMovedEnvironment } from '../../environment/hand-moved-environment.ts'
import type { MessageStreamEvents } from '@libp2p/interface'

/** A stream of which the test says how far the peer reads. */
class HalfRead extends TypedEventEmitter<MessageStreamEvents> {
  writableNeedsDrain = false
  writeBufferLength = 0
  isClosed = false

  send ({ byteLength }: { byteLength: number }): boolean {
    if (this.isClosed) {
      throw new Error('closed')
    }

    this.writeBufferLength += this.writableNeedsDrain ? byteLength : 0

    return !this.writableNeedsDrain
  }

  /** The peer reads this much of what waits. */
  async read (byteLength: number): Promise<void> {
    this.writeBufferLength -= byteLength
    this.writableNeedsDrain = this.writeBufferLength > 0
    this.dispatchEvent(new Event('drain'))
    await Promise.resolve()
  }
}

function start (): { stream: HalfRead, writer: MessageWriter, environment: HandMovedEnvironment, failures: string[] } {
  const stream = new HalfRead()
  const environment = new HandMovedEnvironment()
  const failures: string[] = []

  return { stream, environment, failures, writer: new MessageWriter(stream, environment, ({ name }) => { failures.push(name) }) }
}

describe('what waits for a peer to read', () => {
  it('may wait 10 s, and each time the peer reads some of it as long again', async () => {
    const { stream, writer, environment, failures } = start()

    stream.writableNeedsDrain = true
    writer.send(new Uint8Array(300))
    environment.advance(9_999)
    await stream.read(100)
    environment.advance(9_999)
    await stream.read(100)
    environment.advance(9_999)
    expect(failures).toEqual([])
    environment.advance(1)
    expect(failures).toEqual(['PeerNotReadingError'])
  })

  it('is waited for by whoever has more to send, no longer than until it is read', async () => {
    const { stream, writer, environment } = start()
    let waited = false

    await writer.unblocked()
    stream.writableNeedsDrain = true
    writer.send(new Uint8Array(200))

    const waiting = (async () => {
      await writer.unblocked()
      waited = true
    })()

    await stream.read(100)
    await environment.pass(0)
    expect(waited).toBe(false)
    await stream.read(100)
    await waiting
    expect(environment.pendingTimers).toBe(0)
  })

  it('is at most 256 KiB', () => {
    const { stream, writer, failures } = start()

    stream.writableNeedsDrain = true
    writer.send(new Uint8Array(MAX_WAITING_BYTES))
    expect(failures).toEqual([])
    writer.send(new Uint8Array(1))
    expect(failures).toEqual(['PeerNotReadingError'])
    expect(stream.writeBufferLength).toBe(MAX_WAITING_BYTES)
  })

  it('is waited for by nobody once the writer is stopped', async () => {
    const { stream, writer, environment, failures } = start()

    stream.writableNeedsDrain = true
    writer.send(new Uint8Array(1))

    const waiting = writer.unblocked()

    writer.stop()
    await waiting
    expect(environment.pendingTimers).toBe(0)
    expect(failures).toEqual([])
  })

  it('is nothing on a stream that has closed, which is told', () => {
    const { stream, writer, environment, failures } = start()

    stream.isClosed = true
    writer.send(new Uint8Array(1))
    expect(failures).toEqual(['Error'])
    expect(environment.pendingTimers).toBe(0)
  })
})
