import { defaultLogger } from '@libp2p/logger'
import { peerIdFromString } from '@libp2p/peer-id'
import { MemoryDatastore } from 'datastore-core'
import * as fc from 'fast-check'
import { Key } from 'interface-datastore/key'
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { MarkStore } from '../../src/presence/mark-store.ts'
import { LAST_SEQUENCE } from '../../src/presence/record/index.ts'
import { HandMovedEnvironment } from '../environment/hand-moved-environment.ts'
import { hexOf } from '../vectors/vectors.ts'
import { epochAt, somebody } from './record/records.ts'
import type { KeptMark } from '../../src/presence/roster/index.ts'
import type { PeerId } from '@libp2p/interface'
import type { Pair } from 'interface-datastore'
import type { Mock } from 'vitest'

const DOMAIN = '/libp2p-invitation/presence/1.0.0/lobby'
const HOUR = 3_600_000

function mark (peer: PeerId, sequence = 1n, present = true): KeptMark {
  return { peer, epoch: epochAt(7, 0xab), sequence, present }
}

describe('the marks that are kept', () => {
  let ann: PeerId
  let bob: PeerId
  let rsa: PeerId
  let datastore: MemoryDatastore
  let environment: HandMovedEnvironment
  let logged: Mock<(format: string, ...values: unknown[]) => void>
  let store: MarkStore

  beforeAll(async () => {
    [ann, bob] = [(await somebody()).peer, (await somebody()).peer]
    // the id of such a peer does not hold its key
    rsa = peerIdFromString((await somebody('RSA')).peer.toString())
  })

  beforeEach(() => {
    datastore = new MemoryDatastore()
    environment = new HandMovedEnvironment()
    logged = vi.fn<(format: string, ...values: unknown[]) => void>()
    store = open()
  })

  function open (domain = DOMAIN): MarkStore {
    return new MarkStore(datastore, domain, environment, Object.assign(defaultLogger().forComponent('test'), { error: logged }))
  }

  /** What is in the datastore now. */
  async function pairs (): Promise<Pair[]> {
    const found: Pair[] = []

    for await (const pair of datastore.query({})) {
      found.push(pair)
    }

    return found
  }

  /** Lets a write end that has begun; hashing takes a thread of its own, so no number of turns is enough. */
  async function written (count: number): Promise<void> {
    await vi.waitFor(async () => { expect(await pairs()).toHaveLength(count) })
  }

  it('are there after a restart, as they were, in the order in which they were kept', async () => {
    store.note(mark(ann, 7n))
    await environment.pass(1_000)
    await written(1)
    store.note(mark(rsa, LAST_SEQUENCE, false))
    await environment.pass(1_000)
    await written(2)
    store.note(mark(bob, 0n))
    await environment.pass(1_000)
    await written(3)

    expect(await open().load()).toEqual([mark(ann, 7n), mark(rsa, LAST_SEQUENCE, false), mark(bob, 0n)])
    expect(logged).not.toHaveBeenCalled()
  })

  it('are the same again, whatever they are', async () => {
    const anyEpoch = fc.uint8Array({ minLength: 16, maxLength: 16 }).map(hexOf)

    await fc.assert(fc.asyncProperty(anyEpoch, fc.bigInt({ min: 0n, max: LAST_SEQUENCE }), fc.boolean(), async (epoch, sequence, present) => {
      store.note({ peer: ann, epoch, sequence, present })
      await store.flush()
      expect(await open().load()).toEqual([{ peer: ann, epoch, sequence, present }])
    }), { numRuns: 100 })
  })

  it('are the last of each peer', async () => {
    store.note(mark(ann, 1n))
    store.note(mark(ann, 2n))
    await store.flush()
    store.note(mark(ann, 3n, false))
    await store.flush()

    expect(await open().load()).toEqual([mark(ann, 3n, false)])
  })

  it('are no more once their peer is forgotten', async () => {
    store.note(mark(ann))
    store.note(mark(bob))
    await store.flush()
    store.note(mark(ann, 2n))
    store.forget(ann)
    store.forget(bob)
    store.note(mark(bob, 2n))
    await store.flush()

    expect(await open().load()).toEqual([mark(bob, 2n)])
    expect(await pairs()).toHaveLength(1)
  })

  it('are written together, within a second', async () => {
    const batch = vi.spyOn(datastore, 'batch')

    store.note(mark(ann))
    environment.advance(900)
    store.note(mark(bob))
    environment.advance(99)
    expect(environment.pendingTimers).toBe(1)
    environment.advance(1)
    await written(2)

    expect(batch).toHaveBeenCalledTimes(1)
    expect(environment.pendingTimers).toBe(0)
  })

  it('are those of one room', async () => {
    const other = open(`${DOMAIN}s`)

    store.note(mark(ann, 1n))
    other.note(mark(ann, 2n))
    await store.flush()
    await other.flush()

    expect(await open().load()).toEqual([mark(ann, 1n)])
    expect(await open(`${DOMAIN}s`).load()).toEqual([mark(ann, 2n)])
  })

  it('have keys that any file system takes, whatever the room is called', async () => {
    const room = open('secret:/../Ä\0 '.repeat(10))

    room.note(mark(ann))
    room.note(mark(rsa))
    await room.flush()

    for (const { key } of await pairs()) {
      expect(key.toString()).toMatch(/^\/libp2p-invitation\/presence\/[0-9a-f]{64}\/[a-z2-7]{59,}$/)
    }

    expect(await open('secret:/../Ä\0 '.repeat(10)).load()).toHaveLength(2)
  })

  it.each([
    ['of another version', (value: Uint8Array) => value.with(0, 2)],
    ['cut short', (value: Uint8Array) => value.subarray(0, -1)],
    ['with something after them', (value: Uint8Array) => Uint8Array.of(...value, 0)],
    ['with nothing in them', () => new Uint8Array()]
  ])('are removed if they are %s, which is logged', async (_, damage) => {
    store.note(mark(ann))
    store.note(mark(bob))
    await store.flush()

    const [{ key, value }] = await pairs() as [Pair]

    await datastore.put(key, damage(value))

    expect(await open().load()).toEqual([mark(bob)])
    expect(logged).toHaveBeenCalledTimes(1)
    expect(await pairs()).toHaveLength(1)
  })

  it('are removed if they are nobody’s', async () => {
    store.note(mark(ann))
    await store.flush()

    const [{ key, value }] = await pairs() as [Pair]

    await datastore.put(new Key(`${key.parent().toString()}/nobody`), value)

    expect(await open().load()).toEqual([mark(ann)])
    expect(await pairs()).toHaveLength(1)
  })

  it('are removed when no record can be left that they would keep out', async () => {
    store.note(mark(ann))
    await store.flush()
    environment.advance(12 * HOUR)
    store.note(mark(bob))
    await store.flush()
    environment.advance(10 * 60_000)
    expect(await open().load()).toEqual([mark(ann), mark(bob)])

    environment.advance(1)
    expect(await open().load()).toEqual([mark(bob)])
    expect(await pairs()).toHaveLength(1)
  })

  it('are all written at the end, after which there is nothing to come', async () => {
    store.note(mark(ann))
    await store.stop()
    store.note(mark(bob))
    store.forget(ann)
    await store.stop()

    expect(await open().load()).toEqual([mark(ann)])
    expect(environment.pendingTimers).toBe(0)
  })

  it('wait for a slow datastore, and are then written once for each peer', async () => {
    const slow = Promise.withResolvers<void>()
    const commits: number[] = []

    vi.spyOn(datastore, 'batch').mockImplementation(() => {
      const changes: Pair[] = []

      return {
        put: (key, value) => { changes.push({ key, value }) },
        delete: () => {},
        commit: async () => {
          commits.push(changes.length)
          await slow.promise

          for (const { key, value } of changes) {
            await datastore.put(key, value)
          }
        }
      }
    })

    store.note(mark(ann))
    environment.advance(1_000)
    await vi.waitFor(() => { expect(commits).toEqual([1]) })

    for (let sequence = 2n; sequence <= 100n; sequence++) {
      store.note(mark(ann, sequence))
      environment.advance(1_000)
    }

    const stopping = store.stop()

    // as long as a write would take
    await open('another room').load()
    await open('another room').load()
    expect(commits).toEqual([1])
    slow.resolve()
    await stopping

    expect(commits).toEqual([1, 1])
    expect(environment.pendingTimers).toBe(0)
    expect(await open().load()).toEqual([mark(ann, 100n)])
  })

  it('are done without where the datastore fails, and kept again as soon as it does not', async () => {
    vi.spyOn(datastore, 'batch').mockImplementationOnce(() => { throw new Error('full') })
    vi.spyOn(datastore, 'query').mockImplementationOnce(() => { throw new Error('broken') })

    expect(await store.load()).toEqual([])
    store.note(mark(ann))
    await store.flush()
    expect(logged).toHaveBeenCalledTimes(2)

    store.note(mark(ann, 2n))
    await store.flush()
    expect(await open().load()).toEqual([mark(ann, 2n)])
  })
})
