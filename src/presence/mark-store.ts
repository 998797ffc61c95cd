import { peerIdFromString } from '@libp2p/peer-id'
import { Key } from 'interface-datastore/key'
import { fromString } from 'uint8arrays/from-string'
import { toString } from 'uint8arrays/to-string'
import { asError } from '../errors/index.ts'
import { EPOCH_BYTES, MalformedRecordError, MAX_CLOCK_SKEW, MAX_LIFETIME } from './record/index.ts'
import type { KeptMark } from './roster/index.ts'
import type { Environment, Timer } from '../environment/index.ts'
import type { Logger, PeerId } from '@libp2p/interface'
import type { Datastore } from 'interface-datastore'

/** Where marks are in the datastore, whatever the prefix of the protocols is: the domain has it. */
const NAMESPACE = '/libp2p-invitation/presence'

/** First byte of every value. It rises when an older version could no longer read the rest. */
const VERSION = 1

/** Version, presence, when it was kept, sequence, epoch; bytes. */
const VALUE_BYTES: number = 1 + 1 + 8 + 8 + EPOCH_BYTES

/** How long marks wait for others to be written with them, milliseconds. A crash loses as many. */
const WRITE_DELAY = 1_000

/**
 * Marks older than this are of no use, milliseconds: by then every record that was accepted before has run out, whatever
 * the two clocks said.
 */
const MAX_AGE: number = MAX_LIFETIME + 2 * MAX_CLOCK_SKEW

/** A mark, and when it was kept, milliseconds since 1970. */
interface KeptSince {
  readonly mark: KeptMark
  readonly since: number
}

/**
 * Keeps the marks of a room in the node's datastore, so that a peer that was restarted takes no replays of what it had
 * heard before. Nothing here fails: where marks cannot be read or written, that is logged, and the room goes without.
 */
export class MarkStore {
  readonly #datastore: Datastore
  readonly #domain: string
  readonly #environment: Environment
  readonly #log: Logger
  /** What is to be written: the mark of each peer, or that it has none any more. */
  #changes = new Map<string, KeptMark | undefined>()
  #timer: Timer | undefined
  #writing: Promise<void> | undefined
  #hasStopped = false

  /** @param domain - the room's; rooms of another domain have marks of their own */
  constructor (datastore: Datastore, domain: string, environment: Environment, log: Logger) {
    this.#datastore = datastore
    this.#domain = domain
    this.#environment = environment
    this.#log = log
  }

  /** The marks that were kept, the latest last. Those that cannot be read, or are too old to be of use, are removed. */
  async load (): Promise<KeptMark[]> {
    const found: KeptSince[] = []
    const useless: Key[] = []

    try {
      const prefix = await this.#prefix()

      for await (const { key, value } of this.#datastore.query({ prefix })) {
        const one = this.#read(key.toString().slice(prefix.length), value)

        if (one == null) {
          useless.push(key)
        } else {
          found.push(one)
        }
      }

      for (const key of useless) {
        await this.#datastore.delete(key)
      }
    } catch (err) {
      this.#log.error('could not read how far others had come before - %e', asError(err))
    }

    return found.toSorted((a, b) => a.since - b.since).map(({ mark }) => mark)
  }

  /** Keeps the mark in place of the peer's last one, within a second. */
  note (mark: KeptMark): void {
    this.#change(mark.peer, mark)
  }

  /** Keeps no mark of the peer any more. */
  forget (peer: PeerId): void {
    this.#change(peer, undefined)
  }

  /** Resolves when all that was told until now is written. */
  async flush (): Promise<void> {
    while (this.#writing != null) {
      await this.#writing
    }

    this.#timer?.stop()
    this.#timer = undefined

    if (this.#changes.size > 0) {
      await this.#write()
    }
  }

  /** Writes what is left, and takes no more. */
  async stop (): Promise<void> {
    this.#hasStopped = true
    await this.flush()
  }

  #change (peer: PeerId, mark: KeptMark | undefined): void {
    if (!this.#hasStopped) {
      this.#changes.set(nameOf(peer), mark)
      this.#writeSoon()
    }
  }

  #writeSoon (): void {
    // what comes while a slow datastore writes waits until it has done so: one mark for each peer, at most
    if (this.#writing == null) {
      this.#timer ??= this.#environment.startTimer(WRITE_DELAY, () => {
        this.#timer = undefined
        void this.#write()
      })
    }
  }

  async #write (): Promise<void> {
    const changes = this.#changes

    this.#changes = new Map()
    this.#writing = this.#commit(changes)
    await this.#writing
    this.#writing = undefined

    if (this.#changes.size > 0) {
      this.#writeSoon()
    }
  }

  async #commit (changes: Map<string, KeptMark | undefined>): Promise<void> {
    try {
      const prefix = await this.#prefix()
      const batch = this.#datastore.batch()
      const date = this.#environment.date()

      for (const [name, mark] of changes) {
        const key = new Key(prefix + name)

        if (mark == null) {
          batch.delete(key)
        } else {
          batch.put(key, encodeMark(mark, date))
        }
      }

      await batch.commit()
    } catch (err) {
      this.#log.error('could not keep how far %d peers have come - %e', changes.size, asError(err))
    }
  }

  /**
   * Room names are of any length and with any characters in them, which keys that become the names of files cannot be.
   * On a page that is not secure this fails, and no marks are kept.
   */
  async #prefix (): Promise<string> {
    const hash = await crypto.subtle.digest('SHA-256', fromString(this.#domain))

    return `${NAMESPACE}/${toString(new Uint8Array(hash), 'base16')}/`
  }

  #read (name: string, value: Uint8Array): KeptSince | undefined {
    try {
      const found = decodeMark(name, value)

      return this.#environment.date() - found.since > MAX_AGE ? undefined : found
    } catch (err) {
      this.#log.error('could not read how far %s had come - %e', name, asError(err))
    }
  }
}

/** In lower case, since there are file systems that take capitals for the same. */
function nameOf (peer: PeerId): string {
  return peer.toCID().toString()
}

function encodeMark ({ epoch, sequence, present }: KeptMark, date: number): Uint8Array {
  const value = new Uint8Array(VALUE_BYTES)
  const view = new DataView(value.buffer)

  view.setUint8(0, VERSION)
  view.setUint8(1, present ? 1 : 0)
  view.setFloat64(2, date)
  view.setBigUint64(10, sequence)
  value.set(fromString(epoch, 'base16'), 18)

  return value
}

/** @throws {MalformedRecordError} not a mark, or one of another version */
function decodeMark (name: string, value: Uint8Array): KeptSince {
  if (value.byteLength !== VALUE_BYTES || value[0] !== VERSION) {
    throw new MalformedRecordError('not a mark of this version')
  }

  const view = new DataView(value.buffer, value.byteOffset, value.byteLength)

  return {
    since: view.getFloat64(2),
    mark: {
      peer: peerIdFromString(name),
      epoch: toString(value.subarray(18), 'base16'),
      sequence: view.getBigUint64(10),
      present: view.getUint8(1) === 1
    }
  }
}
