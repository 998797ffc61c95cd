/** A relay in a process of its own, whose memory is nobody else's. Driven by `RelayProcess`. */
import { createRelay } from '../../src/relay/index.ts'
import { heldBytes } from '../hostile/heap.ts'
import type { RelayFigures } from './relay-process.ts'

const relay = await createRelay({ listen: ['/ip4/127.0.0.1/tcp/0/ws'] })
let mostMemory = 0

setInterval(() => { mostMemory = Math.max(mostMemory, process.memoryUsage.rss()) }, 50)

process.on('disconnect', () => { process.exit() })
process.on('message', () => { void report() })
process.send?.(relay.addresses.map(String))

async function report (): Promise<void> {
  const figures: RelayFigures = { held: await heldBytes(), mostMemory, status: relay.status() }

  process.send?.(figures)
}
