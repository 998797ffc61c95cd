/** The process of strangers, who invite somebody as fast as they are told. Driven by `strangers.ts`. */
import { noise } from '@chainsafe/libp2p-noise'
import { identify } from '@libp2p/identify'
import { webSockets } from '@libp2p/websockets'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import { encodeFrames } from 'libp2p-invitation/wire'
import { randomBytes } from 'node:crypto'
import { obey } from '../processes/obedience.ts'
import { CONTENT } from './invitations.ts'
import type { Stream } from '@libp2p/interface'
import type { Order } from '../processes/orders.ts'
import type { StrangersOrders } from './strangers-messages.ts'

const PROTOCOL = '/libp2p-invitation/invitation/1.0.0'

/** How often some of them say something, milliseconds. */
const BEAT = 20

const streams: Stream[] = []
let tokens: ReadonlyArray<string | undefined> = []
let invites = 0
let bytesBack = 0
let beating: NodeJS.Timeout | undefined

async function startOne (address: string): Promise<void> {
  const node = await createLibp2p({
    transports: [webSockets()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    services: { identify: identify() }
  })
  const stream = await node.dialProtocol(multiaddr(address), PROTOCOL)

  stream.addEventListener('message', ({ data }) => { bytesBack += data.byteLength })
  streams.push(stream)
}

function flood (perSecond: number): void {
  const began = performance.now()

  beating = setInterval(() => {
    for (const due = (performance.now() - began) / 1_000 * perSecond; invites < due; invites++) {
      const stream = streams[invites % streams.length]
      const token = tokens[invites % tokens.length]

      if (stream?.writeStatus === 'writable') {
        stream.send(encodeFrames([{ kind: 'invite', id: randomBytes(16).toString('hex'), ringTime: 60_000, age: 0, content: CONTENT, ...(token != null && { token }) }]))
      }
    }
  }, BEAT)
}

async function carryOut ({ order, asks }: Order<StrangersOrders>): Promise<unknown> {
  switch (order) {
    case 'start':
      // one without a token, and one with each
      tokens = [undefined, ...asks.tokens]

      for (let i = 0; i < asks.strangers; i++) {
        await startOne(asks.address)
      }

      return undefined
    case 'flood':
      flood(asks.perSecond)
      return undefined
    case 'end':
      clearInterval(beating)
      return { invites, bytesBack, streamsEnded: streams.filter(({ status }) => status !== 'open').length }
  }
}

obey<StrangersOrders>(carryOut)
process.on('disconnect', () => { process.exit() })
