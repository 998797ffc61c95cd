import type { Connection } from '@libp2p/interface'
import { describe, expect, it, vi } from 'vitest'
import { links } from '../../src/link/index.ts'
import type { Link, Links } from '../../src/link/index.ts'
import { encodeFrames } from '../../src/wire/index.ts'
import { HandMovedEnvironment } from '../environment/hand-moved-environment.ts'
import { Conversation } from './conversation.ts'
import { standsOnUnlimited, startTwo } from './nodes.ts'
import type { LinkNode } from './nodes.ts'
import { RecordingListener } from './recording-listener.ts'
import { eventually } from './relayed-nodes.ts'
import { named, never, newPeerId, stubComponents, stubConnection } from './stub-components.ts'
import type { StubComponents, StubConnection } from './stub-components.ts'
import { word } from './words.ts'

interface Scene {
  all: Links
  components: StubComponents
  environment: HandMovedEnvironment
  listener: RecordingListener
  link: Link
  /** The connection that the link's stream stands on; it is limited. */
  relayed: StubConnection & Connection
  /** One more connection to the peer, which libp2p tells of at once. */
  connect: (properties?: Parameters<typeof stubConnection>[1]) => StubConnection & Connection
  /** libp2p tells that it is no more. */
  disconnect: (connection: StubConnection & Connection) => void
}

/** A link to a peer with a higher, or lower, id, that is up by way of a relay. */
async function scene (ours: 'lower' | 'higher' = 'lower'): Promise<Scene> {
  const stub = await stubComponents()
  const [lower, higher] = [stub.peerId, await newPeerId()].toSorted((one, other) =>
    Buffer.compare(one.toMultihash().bytes, other.toMultihash().bytes))
  const components = { ...stub, peerId: ours === 'lower' ? lower! : higher! }
  const peer = ours === 'lower' ? higher! : lower!
  const environment = new HandMovedEnvironment()
  const listener = new RecordingListener()
  const all = links({ listener })(components, environment)
  const link = all.to(peer)
  const connect: Scene['connect'] = (properties) => {
    const connection = stubConnection(peer, properties)

    components.connections.push(connection)
    components.events.safeDispatchEvent('connection:open', { detail: connection })

    return connection
  }

  await all.start()

  const relayed = connect({ limits: { seconds: 120 } })

  link.setOwed(true)
  await vi.waitFor(() => { expect(link.isUp).toBe(true) })

  return {
    all,
    components,
    environment,
    listener,
    link,
    relayed,
    connect,
    disconnect: (connection) => {
      components.connections.splice(components.connections.indexOf(connection), 1)

      for (const remote of connection.remotes) {
        remote.abort(new Error('cut'))
      }

      components.events.safeDispatchEvent('connection:close', { detail: connection })
    }
  }
}

/** The stream stands on a WebRTC connection, beside the relayed one. */
async function besideRelayed (): Promise<Scene & { webRTC: StubConnection & Connection }> {
  const up = await scene()
  const webRTC = up.connect({ multiplexer: '/webrtc' })

  await vi.waitFor(() => { expect(up.listener.ups).toBe(2) })

  return { ...up, webRTC }
}

/** Where words are written to now. */
async function writesTo (link: Link, connection: StubConnection): Promise<void> {
  const before = connection.remotes.at(-1)!.readBufferLength

  link.say([word(1)])
  await vi.waitFor(() => { expect(connection.remotes.at(-1)!.readBufferLength).toBeGreaterThan(before) })
}

describe('a link when there is a better connection', () => {
  it('moves to it as it opens, without being down, and says again what is unanswered', async () => {
    const { link, listener, relayed, connect } = await scene()
    const direct = connect()

    await vi.waitFor(() => { expect(listener.calls).toEqual(['up', 'up']) })
    await writesTo(link, direct)
    expect(relayed.status).toBe('open')
    expect(relayed.remotes[0]!.status).toBe('open')
  })

  it('closes the old stream in order when the peer speaks on the new one', async () => {
    const { listener, relayed, connect } = await scene()
    const direct = connect()

    await vi.waitFor(() => { expect(listener.ups).toBe(2) })
    direct.remotes[0]!.send(encodeFrames([word(1)]))
    await vi.waitFor(() => { expect(relayed.remotes[0]!.remoteWriteStatus).toBe('closed') })
    // what the peer still says on the old one is heard
    relayed.remotes[0]!.send(encodeFrames([word(2)]))
    await vi.waitFor(() => { expect(listener.words).toEqual([word(1), word(2)]) })
    expect(listener.downs).toBe(0)
  })

  it('moves to one over WebRTC, and on to one that shows sooner when the peer is gone', async () => {
    const { link, listener, connect } = await scene()
    const webRTC = connect({ multiplexer: '/webrtc' })

    await vi.waitFor(() => { expect(listener.ups).toBe(2) })
    await writesTo(link, webRTC)

    const direct = connect()

    await vi.waitFor(() => { expect(listener.ups).toBe(3) })
    await writesTo(link, direct)
  })

  it.for([
    { what: 'that is no better', properties: { limits: { seconds: 120 }, timeline: { open: 9 } } },
    { what: 'that the peer made, which moves itself', properties: { direction: 'inbound' as const } }
  ])('does not move to one $what', async ({ properties }) => {
    const { environment, listener, connect } = await scene()
    const other = connect(properties)

    await environment.pass(10)
    expect(other.newStream).not.toHaveBeenCalled()
    expect(listener.calls).toEqual(['up'])
  })

  it.for(['lower', 'higher'] as const)('follows the peer to it, also with the %s peer id', async (ours) => {
    const { components, link, listener, connect } = await scene(ours)
    const direct = connect({ direction: 'inbound' })

    void components.handlers.values().next().value!(Object.assign(await direct.newStream(''), { direction: 'inbound' }), direct)
    expect(listener.calls).toEqual(['up', 'up'])
    await writesTo(link, direct)
  })

  it('follows a peer that opens a stream on a worse one, and moves back', async () => {
    const { components, link, listener, relayed, connect } = await scene()
    const direct = connect()

    await vi.waitFor(() => { expect(listener.ups).toBe(2) })
    direct.remotes[0]!.send(encodeFrames([word(1)]))
    await vi.waitFor(() => { expect(listener.words).toHaveLength(1) })
    void components.handlers.values().next().value!(Object.assign(await relayed.newStream(''), { direction: 'inbound' }), relayed)
    expect(listener.ups).toBe(3)

    await vi.waitFor(() => { expect(listener.ups).toBe(4) })
    expect(direct.remotes).toHaveLength(2)
    await writesTo(link, direct)
  })

  it('stays where it is when no stream opens there in 4 s, and does not try that one again', async () => {
    const { components, environment, link, listener, relayed, connect } = await scene()
    const dead = stubConnection(relayed.remotePeer)

    dead.newStream.mockImplementation(async (_, options) => await never(options?.signal))
    components.connections.push(dead)
    components.events.safeDispatchEvent('connection:open', { detail: dead })
    await environment.pass(4_000)
    connect({ limits: { seconds: 120 } })
    await environment.pass(10)

    expect(dead.newStream).toHaveBeenCalledTimes(1)
    expect(listener.calls).toEqual(['up'])
    await writesTo(link, relayed)
  })

  it('leaves nothing behind when everything stops on the way', async () => {
    const { all, environment, relayed, components, listener } = await scene()
    const slow = stubConnection(relayed.remotePeer)

    slow.newStream.mockImplementation(async (_, options) => await never(options?.signal))
    components.connections.push(slow)
    components.events.safeDispatchEvent('connection:open', { detail: slow })
    await environment.pass(10)
    await relayed.remotes[0]!.close()
    await all.stop()

    expect(environment.pendingTimers).toBe(0)
    expect(listener.calls).toEqual(['up'])
  })
})

