import { noise } from '@chainsafe/libp2p-noise'
import { gossipsub } from '@libp2p/gossipsub'
import { identify } from '@libp2p/identify'
import { memory } from '@libp2p/memory'
import { yamux } from '@libp2p/yamux'
import { createLibp2p } from 'libp2p'
import { afterEach, describe, expect, it } from 'vitest'
import { createExchange, encodeEntries } from '../../src/presence/exchange/index.ts'
import { gossipsubPreset } from '../../src/presence/index.ts'
import { createEpoch, encodeGossip, LAST_SEQUENCE, signRecord } from '../../src/presence/record/index.ts'
import { HandMovedEnvironment } from '../environment/hand-moved-environment.ts'
import { allSeeAll, eventually, roster, startNode } from './nodes.ts'
import { record, somebody, TOPIC } from './record/records.ts'
import type { Person } from './record/records.ts'
import type { Answer, Exchange, ExchangeComponents, PageEntry, Question } from '../../src/presence/exchange/index.ts'
import type { PresenceRecord } from '../../src/presence/record/index.ts'
import type { GossipSub } from '@libp2p/gossipsub'
import type { Libp2p } from '@libp2p/interface'

type Liar = Libp2p<{ pubsub: GossipSub, exchange: Exchange }>

const running: Liar[] = []
let memoryAddresses = 0

afterEach(async () => {
  await Promise.all(running.splice(0).map(async liar => liar.stop()))
})

