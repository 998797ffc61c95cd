/** A process with many peers in it, for the benchmark of presence. Driven by `PresenceProcess`. */
import { multiaddr } from '@multiformats/multiaddr'
import { gossipsubPreset, presence } from 'libp2p-invitation/presence'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { decodeGossip, readSignedRecord } from '../../dist/presence/record/index.js'
import { SwarmNode } from '../swarm/swarm-node.ts'
import { SocketMeter, StreamMeter } from './presence-meter.ts'
import type { FromHost, Measurement, Orders, Sighting, ToHost } from './presence-messages.ts'

/** Milliseconds for which sightings are collected before they are told: there are hundreds at once. */
const TELL_EVERY = 20

const sockets = new SocketMeter()
const streams = new StreamMeter()
const delays = monitorEventLoopDelay({ resolution: 10 })
const nodes = new Map<string, SwarmNode>()
let untold: Sighting[] = []
let heard = 0
let lifetime = 0

const obey: { readonly [Name in keyof Orders]: (asks: Orders[Name]['asks']) => Promise<Orders[Name]['answers']> } = {
  add: async ({ dial }) => {
    const node = await SwarmNode.start({ transport: 'websockets', gossipsub: gossipsubPreset(), presence: presence(), muxer: streams.muxer })
    const { id, libp2p } = node
    const connected = Promise.withResolvers<number>()

    nodes.set(id, node)
    watch(node)
    libp2p.addEventListener('connection:open', () => { connected.resolve(Date.now()) }, { once: true })
    await Promise.all(dial.map(async address => { await libp2p.dial(multiaddr(address)) }))

    return { id, address: libp2p.getMultiaddrs()[0]!.toString(), connectedAt: dial.length > 0 ? await connected.promise : Date.now() }
  },
  stop: async ({ id }) => {
    const node = nodes.get(id)!
    const at = Date.now()

    nodes.delete(id)
    await node.stop()

    return { at }
  },
  measure: async (): Promise<Measurement> => {
    const { user, system } = process.cpuUsage()
    const lateness = delays.percentile(99) / 1e6

    delays.reset()

    return {
      at: Date.now(),
      gossip: streams.received('/meshsub/'),
      exchange: streams.received('/presence/'),
      socketBytes: sockets.bytes,
      cpu: (user + system) / 1_000,
      heard,
      lifetime,
      lateness
    }
  }
}

function watch (node: SwarmNode): void {
  const by = node.id

  node.presence.addEventListener('peer:online', ({ detail: { peer } }) => {
    tell({ by, of: peer.toString(), at: Date.now() })
  })
  node.presence.addEventListener('peer:offline', ({ detail: { peer, reason } }) => {
    tell({ by, of: peer.toString(), reason, at: Date.now() })
  })
  node.libp2p.services.pubsub.addEventListener('message', ({ detail: { data } }) => {
    // one of them speaks for all
    if (nodes.keys().next().value !== by) {
      return
    }

    const gossip = decodeGossip(data)

    if ('record' in gossip) {
      heard++
      lifetime = readSignedRecord(gossip.record).record.lifetime
    }
  })
}

function tell (sighting: Sighting): void {
  if (untold.push(sighting) === 1) {
    setTimeout(() => {
      send({ sightings: untold })
      untold = []
    }, TELL_EVERY)
  }
}

function send (message: FromHost): void {
  process.send?.(message)
}

async function follow<Name extends keyof Orders> (order: Name, number: number, asks: Orders[Name]['asks']): Promise<void> {
  try {
    send({ number, answers: await obey[order](asks) })
  } catch (err) {
    send({ number, failed: String(err) })
  }
}

delays.enable()
process.on('message', ({ order, number, asks }: ToHost) => { void follow(order, number, asks) })
process.on('disconnect', () => { process.exit() })
