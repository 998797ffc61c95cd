import { createRelay } from '../../src/relay/index.ts'
import type { Relay } from '../../src/relay/index.ts'

/** A relay on a port of this machine. */
export async function startRelay (): Promise<Relay> {
  return await createRelay({ listen: ['/ip4/127.0.0.1/tcp/0/ws'] })
}
