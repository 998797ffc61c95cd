import { PeerRecord, RecordEnvelope } from '@libp2p/peer-record'
import { multiaddr } from '@multiformats/multiaddr'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { OwnRecords } from '../../src/presence/own-records.ts'
import { compareRecords, epochStart, LAST_SEQUENCE, MAX_PEER_RECORD_BYTES, readPeerRecord, readSignedRecord } from '../../src/presence/record/index.ts'
import { Self } from '../../src/presence/self.ts'
import { HandMovedEnvironment } from '../environment/hand-moved-environment.ts'
import { somebody, TODAY, TOPIC } from './record/records.ts'
import type { Person } from './record/records.ts'
import type { OwnRecord } from '../../src/presence/own-records.ts'
import type { PresenceRecord } from '../../src/presence/record/index.ts'

const LIFETIME = 150_000

describe('a peer’s own records', () => {
  let environment: HandMovedEnvironment
  let me: Person
  let addresses: string[]
  let changed: ReturnType<typeof vi.fn<() => void>>
  let self: Self
  let records: OwnRecords

  beforeEach(async () => {
    environment = new HandMovedEnvironment(1, TODAY)
    me = await somebody()
    addresses = ['/ip4/192.0.2.1/tcp/1']
    changed = vi.fn<() => void>()
    self = new Self({ peerId: me.peer, privateKey: me.privateKey, environment, status: 'online', data: new Uint8Array(), changed, addresses: () => addresses.map(address => multiaddr(address)) })
    records = new OwnRecords(self, TOPIC, environment)
    records.begin()
  })

  async function read (own: OwnRecord | undefined): Promise<PresenceRecord> {
    const { subject, record, verify } = readSignedRecord(own!.signed)

    await verify(TOPIC)
    expect(subject.equals(me.peer)).toBe(true)

    return record
  }

  async function next (): Promise<PresenceRecord> {
    return read(await records.next(LIFETIME))
  }

  /** The number of its signed addresses, by which newer ones supersede older ones. */
  async function addressesSigned (): Promise<bigint> {
    const envelope = await RecordEnvelope.openAndCertify((await next()).peerRecord!, PeerRecord.DOMAIN)

    return PeerRecord.createFromProtobuf(envelope.payload).seqNumber
  }

  it('say what the peer is, when, for how long, and where it can be dialled', async () => {
    self.status = 'busy'
    self.data = Uint8Array.of(1, 2)

    const record = await next()

    expect(record).toMatchObject({ sequence: 1n, issued: TODAY, lifetime: LIFETIME, status: 'busy', data: Uint8Array.of(1, 2) })
    expect(epochStart(record.epoch)).toBe(TODAY)
    expect((await readPeerRecord(record.peerRecord!, me.peer)).map(String)).toEqual(addresses)
  })

  it('begin after what an earlier run said, though the clock was set back in between', async () => {
    const before = await next()
    const later = new OwnRecords(self, TOPIC, new HandMovedEnvironment(1, TODAY - 100_000))

    later.begin(before.epoch)

    expect(compareRecords(await read(await later.next(LIFETIME)), before)).toBeGreaterThan(0)
  })

  it('are one epoch, each later than the one before, and the goodbye later than all', async () => {
    const first = await next()
    const second = await next()
    const goodbye = await read(await records.goodbye())

    expect(first.epoch).toBe(second.epoch)
    expect(compareRecords(first, second)).toBeLessThan(0)
    expect(compareRecords(second, goodbye)).toBeLessThan(0)
    expect(goodbye).toMatchObject({ status: 'leaving', sequence: LAST_SEQUENCE, epoch: first.epoch, lifetime: LIFETIME })
    expect(goodbye.peerRecord).toBe(undefined)
  })

  it('are ended by the end of the epoch; a new one is later, though no time has passed or the clock went back', async () => {
    const epochs: string[] = []

    for (const startDate of [TODAY, TODAY, TODAY - 10_000]) {
      vi.spyOn(environment, 'date').mockReturnValue(startDate)
      records.begin()
      epochs.push((await next()).epoch)
      records.end()
      expect(await records.next(LIFETIME)).toBe(undefined)
      expect(await records.goodbye()).toBe(undefined)
    }

    expect(epochs).toEqual([...new Set(epochs)].toSorted())
    // the same run of the node, in all of them
    expect(new Set(epochs.map(epoch => epoch.slice(16))).size).toBe(1)
  })

  it('have another run in their epoch after the node was started again', async () => {
    const { epoch } = await next()

    self.beginRun()
    records.begin()

    expect((await next()).epoch.slice(16)).not.toBe(epoch.slice(16))
  })

  it('have no goodbye while nothing was said', async () => {
    expect(await records.goodbye()).toBe(undefined)
  })

  it('name the latest, also when two are signed at once', async () => {
    expect(records.latest).toBe(undefined)
    await Promise.all([records.next(LIFETIME), records.next(LIFETIME)])
    expect(records.latest?.sequence).toBe(2n)
    records.end()
    expect(records.latest).toBe(undefined)
  })

  it('have the addresses signed once, as long as they are the same', async () => {
    const sign = vi.spyOn(me.privateKey, 'sign')
    const [first, second] = [await next(), await next()]

    expect(first.peerRecord).toEqual(second.peerRecord)
    expect(sign).toHaveBeenCalledTimes(3)

    addresses = ['/ip4/192.0.2.2/tcp/2']
    expect((await readPeerRecord((await next()).peerRecord!, me.peer)).map(String)).toEqual(addresses)
  })

  it('have newer addresses supersede the ones before, though the clock was set back', async () => {
    const before = await addressesSigned()

    vi.spyOn(environment, 'date').mockReturnValue(TODAY - 100_000)
    addresses = ['/ip4/192.0.2.2/tcp/2']

    expect(await addressesSigned()).toBeGreaterThan(before)
  })

  it('have no peer record without addresses, and as many addresses as fit', async () => {
    addresses = []
    expect((await next()).peerRecord).toBe(undefined)

    addresses = Array.from({ length: 200 }, (_, number) => `/dns4/host-${number}.example.org/tcp/443/wss`)

    const { peerRecord } = await next()
    const announced = await readPeerRecord(peerRecord!, me.peer)

    expect(peerRecord!.byteLength).toBeLessThanOrEqual(MAX_PEER_RECORD_BYTES)
    expect(announced.length).toBeGreaterThan(20)
    expect(announced.map(String)).toEqual(addresses.slice(0, announced.length))
  })

  it('are wanted anew when status or data are others, and not when they are the same', async () => {
    await next()
    self.status = 'online'
    self.data = new Uint8Array()
    expect(changed).not.toHaveBeenCalled()

    self.status = 'away'
    self.data = Uint8Array.of(1)
    expect(changed).toHaveBeenCalledTimes(2)
  })

  it('tell how the addresses differ from those said last in this room', async () => {
    const [first, second] = ['/ip4/192.0.2.1/tcp/1', '/ip4/192.0.2.2/tcp/2'] as const

    expect(records.addressChange).toBe('all')
    await next()
    expect(records.addressChange).toBe('none')
    addresses = [first, second]
    expect(records.addressChange).toBe('more')
    await next()
    addresses = [second]
    expect(records.addressChange).toBe('fewer')
    addresses = [second, first]
    expect(records.addressChange).toBe('none')
    addresses = ['/ip4/192.0.2.3/tcp/3']
    expect(records.addressChange).toBe('all')
    addresses = []
    expect(records.addressChange).toBe('fewer')
    await next()
    expect(records.addressChange).toBe('none')
  })

  it('keep the data from being changed by its giver', async () => {
    const data = Uint8Array.of(1)

    self.data = data
    data[0] = 2
    expect((await next()).data).toEqual(Uint8Array.of(1))
  })
})
