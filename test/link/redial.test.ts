import type { Connection, PeerId, Stream } from '@libp2p/interface'
import { multiaddr } from '@multiformats/multiaddr'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { links } from '../../src/link/index.ts'
import type { Link, Links } from '../../src/link/index.ts'
import { HandMovedEnvironment } from '../environment/hand-moved-environment.ts'
import { encodeFrames } from '../../src/wire/index.ts'
import { RecordingListener } from './recording-listener.ts'
import { newPeerId, stubComponents, stubConnection } from './stub-components.ts'
import type { StubComponents } from './stub-components.ts'
import { word, words } from './words.ts'

let components: StubComponents
let environment: HandMovedEnvironment
let listener: RecordingListener
let all: Links
let peer: PeerId
let link: Link

beforeEach(async () => {
  components = await stubComponents()
  environment = new HandMovedEnvironment()
  listener = new RecordingListener()
  all = links({ listener })(components, environment)
  peer = await newPeerId()
  link = all.to(peer)
  await all.start()
})

/** The delays before the next attempts, all of which fail. */
async function delays (count: number): Promise<number[]> {
  const waited: number[] = []

  for (let i = 0; i < count; i++) {
    await vi.waitFor(() => { expect(listener.failures).toHaveLength(i + 1) })
    waited.push(environment.untilNextTimer)
    environment.advance(environment.untilNextTimer)
  }

  await vi.waitFor(() => { expect(listener.failures).toHaveLength(count + 1) })

  return waited
}

/** How long it takes until the link is up. */
async function untilUp (): Promise<number> {
  const before = environment.now()

  while (!link.isUp) {
    await environment.pass(1)
  }

  return environment.now() - before
}

describe('a peer that cannot be reached', () => {
  it('is dialled again and again, after delays that grow and differ', async () => {
    link.setOwed(true)

    const waited = await delays(12)

    expect(components.connectionManager.openConnection).toHaveBeenCalledTimes(13)
    expect(listener.failures).toHaveLength(13)
    expect(waited.every((delay, index) => delay >= 0 && delay <= Math.min(10_000, 250 * 2 ** index))).toBe(true)
    expect(Math.max(...waited)).toBeGreaterThan(2_000)
    expect(new Set(waited).size).toBe(12)
  })

  it('is dialled at once when it was seen, and then from short delays on', async () => {
    link.setOwed(true)
    await delays(8)
    const tried = components.connectionManager.openConnection.mock.calls.length

    link.seen()
    await vi.waitFor(() => { expect(components.connectionManager.openConnection).toHaveBeenCalledTimes(tried + 1) })
    await vi.waitFor(() => { expect(listener.failures).toHaveLength(tried + 1) })
    expect(environment.untilNextTimer).toBeLessThanOrEqual(250)
  })

  it('is dialled at once when a connection of it comes up, not of another peer', async () => {
    const connection = stubConnection(peer)

    link.setOwed(true)
    await vi.waitFor(() => { expect(listener.failures).toHaveLength(1) })
    components.events.safeDispatchEvent('connection:open', { detail: stubConnection(await newPeerId()) })
    expect(link.isUp).toBe(false)

    components.connections.push(connection)
    components.events.safeDispatchEvent('connection:open', { detail: connection })
    await vi.waitFor(() => { expect(link.isUp).toBe(true) })
    expect(environment.now()).toBe(0)
  })

  it('is dialled at once when libp2p learns a new address of it, and not for anything else that it learns', async () => {
    const update = (...addresses: string[]): void => {
      components.events.safeDispatchEvent('peer:update', {
        detail: {
          peer: {
            id: peer,
            addresses: addresses.map(address => ({ multiaddr: multiaddr(address), isCertified: false })),
            protocols: [],
            metadata: new Map(),
            tags: new Map()
          }
        }
      })
    }
    const { openConnection } = components.connectionManager

    update('/memory/old')
    link.setOwed(true)
    await vi.waitFor(() => { expect(listener.failures).toHaveLength(1) })
    update('/memory/old')
    update()
    await environment.pass(0)
    expect(openConnection).toHaveBeenCalledTimes(1)

    update('/memory/old', '/memory/new')
    await vi.waitFor(() => { expect(openConnection).toHaveBeenCalledTimes(2) })
  })

  it('is not dialled when it was seen and nothing is owed', async () => {
    link.seen()
    link.setOwed(true)
    await vi.waitFor(() => { expect(listener.failures).toHaveLength(1) })
    link.setOwed(false)
    link.seen()
    await environment.pass(60_000)

    expect(components.connectionManager.openConnection).toHaveBeenCalledTimes(1)
  })

  it('is up as soon as it opens a stream itself', async () => {
    const connection = stubConnection(peer)

    link.setOwed(true)
    await vi.waitFor(() => { expect(listener.failures).toHaveLength(1) })
    void components.handlers.values().next().value!(await connection.newStream(''), connection)

    expect(link.isUp).toBe(true)
    await environment.pass(10_000)
    expect(components.connectionManager.openConnection).toHaveBeenCalledTimes(1)
  })

  it('is not told to have failed, nor tried again, when its own stream came first', async () => {
    const connection = stubConnection(peer)
    const dial = Promise.withResolvers<Connection>()

    components.connectionManager.openConnection.mockReturnValue(dial.promise)
    link.setOwed(true)
    void components.handlers.values().next().value!(await connection.newStream(''), connection)
    dial.reject(new Error('nobody there'))
    await environment.pass(60_000)

    expect(listener.calls).toEqual(['up'])
    expect(components.connectionManager.openConnection).toHaveBeenCalledTimes(1)
  })

  it('is not left with a stream that came up when it was not wanted any more', async () => {
    const connection = stubConnection(peer)
    const late = Promise.withResolvers<Stream>()

    components.connections.push(connection)
    connection.newStream.mockReturnValueOnce(late.promise)
    link.setOwed(true)
    await vi.waitFor(() => { expect(connection.newStream).toHaveBeenCalledTimes(1) })
    link.setOwed(false)
    late.resolve(await connection.newStream(''))
    await vi.waitFor(() => { expect(connection.remotes[0]!.status).toBe('reset') })

    expect(listener.calls).toEqual([])
    expect(environment.pendingTimers).toBe(0)
  })

  it('leaves nothing listening when everything stops', async () => {
    link.setOwed(true)
    await vi.waitFor(() => { expect(listener.failures).toHaveLength(1) })
    await all.stop()

    expect(['connection:open', 'connection:close', 'peer:update'].map(type => components.events.listenerCount(type))).toEqual([0, 0, 0])
    expect(components.handlers.size).toBe(0)
    expect(environment.pendingTimers).toBe(0)
  })
})

