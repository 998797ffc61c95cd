import { equals } from 'uint8arrays/equals'
import { checkTimes, readPeerRecord, readSignedRecord, RosterFullError, SupersededRecordError, WrongSubjectError } from '../record/index.ts'
import type { PresenceRecord, SignedRecord } from '../record/index.ts'
import type { CheckedRecord, HandedOn, Roster, Verdict } from '../roster/index.ts'
import type { Environment } from '../../environment/index.ts'
import type { PeerId } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'

/** Says what would become of a record, so that it is known before the dear checks are made. */
export interface RecordJudge {
  readonly roster: Pick<Roster, 'judge' | 'get' | 'peerRecord'>
  judgeHandedOn(record: Pick<CheckedRecord, 'peer' | 'epoch' | 'sequence' | 'status' | 'lifetime'>, handedOn: HandedOn): Verdict
}

/** Through here comes whatever others say of themselves. The checks are in order of what they cost. */
export class RecordGate {
  readonly #domain: string
  readonly #judge: RecordJudge
  readonly #environment: Environment

  /** @param domain - of the room's signatures */
  constructor (domain: string, judge: RecordJudge, environment: Environment) {
    this.#domain = domain
    this.#judge = judge
    this.#environment = environment
  }

  /**
   * A record that came by gossip. Only its subject may publish it, but for a goodbye: nobody can forge one, and who leaves
   * in haste leaves it to a neighbour.
   *
   * @param bytes - what came in
   * @param author - who published it, as gossipsub has verified
   * @throws {InvalidRecordError} no honest peer makes such a record
   * @throws {UnusableRecordError} it is of no use here
   */
  async check (bytes: Uint8Array, author: PeerId): Promise<CheckedRecord> {
    const signed = readSignedRecord(bytes)

    if (!signed.subject.equals(author) && signed.record.status !== 'leaving') {
      throw new WrongSubjectError('published by another peer than its subject')
    }

    return this.#check(bytes, signed, this.#judge.roster.judge({ ...signed.record, peer: signed.subject }))
  }

  /**
   * A record that a neighbour handed on, whoever it is about.
   *
   * @throws {InvalidRecordError} no honest peer makes such a record
   * @throws {UnusableRecordError} it is of no use here
   */
  async checkHandedOn (bytes: Uint8Array, handedOn: HandedOn): Promise<CheckedRecord> {
    const signed = readSignedRecord(bytes)

    return this.#check(bytes, signed, this.#judge.judgeHandedOn({ ...signed.record, peer: signed.subject }, handedOn))
  }

  async #check (bytes: Uint8Array, { subject, record, verify }: SignedRecord, verdict: Verdict): Promise<CheckedRecord> {
    if (verdict === 'superseded') {
      throw new SupersededRecordError('heard before, or older than what was heard')
    }

    if (verdict === 'full') {
      throw new RosterFullError('no room on the roster')
    }

    checkTimes(record, this.#environment.date())
    await verify(this.#domain)

    return { ...record, peer: subject, multiaddrs: await this.#multiaddrs(record, subject), signed: bytes }
  }

  /** A peer record that was checked when it came first is not checked again with every heartbeat. */
  async #multiaddrs ({ peerRecord }: PresenceRecord, peer: PeerId): Promise<readonly Multiaddr[]> {
    if (peerRecord == null) {
      return []
    }

    const known = this.#judge.roster.get(peer)
    const knownRecord = this.#judge.roster.peerRecord(peer)

    return known != null && knownRecord != null && equals(knownRecord, peerRecord)
      ? known.multiaddrs
      : readPeerRecord(peerRecord, peer)
  }
}
