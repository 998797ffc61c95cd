import { noise } from '@chainsafe/libp2p-noise'
import { identify } from '@libp2p/identify'
import { webSockets } from '@libp2p/websockets'
import { yamux } from '@libp2p/yamux'
import { createLibp2p } from 'libp2p'
import { invitation } from 'libp2p-invitation'
import { setImmediate as turn } from 'node:timers/promises'
import type { Libp2p } from '@libp2p/interface'
import type { InvitationService } from 'libp2p-invitation'

export type BenchNode = Libp2p<{ invitation: InvitationService }>

/** A node as users have it, but for limits that would stop a benchmark. Its peer never invites it. */
export async function startNode (): Promise<BenchNode> {
  return await createLibp2p({
    addresses: { listen: ['/ip4/127.0.0.1/tcp/0/ws'] },
    transports: [webSockets()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    services: {
      identify: identify(),
      invitation: invitation({ policy: { glare: 'off' }, limits: { live: 100_000, livePerPeer: 100_000, invites: Infinity } })
    }
  })
}

/** Bytes on the heap that something still refers to. Node must run with `--expose-gc`. */
export async function heldBytes (): Promise<number> {
  for (let i = 0; i < 6; i++) {
    await turn()
    globalThis.gc?.()
  }

  const { heapUsed, arrayBuffers } = process.memoryUsage()

  return heapUsed + arrayBuffers
}