describe('a stream that is lost', () => {
  it('is followed by another at once when it was of use', async () => {
    const connection = stubConnection(peer)

    components.connections.push(connection)
    link.setOwed(true)

    for (let lost = 1; lost <= 5; lost++) {
      await vi.waitFor(() => { expect(listener.ups).toBe(lost) })
      connection.remotes.at(-1)!.send(encodeFrames([word(lost)]))
      await vi.waitFor(() => { expect(listener.words).toHaveLength(lost) })
      environment.advance(1_000)
      connection.remotes.at(-1)!.abort(new Error('cut'))
    }

    await vi.waitFor(() => { expect(listener.ups).toBe(6) })
    expect(environment.now()).toBe(5_000)
    expect(listener.downs).toBe(5)
  })

  it.for([
    { what: 'is dropped at once', heard: 0, stood: 0 },
    { what: 'is dropped after its first word', heard: 1, stood: 999 },
    { what: 'brings no word', heard: 0, stood: 5_000 }
  ])('is followed by others after growing delays when each $what', async ({ heard, stood }) => {
    const connection = stubConnection(peer)
    const waited: number[] = []

    components.connections.push(connection)
    link.setOwed(true)
    await untilUp()

    for (let lost = 1; lost <= 10; lost++) {
      connection.remotes.at(-1)!.send(encodeFrames(words(heard)))
      await vi.waitFor(() => { expect(listener.words).toHaveLength(heard * lost) })
      environment.advance(stood)
      connection.remotes.at(-1)!.abort(new Error('dropped'))
      await vi.waitFor(() => { expect(listener.downs).toBe(lost) })
      waited.push(await untilUp())
    }

    expect(waited[0]).toBeLessThanOrEqual(1)
    expect(Math.max(...waited)).toBeGreaterThan(1_000)
  })

  it('is followed by others after growing delays when each brings a malformed frame, and by none when nothing is owed', async () => {
    const connection = stubConnection(peer)
    const waited: number[] = []

    components.connections.push(connection)
    link.setOwed(true)
    await untilUp()

    for (let lost = 1; lost <= 10; lost++) {
      const remote = connection.remotes.at(-1)!

      // a good word and a long life do not help
      remote.send(encodeFrames([word(lost)]))
      environment.advance(2_000)
      remote.send(Uint8Array.from([0xff, 0xff, 0xff, 0xff]))
      await vi.waitFor(() => {
        expect(remote.status).toBe('reset')
        expect(listener.downs).toBe(lost)
      })
      waited.push(await untilUp())
    }

    expect(waited[0]).toBeLessThanOrEqual(1)
    expect(Math.max(...waited)).toBeGreaterThan(1_000)
    expect(listener.words).not.toHaveLength(0)

    link.setOwed(false)
    connection.remotes.at(-1)!.send(Uint8Array.from([0xff, 0xff, 0xff, 0xff]))
    await vi.waitFor(() => { expect(link.isUp).toBe(false) })
    await environment.pass(60_000)
    expect(listener.ups).toBe(11)
    expect(environment.pendingTimers).toBe(0)
  })
})
