import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { Watch } from '../../src/presence/watch.ts'
import { somebody } from './record/records.ts'
import type { PeerSighting, PresenceLevel } from '../../src/presence/index.ts'
import type { PeerId } from '@libp2p/interface'

describe('a watch over peers', () => {
  let ann: PeerId
  let bob: PeerId
  let levels: Map<PeerId, PresenceLevel>
  let ended: ReturnType<typeof vi.fn<(watch: Watch) => void>>
  let watch: Watch

  beforeAll(async () => { [ann, bob] = (await Promise.all([somebody(), somebody()])).map(({ peer }) => peer) as [PeerId, PeerId] })

  beforeEach(() => {
    levels = new Map([[ann, 'gone'], [bob, 'connected']])
    ended = vi.fn<(watch: Watch) => void>()
    watch = new Watch([ann, bob], peer => ({ peer, level: levels.get(peer)!, presence: undefined }), ended)
  })

  async function next (): Promise<[PeerId, PresenceLevel] | undefined> {
    const { value }: IteratorResult<PeerSighting, undefined> = await watch.next()

    return value == null ? undefined : [value.peer, value.level]
  }

  it('gives out what is known of each of them first, in order', async () => {
    expect([await next(), await next()]).toEqual([[ann, 'gone'], [bob, 'connected']])
  })

  it('gives out what is different from then on, and waits while nothing is', async () => {
    await next()
    await next()

    const third = next()

    watch.mayHaveChanged()
    await Promise.resolve()
    levels.set(bob, 'stale')
    watch.mayHaveChanged(bob)
    expect(await third).toEqual([bob, 'stale'])
  })

  it('keeps but the newest of what a slow reader has not read', async () => {
    await next()
    await next()

    for (const level of ['stale', 'announced', 'stale', 'announced'] as const) {
      levels.set(ann, level)
      watch.mayHaveChanged(ann)
    }

    levels.set(bob, 'gone')
    watch.mayHaveChanged()
    expect([await next(), await next()]).toEqual([[ann, 'announced'], [bob, 'gone']])
  })

  it('ends with the loop that reads it, and says so once', async () => {
    for await (const { peer } of watch) {
      expect(peer).toBe(ann)
      break
    }

    watch.end()
    expect(ended).toHaveBeenCalledExactlyOnceWith(watch)
    expect(await next()).toBe(undefined)
  })

  it('ends for a reader who waits, with the error that it is given', async () => {
    await next()
    await next()

    const waiting = next()

    watch.end(new Error('enough'))
    await expect(waiting).rejects.toThrow('enough')
    expect(await next()).toBe(undefined)
  })

  it('just ends when there is no error', async () => {
    await next()
    await next()

    const waiting = next()

    watch.end()
    expect(await waiting).toBe(undefined)
  })
})
