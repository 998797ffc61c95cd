import { multiaddrConnectionPair } from '@libp2p/utils'
import { describe, expect, it } from 'vitest'
import { yamuxPreset } from '../../src/reachability/yamux-preset.ts'
import { turn } from '../environment/event-loop.ts'

describe('the preset of yamux', () => {
  // by plain yamux this run ends with an uncaught exception
  it('throws nowhere when a connection closes in the very turn in which a stream is opened on it', async () => {
    const [connection] = multiaddrConnectionPair()
    const muxer = yamuxPreset()().createStreamMuxer(connection)
    const opening = muxer.createStream()

    void connection.close()

    const stream = await opening

    await turn()
    connection.abort(new Error('the relay was lost'))
    expect(stream.status).not.toBe('open')
  })

  it('carries streams like plain yamux', async () => {
    const [near, far] = multiaddrConnectionPair()
    const incoming = Promise.withResolvers<string>()

    yamuxPreset()().createStreamMuxer(far).addEventListener('stream', ({ detail }) => {
      detail.addEventListener('message', ({ data }) => { incoming.resolve(new TextDecoder().decode(data.subarray())) })
    })

    const stream = await yamuxPreset()().createStreamMuxer(near).createStream()

    stream.send(new TextEncoder().encode('ring'))
    expect(await incoming.promise).toBe('ring')
    near.abort(new Error('enough'))
  })
})
