/** The process of one that strangers flood: it lets in contacts, and accepts what they invite it to. Driven by `strangers.ts`. */
import { noise } from '@chainsafe/libp2p-noise'
import { identify } from '@libp2p/identify'
import { webSockets } from '@libp2p/websockets'
import { yamux } from '@libp2p/yamux'
import { createLibp2p } from 'libp2p'
import { invitation } from 'libp2p-invitation'
import { connectionManagerPreset } from 'libp2p-invitation/reachability'
import { inviteTokens } from 'libp2p-invitation/tokens'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { obey } from '../processes/obedience.ts'
import { heldBytes } from './node.ts'
import type { Order } from '../processes/orders.ts'
import type { CalleeMeasure, CalleeOrders } from './strangers-messages.ts'

/** Nanoseconds of a millisecond: what the histogram counts in. */
const MILLISECOND = 1e6

const contacts = new Set<string>()
const rang: string[] = []
const delay = monitorEventLoopDelay({ resolution: 1 })
let heldBefore = 0
let began = { at: 0, cpu: 0 }

const node = await createLibp2p({
  addresses: { listen: ['/ip4/127.0.0.1/tcp/0/ws'] },
  transports: [webSockets()],
  connectionEncrypters: [noise()],
  streamMuxers: [yamux()],
  connectionManager: connectionManagerPreset(),
  services: { identify: identify(), invitation: invitation({ policy: 'contacts', contacts }), inviteTokens: inviteTokens() }
})
const { invitation: service, inviteTokens: tokens } = node.services

service.addEventListener('invitation:received', ({ detail }) => {
  rang.push(detail.peer.toString())
  void detail.accept()
})

/** Milliseconds of a processor that this process has used. */
function cpuTime (): number {
  const { user, system } = process.cpuUsage()

  return (user + system) / 1_000
}

async function measured (): Promise<CalleeMeasure> {
  delay.disable()

  const busy = (cpuTime() - began.cpu) / (performance.now() - began.at)

  return {
    busy,
    delay: { p50: delay.percentile(50) / MILLISECOND, p99: delay.percentile(99) / MILLISECOND, max: delay.max / MILLISECOND },
    heldBefore,
    heldAfter: await heldBytes(),
    rang: rang.splice(0),
    live: service.list().length
  }
}

async function carryOut ({ order, asks }: Order<CalleeOrders>): Promise<unknown> {
  switch (order) {
    case 'start': {
      const revoked = await tokens.create()

      asks.contacts.forEach(contact => { contacts.add(contact) })
      await tokens.revoke(revoked)

      return { address: String(node.getMultiaddrs()[0]), revoked }
    }
    case 'begin':
      heldBefore = await heldBytes()
      began = { at: performance.now(), cpu: cpuTime() }
      delay.reset()
      delay.enable()
      return undefined
    case 'measured':
      return await measured()
  }
}

obey<CalleeOrders>(carryOut)
process.on('disconnect', () => { process.exit() })
