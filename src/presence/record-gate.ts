import { equals } from 'uint8arrays/equals'
import { checkTimes, readPeerRecord, readSignedRecord, RosterFullError, SupersededRecordError, WrongSubjectError } from './record/index.ts'
import type { CheckedRecord, Roster } from './roster/index.ts'
import type { Environment } from '../environment/index.ts'
import type { PeerId } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'

/** Through here comes whatever others say of themselves. The checks are in order of what they cost. */
export class RecordGate {
  readonly #topic: string
  readonly #roster: Roster
  readonly #environment: Environment

  constructor (topic: string, roster: Roster, environment: Environment) {
    this.#topic = topic
    this.#roster = roster
    this.#environment = environment
  }

  /**
   * @param bytes - what came in
   * @param author - who published it, as gossipsub has verified
   * @throws {InvalidRecordError} no honest peer makes such a record
   * @throws {UnusableRecordError} it is of no use here
   */
  async check (bytes: Uint8Array, author: PeerId): Promise<CheckedRecord> {
    const { subject, record, verify } = readSignedRecord(bytes)

    if (!subject.equals(author)) {
      throw new WrongSubjectError('published by another peer than its subject')
    }

    const verdict = this.#roster.judge(author, record)

    if (verdict === 'superseded') {
      throw new SupersededRecordError('heard before, or older than what was heard')
    }

    if (verdict === 'full') {
      throw new RosterFullError('no room on the roster')
    }

    checkTimes(record, this.#environment.date())
    await verify(this.#topic)

    return { ...record, peer: author, multiaddrs: await this.#multiaddrs(record.peerRecord, author) }
  }

  /** A peer record that was checked when it came first is not checked again with every heartbeat. */
  async #multiaddrs (peerRecord: Uint8Array | undefined, peer: PeerId): Promise<readonly Multiaddr[]> {
    if (peerRecord == null) {
      return []
    }

    const known = this.#roster.get(peer)
    const knownRecord = this.#roster.peerRecord(peer)

    return known != null && knownRecord != null && equals(knownRecord, peerRecord)
      ? known.multiaddrs
      : readPeerRecord(peerRecord, peer)
  }
}
