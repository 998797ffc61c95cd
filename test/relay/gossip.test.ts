import { generateKeyPair } from '@libp2p/crypto/keys'
import { describe, expect, it } from 'vitest'
import { eventually, inWaves, patientEnvironment, startGossipClient, startRelay } from './nodes.ts'
import type { GossipClient } from './nodes.ts'

const PEERS = 200
const AUTHORS = 6

/** A room with a secret: what is said there only has to look sealed to a relay. */
const TOPIC = `/libp2p-invitation/presence/1.0.0/s/${'0f'.repeat(32)}`
const MESSAGE_BYTES = 300

/** Whom each peer has heard, by the first byte of what was said. */
function listen (clients: readonly GossipClient[]): Array<Set<number>> {
  return clients.map(({ services: { pubsub } }) => {
    const heard = new Set<number>()

    pubsub.addEventListener('message', ({ detail }) => { heard.add(detail.data[0]!) })
    pubsub.subscribe(TOPIC)

    return heard
  })
}

async function say (client: GossipClient, name: number): Promise<void> {
  await client.services.pubsub.publish(TOPIC, new Uint8Array(MESSAGE_BYTES).fill(name))
}

describe('the gossip of a relay’s clients', { timeout: 300_000 }, () => {
  it(`reaches all others, ${PEERS} on one address that know nobody but the relay`, async () => {
    const relay = await startRelay({}, patientEnvironment)
    const clients = await Promise.all(Array.from({ length: PEERS }, async () => await startGossipClient()))
    const heard = listen(clients)
    const authors = Array.from({ length: AUTHORS }, (_, index) => index * Math.floor(PEERS / AUTHORS))

    await inWaves(PEERS, 4, async index => { await clients[index]!.dial(relay.addresses[0]!) })
    await eventually(() => {
      expect(relay.status()).toMatchObject({ peers: PEERS, rooms: 1 })
      expect(clients.filter(({ services: { pubsub } }) => pubsub.getSubscribers(TOPIC).length === 1)).toHaveLength(PEERS)
    })

    for (const author of authors) {
      await say(clients[author]!, author)
    }

    await eventually(() => {
      heard.forEach((names, index) => {
        expect([...names].toSorted((a, b) => a - b)).toEqual(authors.filter(author => author !== index))
      })
    })
  })

  it('passes from relay to relay, also after one of them was away', async () => {
    const privateKey = await generateKeyPair('Ed25519')
    const first = await startRelay({ privateKey })
    const [address] = first.addresses
    const second = await startRelay({ peers: [address!.toString()] })
    const clients = [await startGossipClient(), await startGossipClient()] as const
    const heard = listen(clients)

    await eventually(() => { expect(second.status().relays).toEqual({ connected: 1, known: 1 }) })
    await first.stop()
    await eventually(() => { expect(second.status().relays).toEqual({ connected: 0, known: 1 }) })
    await startRelay({ privateKey, listen: [address!.decapsulate('/p2p/').toString()] })
    await eventually(() => { expect(second.status().relays).toEqual({ connected: 1, known: 1 }) })

    await clients[0].dial(address!)
    await clients[1].dial(second.addresses[0]!)
    await eventually(async () => {
      await say(clients[0], 1)
      expect(heard[1]).toEqual(new Set([1]))
    })
  })
})
