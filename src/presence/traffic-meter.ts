import { isGossip } from './room/index.ts'
import type { GossipsubMessage, GossipSub, Message } from '@libp2p/gossipsub'
import type { PeerId, Stream, StreamMessageEvent } from '@libp2p/interface'
import type { ConnectionManager } from '@libp2p/interface-internal'

/** How many of the latest messages count: each older one counts this share less than the one after it. */
const WINDOW = 100

/** With fewer messages of a room there is no telling yet. */
const MIN_MESSAGES = 8

/**
 * Bytes of a gossip message beside its data and the name of its topic: author, number, signature and key of an Ed25519
 * peer, their tags and lengths (gossipsub's rpc.proto).
 */
const MESSAGE_OVERHEAD = 164

/**
 * Bytes on the connection beside each chunk on a stream. A frame of yamux has a header of 12, and noise makes one message
 * of a frame, with 2 of length and a tag of 16 (specifications of both). That twice, since libp2p's yamux (8.0.3) answers
 * each chunk with a frame that opens the window again, and about as many chunks go out as come in: with once, the
 * measured cost was 5 % below what came in (10 to 40 peers, memory and websockets); with twice, it is within 6 % at each peer.
 */
const CHUNK_OVERHEAD = 60

/**
 * Most bytes that may be received for each byte of news. A mesh sends a message at most 12 times (gossipsub's Dhi), and
 * tells of it now and then; a neighbour that sends more shall not make everybody fall silent to save bytes.
 */
const MAX_REDUNDANCY = 16

/** What the meter uses of libp2p. */
export interface TrafficMeterComponents {
  peerId: PeerId
  connectionManager: Pick<ConnectionManager, 'getConnections'>
  pubsub: Pick<GossipSub, 'addEventListener'>
}

interface RoomTraffic {
  /** How many messages, up to the window. */
  messages: number
  /** Mean size of a message, bytes. */
  size: number
}

/**
 * Measures what a message of a room costs this peer in bytes that it receives: the message itself, its duplicates from
 * other neighbours, and all that gossipsub says besides, as much of it as is the room's share.
 */
export class TrafficMeter {
  readonly #components: TrafficMeterComponents
  readonly #rooms = new Map<string, RoomTraffic>()
  /** Messages that `heard` was told of: gossipsub tells of those that are accepted once more. */
  readonly #heard = new WeakSet<Message>()
  readonly #streams = new Set<Stream>()
  /** Bytes since the last message. */
  #received = 0
  /** Bytes received, and bytes of messages that were new, over the window. */
  #all = 0
  #news = 0

  constructor (components: TrafficMeterComponents) {
    this.#components = components
  }

  /** Measures until the signal aborts, and then forgets. */
  start (signal: AbortSignal): void {
    this.#components.pubsub.addEventListener('gossipsub:message', this.#heardByApp, { signal })
    signal.addEventListener('abort', () => {
      for (const stream of this.#streams) {
        this.#stopCounting(stream)
      }

      this.#rooms.clear()
      this.#received = 0
      this.#all = 0
      this.#news = 0
    }, { once: true })
  }

  /**
   * To be called once for each message of a room, by the room's topic validator: what gossipsub asks it about has not
   * been here before.
   */
  heard (room: string, message: Message): void {
    const traffic = this.#rooms.get(room) ?? { messages: 0, size: 0 }

    traffic.messages = Math.min(traffic.messages + 1, WINDOW)
    traffic.size += (sizeOf(message) - traffic.size) / traffic.messages
    this.#rooms.set(room, traffic)
    this.#heard.add(message)
    this.#take(message)
    this.#countAll()
  }

  /** Bytes that a message of the room costs; undefined while too few were heard. */
  costOf (room: string): number | undefined {
    const { messages = 0, size = 0 } = this.#rooms.get(room) ?? {}

    return messages < MIN_MESSAGES ? undefined : size * Math.min(Math.max(this.#all / this.#news, 1), MAX_REDUNDANCY)
  }

  /** Forgets a room that was left. */
  forget (room: string): void {
    this.#rooms.delete(room)
  }

  /** Messages of the app's own topics are news as well. */
  readonly #heardByApp = ({ detail: { msg, propagationSource } }: CustomEvent<GossipsubMessage>): void => {
    // gossipsub may be told to tell of one's own messages, too; those were not received
    if (!this.#heard.has(msg) && !propagationSource.equals(this.#components.peerId)) {
      this.#take(msg)
    }
  }

  #take (message: Message): void {
    this.#news += sizeOf(message) - this.#news / WINDOW
    this.#all += this.#received - this.#all / WINDOW
    this.#received = 0
  }

  /**
   * Sees to it that all gossip is counted that comes in. A stream hands its bytes to whoever listens when they come, and
   * keeps them while nobody does: so only one that gossipsub reads already may be listened to.
   */
  #countAll (): void {
    for (const { streams } of this.#components.connectionManager.getConnections()) {
      for (const stream of streams) {
        if (stream.direction === 'inbound' && isGossip(stream.protocol) && !this.#streams.has(stream) && stream.listenerCount('message') > 0) {
          this.#count(stream)
        }
      }
    }
  }

  #count (stream: Stream): void {
    this.#streams.add(stream)
    stream.addEventListener('message', this.#add)
    stream.addEventListener('close', () => { this.#stopCounting(stream) }, { once: true })
  }

  #stopCounting (stream: Stream): void {
    this.#streams.delete(stream)
    stream.removeEventListener('message', this.#add)
  }

  readonly #add = ({ data }: StreamMessageEvent): void => {
    this.#received += data.byteLength + CHUNK_OVERHEAD
  }
}

function sizeOf ({ data, topic }: Message): number {
  return data.byteLength + topic.length + MESSAGE_OVERHEAD
}
