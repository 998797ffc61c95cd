/** A relay in a process of its own that is measured. Driven by `SoakProcess`. */
import { generateKeyPairFromSeed } from '@libp2p/crypto/keys'
import { createRelay } from 'libp2p-invitation/relay'
import { Chance } from '../processes/chance.ts'
import { obey } from '../processes/obedience.ts'
import { Meter } from './meter.ts'
import type { Relay } from 'libp2p-invitation/relay'
import type { Order } from '../processes/orders.ts'
import type { RelayOrders, Sample, SoakRelayInit } from './soak-messages.ts'

const meter = new Meter()

let relay: Relay | undefined

async function start ({ seed, port, peers }: SoakRelayInit): Promise<RelayOrders['start']['answers']> {
  relay = await createRelay({
    listen: [`/ip4/127.0.0.1/tcp/${port}/ws`],
    privateKey: await generateKeyPairFromSeed('Ed25519', new Chance(seed).bytes(32)),
    peers
  })

  return { address: String(relay.addresses[0]) }
}

/** (What streams it has is not to be seen from without; its listeners and sockets are.) */
async function sample (): Promise<Sample> {
  if (relay == null) {
    throw new Error('not started')
  }

  const { connections, reservations, relayed, rooms } = relay.status()
  const measured = await meter.sample([], { reservations, relayed, rooms })

  return { ...measured, counts: { ...measured.counts, connections } }
}

async function carryOut (message: Order<RelayOrders>): Promise<unknown> {
  switch (message.order) {
    case 'start': return await start(message.asks)
    case 'sample': return await sample()
  }
}

process.on('disconnect', () => { process.exit(1) })

obey(carryOut)
