import type { LocalInvitation, RemoteInvitation } from '../../src/index.ts'
import type { Swarm, SwarmPeer } from '../../src/swarm/index.ts'

/** Everything that rings at a peer from now on, until the peer is started anew. */
export function ringsAt (peer: SwarmPeer): RemoteInvitation[] {
  const rung: RemoteInvitation[] = []

  peer.invitation.addEventListener('invitation:received', ({ detail }) => { rung.push(detail) })

  return rung
}

/** From now on a peer accepts whatever rings there, until it is started anew. */
export function acceptsAll (peer: SwarmPeer): void {
  peer.invitation.addEventListener('invitation:received', async ({ detail }) => { await detail.accept() })
}

/** One peer invites another, which rings. */
export async function ring (swarm: Pick<Swarm, 'run' | 'until'>, caller: SwarmPeer, callee: SwarmPeer): Promise<{ local: LocalInvitation, remote: RemoteInvitation }> {
  const rung = ringsAt(callee)
  const local = await swarm.run(caller.invitation.invite(callee.peerId))

  await swarm.until(() => local.state === 'ringing')

  return { local, remote: rung[0]! }
}

/** Waits until the peers see each other in their rooms. */
export async function meet (swarm: Pick<Swarm, 'until'>, ...peers: readonly SwarmPeer[]): Promise<void> {
  await swarm.until(() => peers.every(({ presence }) => peers.filter(({ peerId }) => presence.get(peerId) != null).length === peers.length - 1), {
    what: 'all see all'
  })
}
