import { defaultLogger } from '@libp2p/logger'
import { createLibp2p } from 'libp2p'
import { multiaddr } from '@multiformats/multiaddr'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { DialAddresses } from '../../../src/presence/room/dial-addresses.ts'
import { signPeerRecord } from '../../../src/presence/record/index.ts'
import { HandMovedEnvironment } from '../../environment/hand-moved-environment.ts'
import { somebody, TODAY } from '../record/records.ts'
import type { Person } from '../record/records.ts'
import type { PeerStore } from '@libp2p/interface'

const ONE = '/ip4/192.0.2.1/tcp/1/ws'
const TWO = '/ip4/192.0.2.2/tcp/2/ws'

/** The peer store goes by the clock on the wall. */
function anHourPasses (): void {
  vi.setSystemTime(Date.now() + 3_600_001)
}

describe('the addresses of those who are present', () => {
  let ann: Person
  let peerStore: PeerStore
  let addresses: DialAddresses
  let environment: HandMovedEnvironment

  beforeEach(async () => {
    ann = await somebody();
    ({ peerStore } = await createLibp2p({ start: false }))
    environment = new HandMovedEnvironment()
    addresses = new DialAddresses(peerStore, environment, defaultLogger().forComponent('test'))
    vi.useFakeTimers({ toFake: ['Date'] })
  })

  afterEach(() => { vi.useRealTimers() })

  async function signed (sequence: number, ...texts: string[]): Promise<Uint8Array> {
    return signPeerRecord(ann.peer, texts.map(text => multiaddr(text)), TODAY + sequence, ann.privateKey)
  }

  async function known (): Promise<string[]> {
    return (await peerStore.get(ann.peer)).addresses.map(address => `${address.multiaddr.toString()}${address.isCertified ? '' : ' uncertified'}`)
  }

  it('are what the newest record says', async () => {
    await addresses.write(ann.peer, await signed(1, ONE))
    expect(await known()).toEqual([ONE])

    await addresses.write(ann.peer, await signed(2, ONE, TWO))
    expect(await known()).toEqual([ONE, TWO])

    await addresses.write(ann.peer, await signed(1, ONE))
    expect(await known()).toEqual([ONE, TWO])
  })

  it('do not grow too old to be dialled, though the peer store lets them when they are merely said again', async () => {
    await addresses.write(ann.peer, await signed(1, ONE))
    anHourPasses()
    expect(await known()).toEqual([])

    await peerStore.consumePeerRecord(await signed(2, ONE))
    expect(await known()).toEqual([])

    await addresses.write(ann.peer, await signed(2, ONE))
    expect(await known()).toEqual([ONE])

    anHourPasses()
    await addresses.write(ann.peer, await signed(3, ONE))
    expect(await known()).toEqual([ONE])
  })

  it('are all that a peer announced, after it said of itself that fewer stand at the moment', async () => {
    await addresses.write(ann.peer, await signed(1, ONE, TWO))
    await peerStore.consumePeerRecord(await signed(2, ONE))
    expect(await known()).toEqual([ONE])

    await addresses.write(ann.peer, await signed(1, ONE, TWO))
    expect(await known()).toEqual([ONE, TWO])

    await addresses.write(ann.peer, await signed(3, ONE))
    expect(await known()).toEqual([ONE])
  })

  it('are gone with the last that was known of a peer', async () => {
    await addresses.write(ann.peer, await signed(1, ONE))
    await addresses.forget(ann.peer)
    await addresses.forget(ann.peer)

    expect(await peerStore.has(ann.peer)).toBe(false)
  })

  it.each([
    ['it was connected', { protocols: ['/ipfs/id/1.0.0'] }],
    ['the app marked it', { tags: { friend: { value: 1 } } }]
  ])('stay if %s', async (_, data) => {
    await addresses.write(ann.peer, await signed(1, ONE))
    await peerStore.merge(ann.peer, data)
    await addresses.forget(ann.peer)

    expect(await peerStore.has(ann.peer)).toBe(true)
  })

  it('are stored before anything is told of their peer, in order, and what is told of others does not wait', async () => {
    const told: string[] = []

    addresses.store(ann.peer, await signed(1, ONE))
    addresses.store(ann.peer, await signed(2, ONE, TWO))
    addresses.whenStored(ann.peer, () => { told.push('online') })
    addresses.whenStored(ann.peer, () => { told.push('update') })
    addresses.whenStored((await somebody()).peer, () => { told.push('another') })
    expect(told).toEqual(['another'])

    await vi.waitFor(() => { expect(told).toEqual(['another', 'online', 'update']) })
    expect(await known()).toEqual([ONE, TWO])
    addresses.whenStored(ann.peer, () => { told.push('at once') })
    expect(told.at(-1)).toBe('at once')
    expect(environment.pendingTimers).toBe(0)
  })

  it('keep nobody waiting for longer than a second, whatever the peer store does', async () => {
    const told: string[] = []

    vi.spyOn(peerStore, 'consumePeerRecord').mockReturnValue(new Promise(() => {}))
    addresses.store(ann.peer, await signed(1, ONE))
    addresses.whenStored(ann.peer, () => { told.push('online') })
    environment.advance(999)
    expect(told).toEqual([])
    environment.advance(1)
    expect(told).toEqual(['online'])
    addresses.whenStored(ann.peer, () => { told.push('update') })
    expect(told).toEqual(['online', 'update'])
  })

  it('that cannot be stored keep nobody waiting either', async () => {
    const told: string[] = []

    addresses.store(ann.peer, Uint8Array.of(1))
    addresses.whenStored(ann.peer, () => { told.push('online') })
    await vi.waitFor(() => { expect(told).toEqual(['online']) })
  })

  it('are no reason to tell anything after the end', async () => {
    const told: string[] = []

    addresses.store(ann.peer, await signed(1, ONE))
    addresses.whenStored(ann.peer, () => { told.push('online') })
    addresses.stop()
    expect(environment.pendingTimers).toBe(0)
    await vi.waitFor(async () => { expect(await known()).toEqual([ONE]) })
    expect(told).toEqual([])
  })
})
