import { acceptsAll } from './ringing.ts'
import type { createSwarm } from '../../src/swarm/index.ts'

/**
 * A run in which much happens at the same time: calls both ways, peers and a relay that crash, a partition.
 *
 * @param create - of the source, or of the built package
 * @returns what happened
 */
export async function eventfulRun (create: typeof createSwarm, seed: number, encryption: 'plaintext' | 'noise' = 'plaintext'): Promise<string> {
  await using swarm = await create({
    peers: ['ada', 'ben', { name: 'cleo', behind: ['rita', 'rolf'] }, { name: 'dora', behind: ['rita', 'rolf'] }],
    relays: ['rita', 'rolf'],
    rooms: ['team', { name: 'board', secret: 'correct horse battery staple' }],
    seed,
    encryption,
    prepare: acceptsAll
  })
  const { ada, ben, cleo, dora } = swarm.peers
  const { network, relays } = swarm

  await swarm.advance('3 s')
  // both at once: glare
  await swarm.run(Promise.all([ada.invitation.invite(cleo.peerId), cleo.invitation.invite(ada.peerId), ben.invitation.invite(dora.peerId)]))
  network.cut(ada)
  relays.rita.crash()
  await swarm.advance('2 s')
  network.partition(ada, ben)
  ben.skew(5_000)
  ben.hide()
  dora.crash()

  const unheard = cleo.invitation.createLocalInvitation(dora.peerId)
  const sending = unheard.send()

  await swarm.advance('3 s')
  await swarm.run(Promise.all([dora.restart({ memory: false }), relays.rita.restart()]))
  network.heal()
  await swarm.advance('10 s')
  await swarm.run(sending)
  await swarm.run(ben.stop())
  await swarm.advance('2 s')

  return swarm.trace
}
