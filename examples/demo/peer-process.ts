/**
 * One of the four: a libp2p node with presence and invitations, whose user is the conductor. Started as
 * `node peer-process.ts <name> <address of another peer, or ''> <address to announce, or ''>` with an IPC channel.
 */
import { multiaddr } from '@multiformats/multiaddr'
import { createPeer } from './peer.ts'
import type { Order, Report } from './messages.ts'
import type { PeerId } from '@libp2p/interface'
import type { LocalInvitation, Payload, RemoteInvitation } from 'libp2p-invitation'
import type { PeerPresence } from 'libp2p-invitation/presence'

const [name = '', bootstrap = '', announce = ''] = process.argv.slice(2)
const node = await createPeer(name, announce === '' ? [] : [announce])
const { presence, invitation } = node.services

// who is who: a peer's name is the data that goes with its presence

const names = new Map<string, string>()

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

invitation.addEventListener('session:end', ({ detail: { reason, originator, invitation: { role, peer, id, channelId } } }) => {
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
      await callOn(order.channelId).endSession()
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
  const found = invitation.list().find(each => each.channelId === channelId && (each.end == null || each.session === 'open'))

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

node.addEventListener('connection:open', ({ detail: { id, remotePeer } }) => {
  open.add(id)
  report({ kind: 'connected', whom: nameOf(remotePeer) })
})

node.addEventListener('connection:close', ({ detail: { id, remotePeer } }) => {
  if (open.delete(id)) {
    report({ kind: 'disconnected', whom: nameOf(remotePeer) })
  }
})

node.addEventListener('transport:listening', ({ detail }) => {
  report({ kind: 'listening', addresses: detail.getAddrs().map(address => address.toString()) })
})

await node.start()

if (bootstrap !== '') {
  await node.dial(multiaddr(bootstrap))
}
