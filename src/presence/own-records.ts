import { createEpoch, epochStart, LAST_SEQUENCE, signRecord } from './record/index.ts'
import type { PresenceRecord } from './record/index.ts'
import type { AddressChange } from './roster/index.ts'
import type { Self } from './self.ts'
import type { Environment } from '../environment/index.ts'

const NO_DATA = new Uint8Array()

/** One of this peer's own records, signed. */
export interface OwnRecord {
  readonly epoch: string
  readonly sequence: bigint
  readonly signed: Uint8Array
  /** When, in milliseconds that only rise. */
  readonly saidAt: number
}

/** Makes this peer's records in one room: one epoch from entering it to leaving it, and in it one after the other. */
export class OwnRecords {
  readonly #self: Self
  readonly #domain: string
  readonly #environment: Environment
  #epoch: string | undefined
  #lastEpoch = ''
  #sequence = 0n
  #lifetime = 0
  #latest: OwnRecord | undefined
  /** Those that were said last. */
  #addresses: readonly string[] = []

  constructor (self: Self, domain: string, environment: Environment) {
    this.#self = self
    this.#domain = domain
    this.#environment = environment
  }

  /** What this peer said last in the present epoch; undefined before it said anything. */
  get latest (): OwnRecord | undefined {
    return this.#latest
  }

  /** How this peer's addresses now differ from those that it said last. */
  get addressChange (): AddressChange {
    const addresses = this.#self.addresses.map(String)
    const standing = this.#addresses.filter(said => addresses.includes(said)).length

    if (standing === addresses.length) {
      return standing === this.#addresses.length ? 'none' : 'fewer'
    }

    return standing > 0 ? 'more' : 'all'
  }

  /** Names the present epoch; undefined outside of the room. */
  get epoch (): string | undefined {
    return this.#epoch
  }

  /**
   * Begins a new epoch, later than any before, and returns it.
   *
   * @param before - the last epoch of an earlier run of the node, if it is known
   */
  begin (before: string = ''): string {
    const last = before > this.#lastEpoch ? before : this.#lastEpoch
    const epoch = createEpoch(this.#date(), this.#self.run)

    // a room may be left and entered again within a millisecond, or after the clock was set back
    this.#epoch = epoch > last ? epoch : createEpoch(epochStart(last) + 1, this.#self.run)
    this.#lastEpoch = this.#epoch
    this.#sequence = 0n
    this.#latest = undefined
    this.#addresses = []

    return this.#epoch
  }

  /**
   * The next record, good for `lifetime` milliseconds.
   */
  async next (lifetime: number): Promise<OwnRecord | undefined> {
    const epoch = this.#epoch

    if (epoch == null) {
      return undefined
    }

    const sequence = ++this.#sequence
    const { status, data } = this.#self

    this.#lifetime = lifetime

    this.#addresses = this.#self.addresses.map(String)

    const issued = this.#date()
    const peerRecord = await this.#self.peerRecord()
    const own = await this.#sign({ epoch, sequence, issued, lifetime, status, data, ...(peerRecord == null ? {} : { peerRecord }) })

    if (this.#epoch === epoch && sequence > (this.#latest?.sequence ?? 0n)) {
      this.#latest = own
    }

    return own
  }

  /** The goodbye of the present epoch; undefined if nothing was said in it that could be taken back. */
  async goodbye (): Promise<OwnRecord | undefined> {
    return this.#epoch == null || this.#sequence === 0n
      ? undefined
      : this.#sign({ epoch: this.#epoch, sequence: LAST_SEQUENCE, issued: this.#date(), lifetime: this.#lifetime, status: 'leaving', data: NO_DATA })
  }

  /** Ends the epoch. */
  end (): void {
    this.#epoch = undefined
    this.#latest = undefined
  }

  async #sign (record: PresenceRecord): Promise<OwnRecord> {
    return { epoch: record.epoch, sequence: record.sequence, signed: await signRecord(record, this.#domain, this.#self.privateKey), saidAt: this.#environment.now() }
  }

  /** Whole milliseconds, as the wire has them. */
  #date (): number {
    return Math.floor(this.#environment.date())
  }
}
