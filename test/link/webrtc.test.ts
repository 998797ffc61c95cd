import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Connection } from '@libp2p/interface'
import { peerIdFromString } from '@libp2p/peer-id'
import { multiaddr } from '@multiformats/multiaddr'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Link } from '../../src/link/index.ts'
import { PROTOCOL } from './nodes.ts'
import { RecordingListener } from './recording-listener.ts'
import { eventually, startRelay } from './relayed-nodes.ts'
import { startWebRTCNode } from './webrtc-node.ts'
import { word } from './words.ts'

interface Scene {
  listener: RecordingListener
  link: Link
  other: ChildProcess
  connections: () => Connection[]
  /** The connection that a link's stream is on, once it is on one only. */
  standsOn: () => Connection
  /** Makes a direct connection. */
  connectDirectly: () => Promise<void>
  /** Says a word, until it comes back. */
  echoes: (number: number) => Promise<void>
}

const ends: Array<() => void | Promise<void>> = []

afterEach(async () => {
  await Promise.all(ends.splice(0).map(async end => { await end() }))
})

/** A peer with a link to another, in a process of its own, that is up by way of a relay. */
async function scene (reservations: Parameters<typeof startRelay>[0]): Promise<Scene> {
  const { address: relay } = await startRelay(reservations)
  const listener = new RecordingListener()
  const node = await startWebRTCNode(relay, listener)

  ends.push(async () => { await node.stop() })

  const other = fork(fileURLToPath(new URL('webrtc-process.ts', import.meta.url)), [relay], {
    execArgv: ['--experimental-transform-types', '--disable-warning=ExperimentalWarning']
  })

  ends.push(() => { other.kill('SIGKILL') })

  const [addresses] = await once(other, 'message') as [string[]]
  const peer = peerIdFromString(addresses[0]!.split('/').at(-1)!)

  await node.peerStore.merge(peer, { multiaddrs: addresses.map(address => multiaddr(address)) })

  const link = node.services.links.to(peer)

  link.setOwed(true)
  await eventually(() => { expect(link.isUp).toBe(true) })

  const connections = (): Connection[] => node.getConnections(peer)

  node.addEventListener('peer:disconnect', ({ detail }) => {
    if (detail.equals(peer)) {
      listener.calls.push('disconnect')
    }
  })

  return {
    listener,
    link,
    other,
    connections,
    standsOn: () => {
      const standing = connections().filter(({ streams }) => streams.some(({ protocol, status }) => protocol === PROTOCOL && status === 'open'))

      expect(standing).toHaveLength(1)

      return standing[0]!
    },
    connectDirectly: async () => {
      const address = addresses.map(each => multiaddr(each)).find(each => each.toString().includes('/webrtc/'))!

      // a try may hang
      await vi.waitFor(async () => { await node.dial(address, { signal: AbortSignal.timeout(2_000) }) }, { timeout: 30_000 })
    },
    echoes: async (number) => {
      await eventually(() => {
        link.say([word(number)])
        expect(listener.words).toContainEqual(word(number))
      })
    }
  }
}

describe('a link between peers that can also connect directly by WebRTC', () => {
  it('is up by way of the relay first, then moves, and goes down before libp2p tells that the peer is gone', async () => {
    const { listener, link, other, connections, standsOn, echoes } = await scene({ defaultDurationLimit: 600_000 })

    expect(standsOn().limits).toBeDefined()
    await echoes(1)
    await eventually(() => { expect(connections().map(({ multiplexer }) => multiplexer)).toContain('/webrtc') })
    await echoes(2)
    await eventually(() => {
      link.say([word(3)])
      expect(standsOn().multiplexer).toBe('/webrtc')
    })
    await echoes(4)
    expect(listener.downs).toBe(0)
    // the relayed one is kept beside
    expect(connections()).toHaveLength(2)

    other.kill('SIGKILL')
    await eventually(() => { expect(listener.calls).toContain('disconnect') })
    expect(listener.calls.indexOf('down')).toBeGreaterThan(0)
    expect(listener.calls.indexOf('down')).toBeLessThan(listener.calls.indexOf('disconnect'))
  })

  it('stays with a relayed connection that its relay does not cut, and goes down with it', async () => {
    const { listener, other, connections, standsOn, connectDirectly, echoes } = await scene({ applyDefaultLimit: false })
    const [relayed] = connections()

    await echoes(1)
    expect(connections()).toEqual([relayed])
    await connectDirectly()
    await echoes(2)
    expect(connections()).toHaveLength(2)
    expect(standsOn()).toBe(relayed)

    other.kill('SIGKILL')
    await eventually(() => { expect(listener.downs).toBe(1) })
  })
})
