import { peerIdFromString } from '@libp2p/peer-id'
import { multiaddr } from '@multiformats/multiaddr'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { startNode } from './node.ts'
import type { PeerId, Stream } from '@libp2p/interface'
import type { ChildProcess } from 'node:child_process'
import type { BenchNode } from './node.ts'

/** This process's node, and one in another process, connected over websockets, noise and yamux. */
export class Pair {
  readonly node: BenchNode
  /** The other process's node. */
  readonly peer: PeerId
  readonly #address: string
  readonly #child: ChildProcess

  private constructor (node: BenchNode, child: ChildProcess, peer: PeerId, address: string) {
    this.node = node
    this.peer = peer
    this.#child = child
    this.#address = address
  }

  static async start (): Promise<Pair> {
    const child = fork(fileURLToPath(new URL('bench-peer.ts', import.meta.url)), { execArgv: [...process.execArgv, '--expose-gc'] })
    const [[{ peerId, addresses }], node] = await Promise.all([once(child, 'message'), startNode()])
    const pair = new Pair(node, child, peerIdFromString(peerId), addresses[0])

    await node.dial(multiaddr(pair.#address))

    return pair
  }

  /** A new stream to the other process, on the connection that all of them share. */
  async open (protocol: string): Promise<Stream> {
    return await this.node.dialProtocol(multiaddr(this.#address), protocol)
  }

  /** Bytes that the other process holds. */
  async heldThere (): Promise<number> {
    this.#child.send({})

    const [{ heap }] = await once(this.#child, 'message')

    return heap
  }

  async stop (): Promise<void> {
    await this.node.stop()
    this.#child.disconnect()
    await once(this.#child, 'exit')
  }
}
