/**
 * One of the peers: a libp2p node with presence and invitations, whose user is the conductor. Started as
 * `node peer-process.ts <PeerInit as JSON>` with an IPC channel.
 */
import { multiaddr } from '@multiformats/multiaddr'
import { createPeer } from './peer.ts'
import type { Order, PeerInit, Report } from './messages.ts'
import type { Connection, PeerId } from '@libp2p/interface'
import type { LocalInvitation, Payload, RemoteInvitation } from 'libp2p-invitation'
import type { PeerPresence } from 'libp2p-invitation/presence'

// only child-peer.ts starts it
const init = JSON.parse(process.argv[2] ?? '{}') as PeerInit
const { name, bootstrap, relays = [] } = init
const node = await createPeer(init)
const { presence, reachability, invitation } = node.services

// who is who: a peer's name is the data that goes with its presence

const names = new Map(relays.map(({ name: relay, address }) => [address.split('/p2p/')[1]!, relay]))

presence.addEventListener('peer:online', ({ detail }) => { meet(detail) })
presence.addEventListener('peer:update', ({ detail: { peer, status } }) => {
  report({ kind: 'status', whom: nameOf(peer), status })
})
presence.addEventListener('peer:offline', ({ detail }) => {
  report({ kind: 'offline', whom: nameOf(detail.peer), reason: detail.reason })
})

function meet ({ peer, data }: PeerPresence): void {
  const whom = new TextDecoder().decode(data)

  names.set(peer.toString(), whom)
  report({ kind: 'online', whom })
}

function nameOf (peerId: PeerId): string {
  return names.get(peerId.toString()) ?? `…${peerId.toString().slice(-4)}`
}

function idOf (whom: string): string {
  return [...names].find(([, known]) => known === whom)?.[0] ?? whom
}

// what the user sees

invitation.addEventListener('invitation:state', ({ detail }) => {
  const { state, end, response, text, invitation: { role, peer, id, channelId, content } } = detail

  report({
    kind: 'state',
    role,
    whom: nameOf(peer),
    id,
    channelId,
    state,
    reason: end?.reason,
    originator: end?.originator,
    words: role === 'caller' ? text ?? textOf(response) : state === 'received' ? textOf(content) : undefined
  })
})

invitation.addEventListener('session:ended', ({ detail: { end: { reason, originator }, session: { role, peer, id, channelId } } }) => {
  report({ kind: 'session-end', role, whom: nameOf(peer), id, channelId, reason, originator })
})

invitation.addEventListener('invitation:missed', ({ detail: { invitation: { peer, channelId } } }) => {
  report({ kind: 'missed', whom: nameOf(peer), channelId })
})

function textOf (payload: Payload | undefined): string | undefined {
  return typeof payload === 'string' ? payload : undefined
}

// what the user does

async function obey (order: Order): Promise<void> {
  switch (order.do) {
    case 'invite':
      await invitation.invite(idOf(order.whom), order.options)
      break
    case 'accept':
      await callOn(order.channelId).accept(order.options)
      break
    case 'refuse':
      await callOn(order.channelId).refuse(order.options)
      break
    case 'cancel':
      await callOn(order.channelId).cancel()
      break
    case 'endSession':
      await callOn(order.channelId).session?.end()
      break
    case 'setStatus':
      presence.setStatus(order.status)
      break
    case 'stop':
      await node.stop()
      // nothing holds this process any more, so it ends by itself
      process.off('disconnect', leave)
      process.disconnect()
      break
  }
}

function callOn (channelId: string): LocalInvitation | RemoteInvitation {
  const found = invitation.list().find(each => each.channelId === channelId && (each.end == null || each.session?.isOpen === true))

  if (found == null) {
    throw new Error(`${name} knows of no call on ${channelId}`)
  }

  return found
}

// between this process and the conductor; a rejection ends the process, and the conductor sees that

function report (what: Report): void {
  if (process.connected) {
    process.send?.(what)
  }
}

/** Nothing is left to do once the conductor is gone, whatever became of it. */
const leave = (): void => { process.exit() }

process.on('message', order => void obey(order as Order))
process.on('disconnect', leave)

/** libp2p 3.3.11 tells of some closed connections twice. */
const open = new Set<string>()

node.addEventListener('connection:open', ({ detail }) => {
  open.add(detail.id)
  report({ kind: 'connected', whom: nameOf(detail.remotePeer), via: relayOf(detail) })
})

node.addEventListener('connection:close', ({ detail: { id, remotePeer } }) => {
  if (open.delete(id)) {
    report({ kind: 'disconnected', whom: nameOf(remotePeer) })
  }
})

/** The name of the relay that a connection goes by, if it does. */
function relayOf ({ remoteAddr }: Connection): string | undefined {
  const [relay, peer] = remoteAddr.toString().split('/p2p-circuit')

  return peer == null ? undefined : relays.find(({ address }) => relay?.endsWith(address.split('/p2p/')[1]!) === true)?.name
}

reachability.addEventListener('relay:held', ({ detail: { relay } }) => { report({ kind: 'held', relay: nameOf(relay) }) })
reachability.addEventListener('relay:lost', ({ detail: { relay } }) => { report({ kind: 'lost', relay: nameOf(relay) }) })

node.addEventListener('transport:listening', ({ detail }) => {
  if (relays.length === 0) {
    report({ kind: 'listening', addresses: detail.getAddrs().map(address => address.toString()) })
  }
})

await node.start()

if (bootstrap != null) {
  await node.dial(multiaddr(bootstrap))
}
