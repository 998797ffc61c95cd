import { multiaddrConnectionPair } from '@libp2p/utils'
import { describe, expect, it } from 'vitest'
import { BoundedYamux } from '../../src/relay/bounded-yamux.ts'
import { eventually } from './nodes.ts'

const PING = Uint8Array.of(0, 2, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1)
const PINGS = 8_192

describe('yamux within bounds', () => {
  it('cuts a connection whose other end has it answer all the time, and reads no answer', async () => {
    const [remote, local] = multiaddrConnectionPair()

    new BoundedYamux(1).createStreamMuxer(local)
    remote.pause()

    for (let sent = 0; sent < 2 ** 23 / PING.byteLength && local.status === 'open'; sent += PINGS) {
      remote.send(Buffer.concat(Array<Uint8Array>(PINGS).fill(PING)))
      await new Promise(resolve => { setImmediate(resolve) })
    }

    await eventually(() => { expect(local.status).toBe('aborted') })
  })

  it('lets a stream that nobody reads bring its window, and no more', async () => {
    const [remote, local] = multiaddrConnectionPair()
    const muxer = new BoundedYamux(1).createStreamMuxer(local)
    const { promise, resolve } = Promise.withResolvers<{ readBufferLength: number }>()

    muxer.addEventListener('stream', ({ detail }) => {
      detail.pause()
      resolve(detail)
    })

    const stream = await new BoundedYamux(1).createStreamMuxer(remote).createStream()

    stream.send(new Uint8Array(900_000))

    const held = await promise

    await eventually(() => { expect(held.readBufferLength).toBe(262_144) })
    expect(local.status).toBe('open')
  })
})