/** A peer that takes part in gossip and answers whoever asks with whatever it likes. */
async function startLiar (answer: (question: Question) => Answer): Promise<Liar> {
  const liar = await createLibp2p({
    addresses: { listen: [`/memory/liar-${memoryAddresses++}`] },
    transports: [memory()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    connectionMonitor: { enabled: false },
    services: {
      identify: identify(),
      pubsub: gossipsub(gossipsubPreset()),
      exchange: (components: ExchangeComponents) => createExchange(components, {
        protocolPrefix: 'libp2p-invitation',
        desk: { answer: async (question) => answer(question), handedOver: () => {} }
      })
    }
  })

  running.push(liar)
  liar.services.pubsub.subscribe(TOPIC)

  return liar
}

/** An entry about somebody, of today, as good as it can be made. */
async function entry (person: Person, changes: Partial<PresenceRecord> = {}, { domain = TOPIC, ...handedOn }: Partial<PageEntry> & { domain?: string } = {}): Promise<PageEntry> {
  const fresh = { epoch: createEpoch(Date.now() - 1_000, new Uint8Array(8)), issued: Date.now(), lifetime: 150_000 }

  return { record: await signRecord(record({ ...fresh, ...changes }), domain, person.privateKey), age: 0, gone: false, ...handedOn }
}

function pageOf (...entries: PageEntry[]): Answer {
  return { entries: encodeEntries(entries) }
}

describe('a newcomer whose neighbour lies', { timeout: 120_000 }, () => {
  it.each<[string, (person: Person) => Promise<PageEntry>]>([
    ['is about somebody else than who signed it', async (person) => {
      const { record: forged, ...rest } = await entry(person)
      const other = await entry(await somebody())

      // the key of the one, the rest of the other
      return { ...rest, record: Uint8Array.of(...other.record.subarray(0, 40), ...forged.subarray(40)) }
    }],
    ['is of another room', async (person) => entry(person, {}, { domain: `${TOPIC}-2` })],
    ['was changed on its way', async (person) => {
      const { record: changed, ...rest } = await entry(person)

      changed[changed.length - 80]! ^= 1

      return { ...rest, record: changed }
    }],
    ['is from the future', async (person) => entry(person, { issued: Date.now() + 400_000 })],
    ['has run out, by its own date', async (person) => entry(person, { issued: Date.now() - 500_000 })],
    ['has run out, by the age that the neighbour gives', async (person) => entry(person, {}, { age: 150_000 })]
  ])('takes no record that %s, and asks others', async (_, makeEntry) => {
    const person = await somebody()
    const lie = await makeEntry(person)
    let lies = 0
    const liar = await startLiar(() => {
      lies++

      return pageOf(lie)
    })
    const newcomer = await startNode()
    const [honest, far] = [await startNode(), await startNode()]

    await far.dial(honest.getMultiaddrs())
    await allSeeAll([honest, far])
    await newcomer.dial(liar.getMultiaddrs())
    await eventually(() => { expect(lies).toBeGreaterThan(0) })
    await newcomer.dial(honest.getMultiaddrs())
    await eventually(() => { expect(roster(newcomer)).toEqual(roster(far).concat(far.peerId.toString()).filter(id => id !== newcomer.peerId.toString()).toSorted()) })
    expect(newcomer.services.presence.get(person.peer)).toBe(undefined)
  })

  it('does not let it take anybody off the roster who is there', async () => {
    const environment = new HandMovedEnvironment(1, Date.now())
    const [honest, newcomer] = [await startNode({ environment }), await startNode({ environment })]
    const departures: string[] = []
    let lies = 0

    newcomer.services.presence.addEventListener('peer:offline', ({ detail }) => { departures.push(detail.reason) })
    await newcomer.dial(honest.getMultiaddrs())
    await allSeeAll([honest, newcomer], environment)

    const captured: Uint8Array[] = []

    newcomer.services.pubsub.addEventListener('gossipsub:message', ({ detail: { msg } }: CustomEvent<{ msg: { data: Uint8Array } }>) => { captured.push(msg.data) })
    honest.services.presence.setStatus('busy')
    await eventually(() => {
      environment.advance(50)
      expect(newcomer.services.presence.get(honest.peerId)?.status).toBe('busy')
    })

    const liar = await startLiar(() => {
      lies++

      // the last word of the honest one, as if it were gone, and as old as can be
      return pageOf({ record: captured[0]!.subarray(3), age: 0, gone: true }, { record: captured[0]!.subarray(3), age: 86_400_000, gone: false })
    })

    await newcomer.dial(liar.getMultiaddrs())
    // it compares its roster with that of one or the other, by lot
    await eventually(() => {
      environment.advance(1_000)
      expect(lies).toBeGreaterThan(1)
    })
    honest.services.presence.setStatus('away')
    await eventually(() => {
      environment.advance(50)
      expect(newcomer.services.presence.get(honest.peerId)?.status).toBe('away')
    })
    expect(departures).toEqual([])
  })

  it('asks no longer than it brings something new', async () => {
    const person = await entry(await somebody())
    const questions: Array<bigint | undefined> = []
    const liar = await startLiar(({ before }) => {
      questions.push(before)

      return { ...pageOf(person) as { entries: Uint8Array }, next: (before ?? 1_000_000n) - 1n }
    })
    const newcomer = await startNode()

    await newcomer.dial(liar.getMultiaddrs())
    await eventually(() => { expect(questions.length).toBeGreaterThanOrEqual(5) })
    // the first page brought somebody, three more nothing; then it begins again, when it compares its roster
    expect(questions.slice(0, 5)).toEqual([undefined, 999_999n, 999_998n, 999_997n, undefined])
  })

  it('that brings back somebody who left is corrected by the next that knows better', async () => {
    const [honest, newcomer] = [await startNode(), await startNode()]
    const gone = await somebody()
    const epoch = createEpoch(Date.now() - 1_000, new Uint8Array(8))
    const ghost = await entry(gone, { epoch })
    const goodbye = await signRecord(record({ epoch, issued: Date.now(), lifetime: 150_000, status: 'leaving', sequence: LAST_SEQUENCE }), TOPIC, gone.privateKey)
    const liar = await startLiar(() => pageOf(ghost))

    await newcomer.dial(liar.getMultiaddrs())
    await eventually(() => { expect(roster(newcomer)).toEqual([gone.peer.toString()]) })

    // a neighbour may hand on a goodbye, as who leaves in haste has it do
    await honest.services.pubsub.publish(TOPIC, encodeGossip({ record: goodbye }))
    await newcomer.dial(honest.getMultiaddrs())
    await eventually(async () => {
      await honest.services.pubsub.publish(TOPIC, encodeGossip({ record: goodbye }))
      expect(roster(newcomer)).toEqual([honest.peerId.toString()])
    })
  })
})
