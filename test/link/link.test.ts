import type { Stream } from '@libp2p/interface'
import { describe, expect, it, vi } from 'vitest'
import { PROTOCOL, startLinked, startNode, startTwo, streamsOf } from './nodes.ts'
import { word, words } from './words.ts'

describe('a link between two peers', () => {
  it('opens a stream when something is owed, and both sides are up', async () => {
    const [a, b] = await startTwo()
    const link = a.to(b)

    expect(link.isUp).toBe(false)
    expect(a.libp2p.getConnections()).toHaveLength(0)

    link.setOwed(true)
    await vi.waitFor(() => { expect(link.isUp && b.to(a).isUp).toBe(true) })

    expect(a.listener.calls).toEqual(['up'])
    expect(b.listener.calls).toEqual(['up'])
    expect(streamsOf(a)).toHaveLength(1)
  })
  it('uses the connection that is open', async () => {
    const [a, b] = await startTwo()

    await b.libp2p.dial(a.libp2p.getMultiaddrs())
    a.to(b).setOwed(true)
    await vi.waitFor(() => { expect(a.to(b).isUp).toBe(true) })

    expect(a.libp2p.getConnections()).toHaveLength(1)
  })

  it('carries words both ways on the one stream, in order', async () => {
    const { a, b, link } = await startLinked()

    link.say(words(3))
    await vi.waitFor(() => { expect(b.listener.words).toEqual(words(3)) })
    b.to(a).say(words(3, 10))
    await vi.waitFor(() => { expect(a.listener.words).toEqual(words(3, 10)) })

    expect(streamsOf(a)).toHaveLength(1)
  })

  it('drops what is said while it is down, and opens nothing for it', async () => {
    const [a, b] = await startTwo()

    a.to(b).say([word(1)])
    await a.environment.pass(10)
    expect(a.libp2p.getConnections()).toHaveLength(0)

    a.to(b).setOwed(true)
    await vi.waitFor(() => { expect(a.to(b).isUp).toBe(true) })
    a.to(b).say([word(2)])
    await vi.waitFor(() => { expect(b.listener.words).toEqual([word(2)]) })
  })

  it('sends the words of one turn as one write', async () => {
    const { a, b, link } = await startLinked()
    const send = vi.spyOn(streamsOf(a)[0]!, 'send')

    for (let i = 0; i < 64; i++) {
      link.say([word(i)])
    }

    await vi.waitFor(() => { expect(b.listener.words).toEqual(words(64)) })

    expect(send).toHaveBeenCalledTimes(1)
    expect(b.listener.chunks).toHaveLength(1)
  })

  it('sends the words that follow in the same turn as one more write', async () => {
    const { a, b, link } = await startLinked()
    const send = vi.spyOn(streamsOf(a)[0]!, 'send')

    for (let i = 0; i < 64; i++) {
      link.say([word(i)])
      await Promise.resolve()
    }

    await vi.waitFor(() => { expect(b.listener.words).toEqual(words(64)) })

    expect(send).toHaveBeenCalledTimes(2)
  })

  it('answers all words of one chunk with one write', async () => {
    const { a, b, link } = await startLinked()
    const send = vi.spyOn(streamsOf(b)[0]!, 'send')

    b.listener.onHeard = (answering, heard) => {
      for (const one of heard) {
        answering.say([one])
      }
    }
    link.say(words(64))

    await vi.waitFor(() => { expect(a.listener.words).toEqual(words(64)) })

    expect(send).toHaveBeenCalledTimes(1)
  })

  it('writes both ways on one stream after two that were opened at once', async () => {
    const [a, b] = await startTwo()

    await a.libp2p.dial(b.libp2p.getMultiaddrs())
    a.to(b).setOwed(true)
    b.to(a).setOwed(true)
    await vi.waitFor(() => {
      expect(streamsOf(a)).toHaveLength(2)
      expect(streamsOf(b)).toHaveLength(2)
      expect(a.to(b).isUp && b.to(a).isUp).toBe(true)
    })

    const [sendOnOwn, sendOnOther] = ['outbound', 'inbound'].map(which => vi.spyOn(streamsOf(a).find(({ direction }) => direction === which)!, 'send'))
    const [sendOnOthers] = streamsOf(b).filter(({ direction }) => direction === 'outbound').map(stream => vi.spyOn(stream, 'send'))

    a.to(b).say([word(1)])
    await vi.waitFor(() => { expect(b.listener.words).toEqual([word(1)]) })
    b.to(a).say([word(2)])
    await vi.waitFor(() => { expect(a.listener.words).toEqual([word(2)]) })

    expect(sendOnOwn).toHaveBeenCalledTimes(1)
    expect(sendOnOther).not.toHaveBeenCalled()
    expect(sendOnOthers).not.toHaveBeenCalled()
    expect(a.listener.downs + b.listener.downs).toBe(0)
  })

  it('is up on both sides after both dialled at once', async () => {
    const [a, b] = await startTwo()

    a.listener.onUp = link => { link.say([word(1)]) }
    b.listener.onUp = link => { link.say([word(2)]) }
    a.to(b).setOwed(true)
    b.to(a).setOwed(true)

    await vi.waitFor(() => {
      expect(a.listener.words).toContainEqual(word(2))
      expect(b.listener.words).toContainEqual(word(1))
    })

    expect(a.listener.failures).toEqual([])
    expect(b.listener.failures).toEqual([])
  })

  it('goes down once when the connection breaks, and comes up again at once while something is owed', async () => {
    const { a, b, link } = await startLinked()

    b.listener.onHeard = (answering, heard) => { answering.say(heard) }
    link.say([word(1)])
    await vi.waitFor(() => { expect(a.listener.words).toHaveLength(1) })
    a.environment.advance(1_000)

    a.libp2p.getConnections()[0]!.abort(new Error('cut'))
    await vi.waitFor(() => { expect(a.listener.calls).toEqual(['up', 'heard', 'down', 'up']) })

    link.say([word(2)])
    await vi.waitFor(() => { expect(a.listener.words).toEqual([word(1), word(2)]) })
    expect(b.listener.downs).toBe(1)
  })

  it('goes down and stays down when the connection breaks and nothing is owed', async () => {
    const { a, b, link } = await startLinked()

    link.setOwed(false)
    a.libp2p.getConnections()[0]!.abort(new Error('cut'))
    await vi.waitFor(() => { expect(b.listener.calls).toEqual(['up', 'down']) })
    b.environment.advance(60_000)

    expect(b.to(a).isUp).toBe(false)
    expect(b.environment.pendingTimers).toBe(0)
  })

  it('tells that the peer does not speak the protocol', async () => {
    const [a, b] = await startTwo()

    await b.links.stop()
    a.to(b).setOwed(true)
    await vi.waitFor(() => { expect(a.listener.failures).toHaveLength(1) })

    expect(a.listener.failures[0]!.name).toBe('UnsupportedProtocolError')
    expect(streamsOf(a)).toHaveLength(0)
  })

  it('tells why a peer cannot be reached, and stops trying when nothing is owed any more', async () => {
    const a = await startNode()
    const b = await startNode()

    a.to(b).setOwed(true)
    await vi.waitFor(() => { expect(a.listener.failures).toHaveLength(1) })
    expect(a.listener.failures[0]!.name).toBe('NoValidAddressesError')
    expect(a.environment.pendingTimers).toBe(1)

    a.to(b).setOwed(false)
    expect(a.environment.pendingTimers).toBe(0)
  })

  it('ends the stream of a malformed frame, and only that', async () => {
    const { a, b, link } = await startLinked()
    const raw = await a.libp2p.getConnections()[0]!.newStream(PROTOCOL)

    raw.send(Uint8Array.from([0xff, 0xff, 0xff, 0xff, 0x7f]))
    await vi.waitFor(() => { expect(raw.status).toBe('reset') })

    await vi.waitFor(() => { expect(b.to(a).isUp).toBe(true) })
    link.say([word(1)])
    await vi.waitFor(() => { expect(b.listener.words).toEqual([word(1)]) })
    expect(streamsOf(b)).toHaveLength(1)
  })

  it('keeps four streams of one peer, however many it opens and leaves silent', async () => {
    const [a, b] = await startTwo()
    const connection = await a.libp2p.dial(b.libp2p.getMultiaddrs())
    const opened: Stream[] = []

    for (let i = 0; i < 20; i++) {
      opened.push(await connection.newStream(PROTOCOL))
    }

    await vi.waitFor(() => { expect(opened.filter(({ status }) => status === 'open')).toEqual(opened.slice(-4)) })
    expect(streamsOf(b)).toHaveLength(4)
    expect(b.listener.calls.filter(call => call === 'down')).toEqual([])
  })

  it('writes to the newest stream of a peer that opened several', async () => {
    const [a, b] = await startTwo()
    const connection = await a.libp2p.dial(b.libp2p.getMultiaddrs())

    await connection.newStream(PROTOCOL)
    await vi.waitFor(() => { expect(b.listener.ups).toBe(1) })

    const newer = await connection.newStream(PROTOCOL)

    await vi.waitFor(() => { expect(b.listener.ups).toBe(2) })
    b.to(a).say([word(1)])
    await vi.waitFor(() => { expect(newer.readBufferLength).toBeGreaterThan(0) })
  })
})

