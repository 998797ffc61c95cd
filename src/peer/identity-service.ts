import { ReleasedError } from './errors.ts'
import type { Identity, NotKeptError } from '../identity/index.ts'
import type { PeerIdentity } from './index.ts'
import type { Startable } from '@libp2p/interface'

/** Lets the node's end be the end of its identity: a service like any other, so that every way to stop the node does it. */
export class IdentityService implements PeerIdentity, Startable {
  readonly [Symbol.toStringTag]: string = 'libp2p-invitation/identity'

  readonly #identity: Identity | undefined

  /** @param identity - undefined where the app has the key, or wants none kept */
  constructor (identity: Identity | undefined) {
    this.#identity = identity
  }

  get device (): number | undefined {
    return this.#identity?.device
  }

  get isKept (): boolean {
    return this.#identity?.isKept ?? false
  }

  get reason (): NotKeptError | undefined {
    return this.#identity?.reason
  }

  /** @throws {ReleasedError} the node was stopped before */
  beforeStart (): void {
    if (this.#identity?.isReleased === true) {
      throw new ReleasedError('another tab may be this peer by now: create a new one')
    }
  }

  start (): void {}

  stop (): void {}

  /** Last of all: until then the node writes to the datastore, and is this peer to others. */
  async afterStop (): Promise<void> {
    await this.#identity?.release()
  }
}
