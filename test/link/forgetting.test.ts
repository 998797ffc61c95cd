import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, it, vi } from 'vitest'
import { links } from '../../src/link/index.ts'
import type { Link } from '../../src/link/index.ts'
import { HandMovedEnvironment } from '../environment/hand-moved-environment.ts'
import { startLinked } from './nodes.ts'
import type { LinkNode } from './nodes.ts'
import { RecordingListener } from './recording-listener.ts'
import { newPeerId, stubComponents } from './stub-components.ts'
import { word } from './words.ts'

setFlagsFromString('--expose-gc')

const collectGarbage: () => void = runInNewContext('gc')

describe('links that hold nothing', () => {
  it('go when nobody holds them', async () => {
    const stub = await stubComponents()
    // a mock would keep what it was called with
    const connectionManager = { ...stub.connectionManager, openConnection: async () => { throw new Error('nobody there') } }
    const all = links({ listener: new RecordingListener() })({ ...stub, connectionManager }, new HandMovedEnvironment())

    await all.start()

    const met = await Promise.all(Array.from({ length: 200 }, async () => {
      const link = all.to(await newPeerId())

      link.seen()
      link.setOwed(true)
      link.setOwed(false)

      return new WeakRef(link)
    }))

    await vi.waitFor(() => {
      collectGarbage()
      expect(met.filter(link => link.deref() != null)).toHaveLength(0)
    }, 5_000)
  })

  it('stay the one link of their peer while somebody holds them', async () => {
    const all = links({ listener: new RecordingListener() })(await stubComponents(), new HandMovedEnvironment())
    const peer = await newPeerId()
    const held = all.to(peer)

    for (let i = 0; i < 10; i++) {
      await new Promise(resolve => { setImmediate(resolve) })
      collectGarbage()
    }

    expect(all.to(peer)).toBe(held)
  })

  it('work again when they are used again', async () => {
    const { a, b, link } = await startLinked({ idleTimeout: 1_000 })

    link.setOwed(false)
    a.environment.advance(1_000)
    await vi.waitFor(() => { expect(a.environment.pendingTimers + b.environment.pendingTimers).toBe(0) })
    b.to(a).setOwed(true)
    await vi.waitFor(() => { expect(link.isUp && b.to(a).isUp).toBe(true) })
    link.say([word(1)])
    await vi.waitFor(() => { expect(b.listener.words).toEqual([word(1)]) })
  })
})

describe('links that hold something', () => {
  it('stay although nobody holds them', async () => {
    const { a, b, link } = await startUnheld()

    for (let i = 0; i < 10; i++) {
      await new Promise(resolve => { setImmediate(resolve) })
      collectGarbage()
    }

    expect(link.deref()?.isUp).toBe(true)
    a.listener.onHeard = answering => { answering.say([word(2)]) }
    b.to(a).say([word(1)])
    await vi.waitFor(() => { expect(b.listener.words).toEqual([word(2)]) })
  })
})

async function startUnheld (): Promise<{ a: LinkNode, b: LinkNode, link: WeakRef<Link> }> {
  const { a, b, link } = await startLinked()

  return { a, b, link: new WeakRef(link) }
}
