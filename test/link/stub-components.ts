import { generateKeyPair } from '@libp2p/crypto/keys'
import type { Connection, Libp2pEvents, Logger, MessageStreamEvents, PeerId, Stream, StreamHandler } from '@libp2p/interface'
import { defaultLogger } from '@libp2p/logger'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { streamPair } from '@libp2p/utils'
import { multiaddr } from '@multiformats/multiaddr'
import type { Multiaddr } from '@multiformats/multiaddr'
import { TypedEventEmitter } from 'main-event'
import { vi } from 'vitest'
import type { Mock } from 'vitest'
import type { LinkComponents } from '../../src/link/index.ts'

type OpenConnection = LinkComponents['connectionManager']['openConnection']

/** libp2p's parts, as far as links see them. */
export interface StubComponents extends LinkComponents {
  readonly events: TypedEventEmitter<Libp2pEvents>
  readonly connectionManager: { getConnections: () => Connection[], openConnection: Mock<OpenConnection> }
  /** What `getConnections` lists, for every peer. */
  readonly connections: Connection[]
  readonly handlers: Map<string, StreamHandler>
  /** What the peer store lists, for every peer. */
  readonly addresses: Multiaddr[]
}

export async function newPeerId (): Promise<PeerId> {
  return peerIdFromPrivateKey(await generateKeyPair('Ed25519'))
}

/** No peer can be reached, until the test says otherwise. */
export async function stubComponents (): Promise<StubComponents> {
  const handlers = new Map<string, StreamHandler>()
  const connections: Connection[] = []
  const addresses: Multiaddr[] = []

  return {
    peerId: await newPeerId(),
    logger: defaultLogger(),
    events: new TypedEventEmitter(),
    handlers,
    connections,
    addresses,
    peerStore: {
      get: async (id) => ({
        id,
        addresses: addresses.map(address => ({ multiaddr: address, isCertified: false })),
        protocols: [],
        metadata: new Map(),
        tags: new Map()
      })
    },
    registrar: {
      handle: async (protocol, handler) => { handlers.set(protocol, handler) },
      unhandle: async (protocol) => { handlers.delete(protocol) }
    },
    connectionManager: {
      getConnections: () => connections,
      openConnection: vi.fn<OpenConnection>(async () => { throw new Error('nobody there') })
    }
  }
}

/** A connection on which streams open at once. */
export class StubConnection extends TypedEventEmitter<Omit<MessageStreamEvents, 'drain' | 'message' | 'end'>> implements Connection {
  readonly id: string = 'stub'
  readonly remoteAddr: Multiaddr = multiaddr('/memory/stub')
  readonly remotePeer: PeerId
  readonly streams: Stream[] = []
  readonly direction: 'inbound' | 'outbound' = 'outbound'
  readonly direct: boolean = true
  readonly log: Logger = defaultLogger().forComponent('stub')
  status: Connection['status'] = 'open'
  timeline: Connection['timeline'] = { open: 0 }
  /** The peer's ends of the streams that were opened. */
  readonly remotes: Stream[] = []

  readonly newStream: Mock<Connection['newStream']> = vi.fn<Connection['newStream']>(async () => {
    const [stream, remote] = await streamPair()

    this.remotes.push(remote)

    return stream
  })

  readonly abort: Mock<Connection['abort']> = vi.fn<Connection['abort']>(() => { this.status = 'aborted' })

  constructor (remotePeer: PeerId) {
    super()
    this.remotePeer = remotePeer
  }

  async close (): Promise<void> {
    this.status = 'closed'
  }
}

export function stubConnection (remotePeer: PeerId, properties: Partial<Pick<Connection, 'status' | 'timeline' | 'limits' | 'direction' | 'multiplexer'>> = {}): StubConnection & Connection {
  return Object.assign(new StubConnection(remotePeer), properties)
}

/** An error as libp2p throws it, told by its name. */
export function named (name: string): Error {
  return Object.assign(new Error(name), { name })
}

/** What a dial over a black hole does: nothing, until it is told to stop. */
export async function never<T> (signal: AbortSignal | undefined): Promise<T> {
  return await new Promise((_, reject) => {
    signal?.addEventListener('abort', () => { reject(signal.reason) })
  })
}
