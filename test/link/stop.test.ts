import { describe, expect, it, vi } from 'vitest'
import { PROTOCOL, startLinked, startNode, startTwo, streamsOf } from './nodes.ts'
import { word, words } from './words.ts'

describe('stopping all links', () => {
  it('leaves no stream, timer or handler, and tells nothing any more', async () => {
    const { a, b, link } = await startLinked()

    link.say([word(1)], { answered: true })
    await a.links.stop()

    expect(streamsOf(a)).toHaveLength(0)
    expect(a.environment.pendingTimers).toBe(0)
    expect(a.libp2p.getProtocols()).not.toContain(PROTOCOL)
    expect(link.isUp).toBe(false)
    expect(a.listener.calls).toEqual(['up'])
    await vi.waitFor(() => { expect(b.listener.downs).toBe(1) })
  })

  it('sends what was said in the same turn', async () => {
    const { a, b, link } = await startLinked()

    link.say(words(3))
    await a.links.stop()

    await vi.waitFor(() => { expect(b.listener.words).toEqual(words(3)) })
  })

  it('resets what the peer does not close', async () => {
    const { a, b } = await startLinked()
    const [stream] = streamsOf(a)

    vi.spyOn(streamsOf(b)[0]!, 'close').mockResolvedValue()

    const stopped = a.links.stop()

    await a.environment.pass(999)
    expect(stream!.status).toBe('open')
    await a.environment.pass(1)
    await stopped
    expect(stream!.status).toBe('aborted')
    expect(a.environment.pendingTimers).toBe(0)
  })

  it('resets it at once when the signal says so', async () => {
    const { a, b } = await startLinked()
    const [stream] = streamsOf(a)
    const controller = new AbortController()

    vi.spyOn(streamsOf(b)[0]!, 'close').mockResolvedValue()

    const stopped = a.links.stop({ signal: controller.signal })

    await a.environment.pass(10)
    expect(stream!.status).toBe('open')
    controller.abort()
    await stopped
    expect(stream!.status).toBe('aborted')
    expect(a.environment.pendingTimers).toBe(0)
  })

  it('ends the attempts that are under way, and those that wait', async () => {
    const a = await startNode()
    const [b, c] = [await startNode(), await startNode()]

    a.to(b).setOwed(true)
    await vi.waitFor(() => { expect(a.listener.failures).toHaveLength(1) })
    a.to(c).setOwed(true)
    expect(a.environment.pendingTimers).toBeGreaterThan(1)
    await a.links.stop()
    await a.environment.pass(60_000)

    expect(a.environment.pendingTimers).toBe(0)
    expect(a.listener.failures).toHaveLength(1)
  })

  it('aborts a stream that comes up while it stops', async () => {
    const [a, b] = await startTwo()

    a.to(b).setOwed(true)
    await a.links.stop()
    await vi.waitFor(() => { expect(a.libp2p.getDialQueue()).toHaveLength(0) })
    await a.environment.pass(10)

    expect(streamsOf(a)).toHaveLength(0)
    expect(a.listener.calls).toEqual([])
  })

  it('lets no link open anything until they are started again', async () => {
    const { a, b, link } = await startLinked()

    await a.links.stop()
    link.setOwed(true)
    link.say([word(1)])
    await a.environment.pass(1_000)
    expect(link.isUp).toBe(false)
    expect(a.environment.pendingTimers).toBe(0)

    await a.links.start()
    link.setOwed(true)
    await vi.waitFor(() => { expect(link.isUp).toBe(true) })
    link.say([word(2)])
    await vi.waitFor(() => { expect(b.listener.words).toEqual([word(2)]) })
  })

  it('does nothing the second time, and neither does a second start', async () => {
    const { a, b } = await startLinked()

    await a.links.start()
    await a.links.stop()
    await a.links.stop()
    await a.links.start()
    a.to(b).setOwed(true)

    await vi.waitFor(() => { expect(a.to(b).isUp).toBe(true) })
  })
})
