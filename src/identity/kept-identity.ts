import type { HeldDevice } from './devices.ts'
import type { NotKeptError } from './errors.ts'
import type { Identity } from './index.ts'
import type { OpenDatastore } from './tab.ts'
import type { PrivateKey } from '@libp2p/interface'
import type { Datastore } from 'interface-datastore'

/** A device of this browser that this page holds, and its datastore. */
export interface OpenDevice {
  readonly device: HeldDevice
  readonly datastore: OpenDatastore
}

/** An identity, and what is to be given back with it. */
export class KeptIdentity implements Identity {
  readonly privateKey: PrivateKey
  readonly datastore: Datastore | undefined
  readonly reason: NotKeptError | undefined
  readonly #held: OpenDevice | undefined
  #release: Promise<void> | undefined

  private constructor (privateKey: PrivateKey, datastore?: Datastore, held?: OpenDevice, reason?: NotKeptError) {
    this.privateKey = privateKey
    this.datastore = datastore
    this.reason = reason
    this.#held = held
  }

  /** Of a device of this browser. */
  static of (held: OpenDevice, privateKey: PrivateKey): KeptIdentity {
    return new KeptIdentity(privateKey, held.datastore, held)
  }

  /** In a datastore of the app's own. */
  static in (datastore: Datastore, privateKey: PrivateKey): KeptIdentity {
    return new KeptIdentity(privateKey, datastore)
  }

  static notKept (reason: NotKeptError, privateKey: PrivateKey): KeptIdentity {
    return new KeptIdentity(privateKey, undefined, undefined, reason)
  }

  get device (): number | undefined {
    return this.#held?.device.number
  }

  get isKept (): boolean {
    return this.reason == null
  }

  get isReleased (): boolean {
    return this.#release != null
  }

  async release (): Promise<void> {
    if (this.#held != null) {
      await (this.#release ??= giveBack(this.#held))
    }
  }
}

/** In this order, so that the next tab that is this device finds its datastore closed. */
async function giveBack ({ device, datastore }: OpenDevice): Promise<void> {
  try {
    await datastore.close()
  } finally {
    await device.release()
  }
}
