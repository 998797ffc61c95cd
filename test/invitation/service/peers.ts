import { generateKeyPair } from '@libp2p/crypto/keys'
import { MemoryDatastore } from 'datastore-core'
import { compare } from 'uint8arrays/compare'
import { CommonLog } from './common-log.ts'
import { TestPeer } from './test-peer.ts'
import type { InvitationInit } from '../../../src/index.ts'

export interface PeersOptions extends InvitationInit {
  /** Whether they know each other's addresses from the start. @default true */
  readonly acquainted?: boolean
  /** Whether they are started, or only made. @default true */
  readonly started?: boolean
}

const NAMES = ['ada', 'ben', 'cyd', 'dan']

let seeds = 1

/**
 * Peers in one process, on the memory transport, with one network between them that the test may part, and one time that it
 * moves: no test waits for real seconds. The first, ada, has the lowest peer id.
 *
 * ```ts
 * await using peers = await startPeers(2)
 * const [ada, ben] = peers.all
 * await ada.service.invite(ben.id)
 * await peers.pass(60_000)
 * expect(peers.log.entries).toEqual([…])
 * ```
 */
export async function startPeers (count: 2, options?: PeersOptions): Promise<Peers<[TestPeer, TestPeer]>>
export async function startPeers (count: 3, options?: PeersOptions): Promise<Peers<[TestPeer, TestPeer, TestPeer]>>
export async function startPeers (count: number, { acquainted = true, started = true, ...invitation }: PeersOptions = {}): Promise<Peers<TestPeer[]>> {
  const keys = await Promise.all(Array.from({ length: count }, async () => await generateKeyPair('Ed25519')))
  const peers = new Peers<TestPeer[]>([])

  keys.sort((one, other) => compare(one.publicKey.toMultihash().bytes, other.publicKey.toMultihash().bytes))
  peers.all.push(...await Promise.all(keys.map(async (privateKey, index) => await TestPeer.make({
    name: NAMES[index]!,
    privateKey,
    address: `/memory/${NAMES[index]!}-${seeds}`,
    seed: seeds++,
    invitation,
    datastore: new MemoryDatastore(),
    started,
    mayDial: () => !peers.isParted
  }))))

  for (const peer of peers.all) {
    peers.log.watch(peer)
  }

  if (acquainted) {
    await peers.acquaint()
  }

  return peers
}

export class Peers<All extends TestPeer[]> implements AsyncDisposable {
  readonly all: All
  readonly log: CommonLog = new CommonLog()
  isParted = false

  constructor (all: All) {
    this.all = all
  }

  /** Each learns the addresses of all others. */
  async acquaint (): Promise<void> {
    for (const peer of this.all) {
      for (const other of this.all) {
        if (other !== peer) {
          await peer.learn(other)
        }
      }
    }
  }

  /** Lets what is under way between the peers be done, without any time passing. */
  async settle (): Promise<void> {
    await this.#turn()

    while (this.all.some(({ libp2p }) => libp2p.getDialQueue().length > 0)) {
      // even in memory a dial takes a millisecond of real time
      await new Promise<void>(resolve => { setTimeout(resolve, 1) })
      await this.#turn()
    }
  }

  /** Moves the time of all peers on together, timer by timer, and lets what each timer causes be done before the next. */
  async pass (ms: number): Promise<void> {
    await this.settle()

    for (let left = ms; left > 0;) {
      const step = Math.min(left, ...this.all.map(({ environment }) => environment.untilNextTimer))

      for (const { environment } of this.all) {
        environment.advance(step)
      }

      await this.settle()
      left -= step
    }
  }

  /** Breaks every connection; nothing keeps them from making new ones. */
  cut (): void {
    for (const peer of this.all) {
      for (const connection of peer.libp2p.getConnections()) {
        connection.abort(new Error('cut'))
      }
    }
  }

  /** Breaks every connection, and lets nobody make a new one until `join`. */
  part (): void {
    this.isParted = true
    this.cut()
  }

  join (): void {
    this.isParted = false
  }

  /** Lets a peer go as if its process were killed: it says nothing, and the others' connections to it break. */
  async crash (peer: TestPeer): Promise<void> {
    await peer.crash()

    for (const other of this.all) {
      for (const connection of other.connectionsTo(peer)) {
        connection.abort(new Error('the process is gone'))
      }
    }
  }

  /** Starts a new process in place of one that is gone: same key, addresses and datastore, and it knows nothing else any more but the others' addresses. */
  async restart (gone: TestPeer): Promise<TestPeer> {
    const peer = await TestPeer.make({ ...gone.init, seed: seeds++ })

    this.all[this.all.indexOf(gone)] = peer
    this.log.watch(peer)

    for (const other of this.all) {
      if (other !== peer) {
        await peer.learn(other)
      }
    }

    return peer
  }

  async [Symbol.asyncDispose] (): Promise<void> {
    // one by one: libp2p takes half a second to close a connection that both ends close at the same moment
    for (const peer of this.all) {
      await peer.stop()
    }
  }

  /** A few turns of the event loop, in which what is on a stream arrives. */
  async #turn (): Promise<void> {
    for (const { environment } of this.all) {
      await environment.pass(0)
    }
  }
}