describe('a link over a limited connection', () => {
  it('opens its stream on it, dials no other, and carries words both ways', async () => {
    const [a, b] = await startTwo()

    await a.libp2p.dial(b.libp2p.getMultiaddrs())
    await vi.waitFor(() => { expect(b.libp2p.getConnections()).toHaveLength(1) })

    for (const { libp2p } of [a, b]) {
      Object.assign(libp2p.getConnections()[0]!, { limits: { bytes: 131_072n, seconds: 120 } })
    }

    a.to(b).setOwed(true)
    await vi.waitFor(() => { expect(a.to(b).isUp && b.to(a).isUp).toBe(true) })
    a.to(b).say([word(1)])
    b.to(a).say([word(2)])
    await vi.waitFor(() => {
      expect(b.listener.words).toEqual([word(1)])
      expect(a.listener.words).toEqual([word(2)])
    })

    expect(a.libp2p.getConnections()).toHaveLength(1)
  })
})

describe('links of different prefixes', () => {
  it('do not meet', async () => {
    const a = await startNode({ protocolPrefix: 'one' })
    const b = await startNode({ protocolPrefix: 'other' })

    expect(a.libp2p.getProtocols()).toContain('/one/invitation/1.0.0')
    await a.libp2p.dial(b.libp2p.getMultiaddrs())
    a.to(b).setOwed(true)
    await vi.waitFor(() => { expect(a.listener.failures[0]?.name).toBe('UnsupportedProtocolError') })
  })
})
