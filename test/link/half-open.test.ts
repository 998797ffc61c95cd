import { describe, expect, it, vi } from 'vitest'
import { startLinked, startNode, streamsOf, swallow } from './nodes.ts'
import { word } from './words.ts'

describe('a peer that does not answer', () => {
  it('is verified by a new stream, on which the words are said again', async () => {
    const { a, b, link } = await startLinked()
    const [silent] = streamsOf(a)

    link.say([word(1)], { answered: true })
    a.environment.advance(2_999)
    await a.environment.pass(0)
    expect(a.listener.ups).toBe(1)

    a.listener.onUp = () => { link.say([word(1)]) }
    a.environment.advance(1)
    await vi.waitFor(() => {
      expect(a.listener.calls).toEqual(['up', 'up'])
      expect(streamsOf(a)).toHaveLength(1)
    })

    expect(streamsOf(a)[0]).not.toBe(silent)
    await vi.waitFor(() => { expect(b.listener.words).toEqual([word(1), word(1)]) })
    expect(a.libp2p.getConnections()).toHaveLength(1)
    // the peer moved along, and was never down
    expect(b.listener.calls.filter(call => call === 'down')).toEqual([])
  })

  it('is given twice as long each time, up to four times, until it is heard', async () => {
    const { a, b, link } = await startLinked()
    const waits: number[] = []

    a.listener.onUp = () => { link.say([word(1)], { answered: true }) }
    link.say([word(1)], { answered: true })

    for (let ups = 1; ups < 5; ups++) {
      const before = a.environment.now()

      // by whole steps, so that no timer but the one for the answer fires
      while (a.listener.ups === ups) {
        await a.environment.pass(1_000)
        await vi.waitFor(() => { expect(streamsOf(a)).toHaveLength(1) })
      }

      waits.push(a.environment.now() - before)
    }

    expect(waits).toEqual([3_000, 6_000, 12_000, 12_000])

    b.to(a).say([word(2)])
    await vi.waitFor(() => { expect(a.listener.words).toHaveLength(1) })
    link.say([word(1)], { answered: true })
    await a.environment.pass(3_000)
    await vi.waitFor(() => { expect(a.listener.ups).toBe(6) })
  })

  it('is left alone when a byte came, and when the word needs no answer', async () => {
    const { a, b, link } = await startLinked()

    link.say([word(1)])
    await a.environment.pass(60_000)
    link.say([word(1)], { answered: true })
    b.to(a).say([word(2)])
    await vi.waitFor(() => { expect(a.listener.words).toHaveLength(1) })
    await a.environment.pass(60_000)

    expect(a.listener.ups).toBe(1)
  })

  it('gets a new connection when the old one is dead, and the old one is closed', async () => {
    const { a, b, link } = await startLinked()
    const [dead] = a.libp2p.getConnections()

    swallow(dead!)
    a.listener.onUp = () => { link.say([word(1)]) }
    link.say([word(1)], { answered: true })
    a.environment.advance(3_000)
    await a.environment.pass(1_999)
    expect(link.isUp).toBe(true)

    a.environment.advance(1)
    await vi.waitFor(() => { expect(a.listener.calls).toEqual(['up', 'down', 'up']) })
    await vi.waitFor(() => { expect(b.listener.words).toEqual([word(1)]) })

    expect(dead!.status).toBe('aborted')
    expect(a.libp2p.getConnections()).toHaveLength(1)
  })

  it('is reached again over a dead connection that nothing was said on', async () => {
    const { a, b, link } = await startLinked({ idleTimeout: 1_000 })
    const [dead] = a.libp2p.getConnections()

    link.setOwed(false)
    a.environment.advance(1_000)
    await vi.waitFor(() => { expect(streamsOf(a)).toHaveLength(0) })
    swallow(dead!)
    link.setOwed(true)
    await a.environment.pass(3_999)
    expect(link.isUp).toBe(false)

    a.environment.advance(1)
    await vi.waitFor(() => { expect(link.isUp).toBe(true) })
    link.say([word(1)])
    await vi.waitFor(() => { expect(b.listener.words).toEqual([word(1)]) })
    expect(dead!.status).toBe('aborted')
  })

  it('is written to on the stream that it opens itself, on a new connection', async () => {
    const { a, b, link } = await startLinked()
    const [dead] = a.libp2p.getConnections()

    b.to(a).say([word(1)])
    await vi.waitFor(() => { expect(a.listener.words).toHaveLength(1) })
    // the peer loses the connection, and this side is not told
    const [lost] = b.libp2p.getConnections()

    swallow(dead!)
    swallow(lost!)
    b.to(a).setOwed(true)
    lost!.abort(new Error('cut'))

    await vi.waitFor(() => { expect(b.listener.calls).toEqual(['up', 'down', 'up']) })
    await vi.waitFor(() => { expect(a.listener.calls).toEqual(['up', 'heard', 'up']) })
    link.say([word(3)])
    await vi.waitFor(() => { expect(b.listener.words).toEqual([word(3)]) })
  })

  it('is tried on the suspected connection when there is no way to make another', async () => {
    const a = await startNode()
    const b = await startNode()

    // a has no address of b
    await b.libp2p.dial(a.libp2p.getMultiaddrs())

    const link = a.to(b)

    link.setOwed(true)
    await vi.waitFor(() => { expect(link.isUp).toBe(true) })
    vi.spyOn(a.libp2p.peerStore, 'get').mockRejectedValue(Object.assign(new Error(), { name: 'NotFoundError' }))

    const [only] = a.libp2p.getConnections()
    const newStream = vi.spyOn(only!, 'newStream').mockRejectedValueOnce(Object.assign(new Error('slow'), { name: 'TimeoutError' }))

    link.say([word(1)], { answered: true })
    a.environment.advance(3_000)
    await vi.waitFor(() => { expect(a.listener.calls).toEqual(['up', 'down', 'up']) })

    expect(newStream).toHaveBeenCalledTimes(2)
    expect(only!.status).toBe('open')
    expect(a.libp2p.getConnections()).toEqual([only])
  })
})
