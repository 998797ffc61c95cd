import { systemEnvironment } from 'libp2p-invitation/environment'
import type { Libp2p } from '@libp2p/interface'

/** Of streams that are opened, and left open. */
export const PLANTED_PROTOCOL = '/libp2p-invitation/soak/planted/1.0.0'

/** Longest that a planted timer runs, milliseconds: longer than any soak. */
const TIMER_TIME = 2 ** 31 - 1

/** Bytes that are kept for ever, each time. */
const KEPT_BYTES = 4_096

/** Far more streams than are left open: a limit would keep the leak small. */
const STREAMS = 1_000_000

/** What may be forgotten, on purpose, to see that it is noticed. */
export const PLANTED_LEAKS = ['listener', 'timer', 'stream', 'memory'] as const

export type PlantedLeak = typeof PLANTED_LEAKS[number]

/** Makes a node ready for a leak, and returns what forgets one thing each time that it is called. */
export async function plant (leak: PlantedLeak, node: Pick<Libp2p, 'addEventListener' | 'handle' | 'getConnections'>): Promise<() => Promise<void>> {
  const kept: Uint8Array[] = []

  if (leak === 'stream') {
    await node.handle(PLANTED_PROTOCOL, () => {}, { maxInboundStreams: STREAMS, runOnLimitedConnection: true })
  }

  return async () => {
    switch (leak) {
      case 'listener':
        node.addEventListener('peer:update', () => {})
        break
      case 'timer':
        systemEnvironment.startTimer(TIMER_TIME, () => {})
        break
      case 'stream':
        // one that fails is not left open
        await node.getConnections()[0]?.newStream(PLANTED_PROTOCOL, { maxOutboundStreams: STREAMS, runOnLimitedConnection: true }).catch(() => {})
        break
      case 'memory':
        kept.push(new Uint8Array(KEPT_BYTES))
    }
  }
}
