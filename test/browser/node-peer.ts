/** A peer in Node, as an app there makes one, in the room of pages. Driven by `NodePeerProcess`; it ends with whoever started it. */
import { createPeer } from 'libp2p-invitation/peer'
import { obey } from '../processes/obedience.ts'
import type { RemoteInvitation, Session } from 'libp2p-invitation'
import type { Peer } from 'libp2p-invitation/peer'
import type { Order } from '../processes/orders.ts'
import type { NodePeerInit, NodePeerOrders, NodePeerSighting } from './node-peer-process.ts'

class NodePeer {
  readonly #peer: Peer
  #ringing: RemoteInvitation | undefined
  #session: Session | undefined

  private constructor (peer: Peer) {
    const { invitation } = peer.services

    this.#peer = peer
    invitation.addEventListener('invitation:received', ({ detail }) => {
      this.#ringing = detail
      tell({ saw: 'ring', note: String(detail.content) })
    })
    invitation.addEventListener('session:opened', ({ detail }) => { this.#talk(detail) })
    invitation.addEventListener('session:ended', ({ detail: { end: { reason, originator } } }) => { tell({ saw: 'end', reason, originator }) })
  }

  static async start ({ name, room, relay, listen }: NodePeerInit): Promise<NodePeer> {
    const peer = await createPeer({ relays: [relay], rooms: [room], listen, presence: { data: new TextEncoder().encode(name) } })

    await peer.services.reachability.untilReachable()

    return new NodePeer(peer)
  }

  get present (): string[] {
    return [...this.#names().keys()]
  }

  async ring ({ name, note }: NodePeerOrders['ring']['asks']): Promise<void> {
    const who = this.#names().get(name)

    if (who == null) {
      throw new Error(`${name} is not here`)
    }

    await this.#peer.services.invitation.invite(who, { content: note })
  }

  async accept (): Promise<void> {
    await this.#ringing?.accept()
  }

  async say (text: string): Promise<void> {
    await this.#session?.send(text)
  }

  async end (reason: NodePeerOrders['end']['asks']): Promise<void> {
    await this.#session?.end({ reason })
  }

  #names (): Map<string, Peer['peerId']> {
    return new Map(this.#peer.services.presence.list().map(({ peer, data }) => [new TextDecoder().decode(data), peer]))
  }

  #talk (session: Session): void {
    const isDirect = this.#peer.getConnections(session.peer).some(({ remoteAddr }) => !remoteAddr.toString().includes('/p2p-circuit'))

    this.#session = session
    session.addEventListener('message', ({ detail: { data } }) => { tell({ saw: 'message', text: String(data) }) })
    tell({ saw: 'session', way: isDirect ? 'direct' : 'relayed' })
  }
}

let peer: NodePeer | undefined

function started (): NodePeer {
  if (peer == null) {
    throw new Error('not started')
  }

  return peer
}

async function carryOut (message: Order<NodePeerOrders>): Promise<unknown> {
  switch (message.order) {
    case 'start':
      peer = await NodePeer.start(message.asks)
      return undefined
    case 'present': return started().present
    case 'ring': return await started().ring(message.asks)
    case 'accept': return await started().accept()
    case 'say': return await started().say(message.asks)
    case 'end': return await started().end(message.asks)
  }
}

const tell: (sighting: NodePeerSighting) => void = obey(carryOut)

process.on('disconnect', () => { process.exit() })
