import { encodeFrames } from '../../src/wire/index.ts'
import { hexOf } from '../vectors/vectors.ts'
import { PROTOCOL } from './raw-peer.ts'
import type { Stream } from '@libp2p/interface'
import type { Swarm, SwarmPeer } from '../../src/swarm/index.ts'
import type { Word } from '../../src/wire/index.ts'

/**
 * A peer of a swarm that says what it likes on streams of our protocol, and writes down all that comes back: when, to the
 * millisecond of virtual time, on which stream, and what.
 */
export class Stranger {
  readonly transcript: string[] = []
  readonly #swarm: Pick<Swarm, 'now' | 'run'>
  readonly #self: SwarmPeer
  readonly #victim: SwarmPeer
  readonly #begun: number
  #streams = 0

  constructor (swarm: Pick<Swarm, 'now' | 'run'>, self: SwarmPeer, victim: SwarmPeer) {
    this.#swarm = swarm
    this.#self = self
    this.#victim = victim
    this.#begun = swarm.now
  }

  /** A new stream, on the connection that there is. */
  async open (): Promise<StrangersStream> {
    const stream = await this.#swarm.run(this.#self.libp2p.dialProtocol(this.#victim.peerId, PROTOCOL))

    return new StrangersStream(stream, this.#streams++, event => { this.#note(event) })
  }

  /** Looks whether the victim has opened streams of its own. */
  look (): void {
    const streams = this.#self.libp2p.getConnections(this.#victim.peerId).flatMap(connection => connection.streams)

    this.#note(`it has ${streams.filter(({ protocol, direction }) => protocol === PROTOCOL && direction === 'inbound').length} of its own`)
  }

  #note (event: string): void {
    this.transcript.push(`${this.#swarm.now - this.#begun} ms: ${event}`)
  }
}

/** One stream of a stranger's. */
export class StrangersStream {
  readonly #stream: Stream

  constructor (stream: Stream, number: number, note: (event: string) => void) {
    this.#stream = stream
    stream.addEventListener('message', ({ data }) => { note(`stream ${number}: ${hexOf(data.subarray())}`) })
    stream.addEventListener('remoteCloseWrite', () => { note(`stream ${number} is closed`) })
    stream.addEventListener('close', () => { note(`stream ${number} is ${stream.status}`) })
  }

  say (...words: Word[]): void {
    this.send(encodeFrames(words))
  }

  reset (): void {
    this.#stream.abort(new Error('the stranger has had enough'))
  }

  send (bytes: Uint8Array): void {
    if (this.#stream.writeStatus === 'writable') {
      this.#stream.send(bytes)
    }
  }
}
