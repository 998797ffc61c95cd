import { ChildPeer } from './child-peer.ts'
import { ChildRelay } from './child-relay.ts'
import { CutProxy } from './cut-proxy.ts'
import type { ChildPeerInit } from './child-peer.ts'

/** The four peers, and what stands between them. */
export interface Cast {
  readonly ada: ChildPeer
  readonly ben: ChildPeer
  readonly cleo: ChildPeer
  readonly dora: ChildPeer
  /** Cleo gives its address for her own. */
  readonly proxy: CutProxy
}

/** Two more peers, and the relays by way of which they can be reached. */
export interface RelayedCast {
  readonly ella: ChildPeer
  readonly finn: ChildPeer
  readonly relays: readonly ChildRelay[]
}

/** Starts two relays and two peers who know nothing else. */
export async function assembleBehindRelays (init: Pick<ChildPeerInit, 'signal' | 'onReport'>): Promise<RelayedCast> {
  const north = await ChildRelay.start('North', init.signal)
  const relays = [north, await ChildRelay.start('South', init.signal, north)]
  const known = relays.map(({ name, address }) => ({ name, address }))

  return { ella: new ChildPeer({ name: 'Ella', relays: known, ...init }), finn: new ChildPeer({ name: 'Finn', relays: known, ...init }), relays }
}

/** Starts the four processes. All that they are told is where Ada is. */
export async function assemble (init: Pick<ChildPeerInit, 'signal' | 'onReport'>): Promise<Cast> {
  const proxy = new CutProxy()
  const announce = `/ip4/127.0.0.1/tcp/${await proxy.listen()}/ws`
  const ada = new ChildPeer({ name: 'Ada', ...init })
  const bootstrap = await addressOf(ada)
  const ben = new ChildPeer({ name: 'Ben', bootstrap, ...init })
  const cleo = new ChildPeer({ name: 'Cleo', bootstrap, announce, ...init })
  const dora = new ChildPeer({ name: 'Dora', bootstrap, ...init })

  proxy.target = Number(/\/tcp\/(\d+)\//.exec(await addressOf(cleo))?.[1])

  return { ada, ben, cleo, dora, proxy }
}

async function addressOf (peer: ChildPeer): Promise<string> {
  const { addresses: [address] } = await peer.until('listening')

  if (address == null) {
    throw new Error(`${peer.name} listens nowhere`)
  }

  return address
}
