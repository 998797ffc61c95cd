import { defaultLogger } from '@libp2p/logger'
import { multiaddr } from '@multiformats/multiaddr'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { Announcer } from '../../src/presence/announcer.ts'
import { compareRecords, epochStart, LAST_SEQUENCE, MAX_PEER_RECORD_BYTES, readPeerRecord, readSignedRecord } from '../../src/presence/record/index.ts'
import { HandMovedEnvironment } from '../environment/hand-moved-environment.ts'
import { somebody, TODAY, TOPIC } from './record/records.ts'
import type { Person } from './record/records.ts'
import type { AnnouncerInit } from '../../src/presence/announcer.ts'
import type { PresenceRecord } from '../../src/presence/record/index.ts'

/** Milliseconds between heartbeats; there is no jitter while all lots are 0.5. */
const INTERVAL = 10_000

describe('an announcer', () => {
  let environment: HandMovedEnvironment
  let me: Person
  let said: PresenceRecord[]
  let signing: { now: number }
  let addresses: string[]
  let rosterSize: number
  let init: AnnouncerInit
  let announcer: Announcer

  beforeEach(async () => {
    environment = new HandMovedEnvironment(1, TODAY)
    drawLots(0.5)
    me = await somebody()
    said = []
    signing = { now: 0 }

    const sign = me.privateKey.sign.bind(me.privateKey)

    vi.spyOn(me.privateKey, 'sign').mockImplementation(async (data) => {
      signing.now++

      return Promise.resolve(sign(data)).finally(() => { signing.now-- })
    })
    addresses = ['/ip4/192.0.2.1/tcp/1']
    rosterSize = 3
    init = {
      peerId: me.peer,
      privateKey: me.privateKey,
      topic: TOPIC,
      heartbeatInterval: INTERVAL,
      lifetime: 30_000,
      environment,
      log: defaultLogger().forComponent('test'),
      addresses: () => addresses.map(address => multiaddr(address)),
      rosterSize: () => rosterSize,
      publish: async (bytes) => said.push(readSignedRecord(bytes).record)
    }
    announcer = new Announcer(init)
  })

  /** From now on every lot is this. */
  function drawLots (lot: number): void {
    vi.spyOn(environment, 'random').mockReturnValue(lot)
  }

  /** Lets time pass, and waits until all that is said in it has been signed, which takes turns but no time. */
  async function pass (ms: number): Promise<void> {
    environment.advance(ms)

    do {
      await new Promise(resolve => { setImmediate(resolve) })
    } while (signing.now > 0)

    said.sort(compareRecords)
  }

  /** When each record was made, milliseconds from the start. */
  function times (): number[] {
    return said.map(({ issued }) => issued - TODAY)
  }

  it('says itself when it starts, and then at every heartbeat', async () => {
    announcer.start()
    await pass(3 * INTERVAL)

    expect(times()).toEqual([0, INTERVAL, 2 * INTERVAL, 3 * INTERVAL])
    expect(said.map(({ sequence }) => sequence)).toEqual([1n, 2n, 3n, 4n])
    expect(said[0]).toMatchObject({ status: 'online', data: new Uint8Array(), lifetime: 30_000 })
    expect(epochStart(said[0]!.epoch)).toBe(TODAY)
    expect(await readPeerRecord(said[3]!.peerRecord!, me.peer)).toEqual([multiaddr('/ip4/192.0.2.1/tcp/1')])
  })

  it('draws lots for each heartbeat, up to a fifth sooner or later', async () => {
    drawLots(0)
    announcer.start()
    await pass(8_000)
    drawLots(0.75)
    await pass(8_000)
    await pass(11_000)

    expect(times()).toEqual([0, 8_000, 16_000, 27_000])
  })

  it('says a change at once, and all that changes in one turn in one record', async () => {
    announcer.start()
    await pass(1_000)
    announcer.status = 'away'
    announcer.data = Uint8Array.of(1)
    announcer.status = 'busy'
    await pass(0)

    expect(times()).toEqual([0, 1_000])
    expect(said[1]).toMatchObject({ status: 'busy', data: Uint8Array.of(1) })
  })

  it('has nothing to say of a change that is none', async () => {
    announcer.data = Uint8Array.of(1)
    announcer.start()
    await pass(1_000)
    announcer.status = 'online'
    announcer.data = Uint8Array.of(1)
    announcer.addressesMayHaveChanged()
    await pass(1_000)

    expect(times()).toEqual([0])
  })

  it('keeps 200 ms between records, however often it changes, and ends on the last change', async () => {
    announcer.start()
    await pass(1_000)

    for (let step = 0; step < 50; step++) {
      announcer.data = Uint8Array.of(step)
      await pass(10)
    }

    await pass(200)

    expect(times()).toEqual([0, 1_000, 1_200, 1_400, 1_600])
    expect(said.at(-1)?.data).toEqual(Uint8Array.of(49))
  })

  it('puts the next heartbeat off when it has said something', async () => {
    announcer.start()
    await pass(9_000)
    announcer.status = 'away'
    await pass(INTERVAL)

    expect(times()).toEqual([0, 9_000, 19_000])
  })

  it('says its new addresses at once, signed anew, and signs old ones once only', async () => {
    announcer.start()
    await pass(0)
    await pass(INTERVAL)
    addresses = ['/ip4/192.0.2.1/tcp/1', '/ip4/198.51.100.9/tcp/2']
    announcer.addressesMayHaveChanged()
    await pass(200)

    expect(times()).toEqual([0, INTERVAL, INTERVAL + 200])
    expect(said[1]?.peerRecord).toEqual(said[0]?.peerRecord)
    expect(await readPeerRecord(said[2]!.peerRecord!, me.peer)).toHaveLength(2)
  })

  it('says that it has no addresses any more', async () => {
    announcer.start()
    await pass(1_000)
    addresses = []
    announcer.addressesMayHaveChanged()
    await pass(0)

    expect(times()).toEqual([0, 1_000])
    expect(said[1]?.peerRecord).toBe(undefined)
  })

  it('announces as many addresses as a record holds', async () => {
    addresses = Array.from({ length: 200 }, (_, index) => `/ip4/192.0.2.${index}/tcp/4001/ws`)
    announcer.start()
    await pass(0)

    const peerRecord = said[0]!.peerRecord!
    const announced = await readPeerRecord(peerRecord, me.peer)

    expect(peerRecord.byteLength).toBeLessThanOrEqual(MAX_PEER_RECORD_BYTES)
    expect(peerRecord.byteLength).toBeGreaterThan(MAX_PEER_RECORD_BYTES - 50)
    expect(announced.map(String)).toEqual(addresses.slice(0, announced.length))
  })

  it('says itself again to a newcomer, once for all that come together', async () => {
    announcer.start()
    await pass(5_000)
    announcer.sayAgain()
    announcer.sayAgain()
    await pass(1_000)

    // 100 ms for the stream to stand, and half of 400 ms by lot
    expect(times()).toEqual([0, 5_300])
  })

  it('spends on newcomers, with all others together, ten records a second, however many come', async () => {
    rosterSize = 49
    announcer.start()
    await pass(0)

    for (let step = 0; step < 3_000; step++) {
      announcer.sayAgain()
      await pass(10)
    }

    // this one’s share of ten a second among fifty is one in five seconds
    expect(times()).toEqual([0, 5_000, 10_000, 15_000, 20_000, 25_000, 30_000])
  })

  it('says goodbye as the last of its run, and nothing after it', async () => {
    announcer.start()
    await pass(1_000)
    announcer.data = Uint8Array.of(1)
    await announcer.leave()
    announcer.status = 'busy'
    announcer.sayAgain()
    announcer.addressesMayHaveChanged()
    await pass(3 * INTERVAL)

    expect(times()).toEqual([0, 1_000])
    expect(said[1]).toMatchObject({ status: 'leaving', sequence: LAST_SEQUENCE, epoch: said[0]?.epoch, data: new Uint8Array() })
    expect(environment.pendingTimers).toBe(0)
  })

  it('begins a new run when it is started again, with the status that it had', async () => {
    announcer.start()
    announcer.status = 'busy'
    await pass(1_000)
    await announcer.leave()
    await pass(1_000)
    announcer.start()
    await pass(0)

    expect(said[2]).toMatchObject({ status: 'busy', sequence: 1n })
    expect(said[2]!.epoch > said[0]!.epoch).toBe(true)
  })

  it('goes on after a record could not be published', async () => {
    const refused = vi.spyOn(init, 'publish').mockRejectedValueOnce(new Error('no'))

    announcer.start()
    await pass(INTERVAL)

    expect(refused).toHaveBeenCalledTimes(2)
    expect(times()).toEqual([INTERVAL])
  })
})