describe('a link when another connection to its peer closes', () => {
  it('verifies its own, and goes on there if the peer is', async () => {
    const { link, listener, relayed, webRTC, disconnect } = await besideRelayed()

    disconnect(relayed)
    await vi.waitFor(() => { expect(listener.calls).toEqual(['up', 'up', 'up']) })
    expect(webRTC.remotes).toHaveLength(2)
    await writesTo(link, webRTC)
  })

  it('goes down if the peer does not answer in 2 s', async () => {
    const { environment, listener, relayed, webRTC, disconnect } = await besideRelayed()

    webRTC.newStream.mockImplementation(async (_, options) => await never(options?.signal))
    disconnect(relayed)
    await environment.pass(1_999)
    expect(listener.downs).toBe(0)
    await environment.pass(1)
    await vi.waitFor(() => { expect(listener.downs).toBe(1) })
  })

  it('does nothing when nothing is owed', async () => {
    const { environment, link, relayed, webRTC, disconnect } = await besideRelayed()

    link.setOwed(false)
    disconnect(relayed)
    await environment.pass(10)
    expect(webRTC.newStream).toHaveBeenCalledTimes(1)
  })

  it('does nothing when it gave that one up itself', async () => {
    const { components, environment, link, listener, connect, disconnect, webRTC, relayed } = await besideRelayed()

    disconnect(relayed)
    webRTC.newStream.mockRejectedValue(named('TimeoutError'))
    components.connectionManager.openConnection.mockImplementation(async () => connect())
    await vi.waitFor(() => { expect(listener.downs).toBe(1) })
    await vi.waitFor(() => { expect(link.isUp).toBe(true) })
    expect(webRTC.abort).toHaveBeenCalledTimes(1)

    const { ups } = listener

    disconnect(webRTC)
    await environment.pass(10)
    expect(listener.ups).toBe(ups)
  })
})

describe('two peers that move at the same time, again and again', () => {
  it.for([1, 2, 3])('lose nothing that is said again on `up`, and end on one stream of the best connection (seed %s)', async (seed) => {
    const [a, b] = await startTwo()
    const chance = new HandMovedEnvironment(seed)
    const conversation = new Conversation<LinkNode>(a, b)

    conversation.start()
    await eventually(() => { expect(a.to(b).isUp && b.to(a).isUp).toBe(true) })

    for (let moves = 0; moves < 12; moves++) {
      const until = moves * 5 + Math.floor(chance.random() * 5)

      for (const connection of [a, b].flatMap(({ libp2p }) => libp2p.getConnections())) {
        Object.assign(connection, { limits: { seconds: 120 } })
      }

      await Promise.all([
        chance.random() < 0.3 ? undefined : a.libp2p.dial(b.libp2p.getMultiaddrs(), { force: true }),
        chance.random() < 0.3 ? undefined : b.libp2p.dial(a.libp2p.getMultiaddrs(), { force: true })
      ])

      if (chance.random() < 0.3) {
        a.libp2p.getConnections(b.libp2p.peerId)[0]!.abort(new Error('cut'))
      }

      await conversation.goesOn(10, () => {
        // for the back-off, should both have been down
        a.environment.advance(50)
        b.environment.advance(50)

        return conversation.said >= until
      })
    }

    await a.libp2p.dial(b.libp2p.getMultiaddrs(), { force: true })
    await conversation.goesOn(10, () => {
      a.environment.advance(50)
      b.environment.advance(50)

      return standsOnUnlimited(a, b) && standsOnUnlimited(b, a)
    })
    await eventually(() => { expect(conversation.unanswered.size).toBe(0) })
    expect(a.listener.ups).toBeGreaterThan(5)
  })
})
