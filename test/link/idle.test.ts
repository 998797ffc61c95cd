import type { Stream } from '@libp2p/interface'
import { streamPair } from '@libp2p/utils'
import { describe, expect, it, vi } from 'vitest'
import { startLinked, streamsOf } from './nodes.ts'
import { word } from './words.ts'

describe('a link that nobody uses', () => {
  it('closes its stream in order after the idle time when nothing is owed', async () => {
    const { a, b, link } = await startLinked({ idleTimeout: 60_000 })

    link.setOwed(false)
    a.environment.advance(59_999)
    expect(link.isUp).toBe(true)
    a.environment.advance(1)
    expect(link.isUp).toBe(false)

    await vi.waitFor(() => {
      expect(streamsOf(a)).toHaveLength(0)
      expect(streamsOf(b)).toHaveLength(0)
      expect(b.to(a).isUp).toBe(false)
    })

    expect(a.listener.calls).toEqual(['up', 'down'])
    expect(b.listener.calls).toEqual(['up', 'down'])
    expect(a.libp2p.getConnections()).toHaveLength(1)
    expect([a.environment.pendingTimers, b.environment.pendingTimers]).toEqual([0, 0])
  })

  it('counts from the last word, said or heard', async () => {
    const { a, b, link } = await startLinked({ idleTimeout: 60_000 })

    link.setOwed(false)
    a.environment.advance(50_000)
    link.say([word(1)])
    a.environment.advance(50_000)
    expect(link.isUp).toBe(true)

    b.to(a).say([word(2)])
    await vi.waitFor(() => { expect(a.listener.words).toHaveLength(1) })
    a.environment.advance(59_999)
    expect(link.isUp).toBe(true)
    a.environment.advance(1)
    expect(link.isUp).toBe(false)
  })

  it('keeps its stream for as long as something is owed', async () => {
    const { a, link } = await startLinked({ idleTimeout: 60_000 })

    a.environment.advance(3_600_000)
    expect(link.isUp).toBe(true)

    link.setOwed(false)
    a.environment.advance(60_000)
    expect(link.isUp).toBe(false)
  })

  it('opens a new stream when something is owed again', async () => {
    const { a, b, link } = await startLinked({ idleTimeout: 60_000 })

    link.setOwed(false)
    a.environment.advance(60_000)
    link.setOwed(true)
    await vi.waitFor(() => { expect(link.isUp).toBe(true) })

    link.say([word(1)])
    await vi.waitFor(() => { expect(b.listener.words).toEqual([word(1)]) })
  })

  it('hears the words that were under way when it closed', async () => {
    const { a, b, link } = await startLinked({ idleTimeout: 60_000 })

    link.setOwed(false)
    b.to(a).say([word(1)])
    a.environment.advance(60_000)

    await vi.waitFor(() => { expect(a.listener.words).toEqual([word(1)]) })
  })

  it('answers such words over a new stream', async () => {
    const { a, b, link } = await startLinked({ idleTimeout: 60_000 })

    a.listener.onHeard = () => { link.setOwed(true) }
    a.listener.onUp = () => { link.say([word(2)]) }
    link.setOwed(false)
    b.to(a).say([word(1)])
    a.environment.advance(60_000)

    await vi.waitFor(() => { expect(b.listener.words).toEqual([word(2)]) })
    expect(a.listener.calls).toEqual(['up', 'down', 'heard', 'up'])
  })

  it('is reopened by the peer when the peer is owed something', async () => {
    const { a, b, link } = await startLinked({ idleTimeout: 60_000 })

    b.to(a).setOwed(true)
    b.listener.onUp = () => { b.to(a).say([word(1)]) }
    link.setOwed(false)
    a.environment.advance(60_000)

    await vi.waitFor(() => { expect(a.listener.words).toEqual([word(1)]) })
    expect(link.isUp).toBe(true)
  })

  it('stays closed although an answer was due', async () => {
    const { a, b, link } = await startLinked({ idleTimeout: 3_500 })
    const [connection] = a.libp2p.getConnections()
    const late = Promise.withResolvers<Stream>()

    vi.spyOn(connection!, 'newStream').mockReturnValue(late.promise)
    link.setOwed(false)
    link.say([word(1)], { answered: true })
    await a.environment.pass(3_500)
    expect(link.isUp).toBe(false)

    const [, other] = await streamPair()

    late.resolve(other)
    await vi.waitFor(() => { expect(other.status).toBe('aborted') })
    await vi.waitFor(() => { expect(streamsOf(b)).toHaveLength(0) })
    expect(a.listener.calls).toEqual(['up', 'down'])
    expect(a.environment.pendingTimers).toBe(0)
  })

  it('resets a stream that the peer does not close in time', async () => {
    const { a, b, link } = await startLinked({ idleTimeout: 60_000 })
    const [stream] = streamsOf(a)

    // the peer never reads the end
    streamsOf(b)[0]!.pause()
    b.to(a).say([word(1)])
    await vi.waitFor(() => { expect(a.listener.words).toHaveLength(1) })
    vi.spyOn(streamsOf(b)[0]!, 'close').mockResolvedValue()
    link.setOwed(false)
    a.environment.advance(60_000)
    await a.environment.pass(4_999)
    expect(stream!.status).toBe('open')

    await a.environment.pass(1)
    expect(stream!.status).toBe('aborted')
    expect(a.environment.pendingTimers).toBe(0)
  })
})
