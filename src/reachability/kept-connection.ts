import { InvalidArgumentError } from '../errors/index.ts'
import { Attempts } from './attempts.ts'
import { Dialling, directConnections } from './dialling.ts'
import { peerOf } from './relay-address.ts'
import type { Environment } from '../environment/index.ts'
import type { KeptConnection, KeptConnectionComponents, KeptConnectionInit } from './index.ts'
import type { PeerId } from '@libp2p/interface'

/** Makes one: see the face. */
export function createKeptConnection (components: KeptConnectionComponents, init: KeptConnectionInit, environment: Environment): KeptConnection {
  return new PeerConnection(components, init, environment)
}

/** The connection to one peer, dialled again whenever there is none. */
class PeerConnection implements KeptConnection {
  readonly peer: PeerId
  error: Error | undefined
  readonly #components: KeptConnectionComponents
  readonly #attempts: Attempts

  constructor (components: KeptConnectionComponents, { address, signal }: KeptConnectionInit, environment: Environment) {
    const { connectionManager, events } = components
    const log = components.logger.forComponent('libp2p:invitation:reachability')
    const dialling = new Dialling(connectionManager, environment)
    const peer = peerOf(address)

    if (peer == null) {
      throw new InvalidArgumentError('address: with the id of its peer, /p2p/<id>')
    }

    this.peer = peer
    this.#components = components
    this.#attempts = new Attempts(environment, {
      attempt: async (within) => { await dialling.dial([address], within) },
      failed: (error) => {
        this.error = error
        log('no connection to %p - %e', peer, error)
      }
    })

    for (const type of ['connection:open', 'connection:close'] as const) {
      events.addEventListener(type, ({ detail: { remotePeer } }) => {
        if (remotePeer.equals(peer)) {
          this.#review()
        }
      }, { signal })
    }

    signal.addEventListener('abort', () => { this.#attempts.stop() }, { once: true })

    if (!signal.aborted) {
      this.#review()
    }
  }

  get isConnected (): boolean {
    return directConnections(this.#components.connectionManager, this.peer).length > 0
  }

  tryNow (): void {
    this.#attempts.tryNow()
  }

  #review (): void {
    if (!this.isConnected) {
      this.#attempts.begin()
    } else {
      this.error = undefined

      // it came from the other side meanwhile; a dial that is under way gets the same one
      if (this.#attempts.state === 'waiting') {
        this.#attempts.stop()
      }
    }
  }
}
