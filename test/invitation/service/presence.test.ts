import { generateKeyPair } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { describe, expect, it } from 'vitest'
import { eventually } from './eventually.ts'
import { PresentNodes, sees } from './present-nodes.ts'
import type { PresentNode } from './present-nodes.ts'
import type { LocalInvitation, RemoteInvitation } from '../../../src/index.ts'

/** All that rings at a node from now on. */
function receivedBy ({ services }: PresentNode): RemoteInvitation[] {
  const received: RemoteInvitation[] = []

  services.invitation.addEventListener('invitation:received', ({ detail }) => { received.push(detail) })

  return received
}

/** Waits until its caller knows that it rings. */
async function rings (local: LocalInvitation): Promise<void> {
  await eventually(() => { expect(local.state).toBe('ringing') })
}

/** Two nodes that see each other, by way of a third that both are connected to: they have no connection of their own. */
async function twoApart (nodes: PresentNodes): Promise<[ada: PresentNode, ben: PresentNode]> {
  const [ada, ben, between] = await Promise.all([nodes.start(), nodes.start(), nodes.start()])

  await ada.dial(between.getMultiaddrs())
  await ben.dial(between.getMultiaddrs())
  await sees(ada, ben, 'online')

  return [ada, ben]
}

describe('an invitation to an absent peer, with presence', { timeout: 120_000 }, () => {
  it('goes out the moment that its presence appears, by peer id alone', async () => {
    await using nodes = new PresentNodes()
    const [ada, between] = await Promise.all([nodes.start(), nodes.start()])
    const privateKey = await generateKeyPair('Ed25519')
    const peer = peerIdFromPrivateKey(privateKey)
    const local = ada.services.invitation.createLocalInvitation(peer)

    await ada.dial(between.getMultiaddrs())
    void local.send()
    // behind the first try; the next would come when some time has passed
    await expect(ada.dial(peer)).rejects.toBeInstanceOf(Error)

    const ben = await nodes.start({ privateKey })
    const received = receivedBy(ben)

    await ben.dial(between.getMultiaddrs())
    await rings(local)

    expect(received.map(({ id }) => id)).toEqual([local.id])
    expect(ada.services.presence.get(peer)?.status).toBe('online')
  })

  it('goes out the moment that it comes back to where it was', async () => {
    await using nodes = new PresentNodes()
    const [ada, between] = await Promise.all([nodes.start(), nodes.start()])
    const privateKey = await generateKeyPair('Ed25519')
    const before = await nodes.start({ privateKey, address: '/memory/where-ben-lives' })

    await ada.dial(between.getMultiaddrs())
    await before.dial(between.getMultiaddrs())
    await sees(ada, before, 'online')
    await nodes.stop(before)
    await sees(ada, before, undefined)

    const local = ada.services.invitation.createLocalInvitation(before.peerId)

    void local.send()
    await expect(ada.dial(before.peerId)).rejects.toBeInstanceOf(Error)

    const ben = await nodes.start({ privateKey, address: '/memory/where-ben-lives' })
    const received = receivedBy(ben)

    await ben.dial(between.getMultiaddrs())
    await rings(local)

    expect(received.map(({ id }) => id)).toEqual([local.id])
  })
})

describe('an invitation to a peer whose presence says', { timeout: 120_000 }, () => {
  it('do-not-disturb goes out all the same, and is refused for that reason', async () => {
    await using nodes = new PresentNodes()
    const [ada, ben] = await twoApart(nodes)
    const received = receivedBy(ben)

    ben.services.presence.setStatus('do-not-disturb')
    await sees(ada, ben, 'do-not-disturb')

    const local = await ada.services.invitation.invite(ben.peerId)

    expect(await local.outcome).toMatchObject({ state: 'refused', reason: 'do-not-disturb', originator: 'remote' })
    expect(received).toEqual([])
  })

  it('busy rings, and goes on ringing when it says do-not-disturb', async () => {
    await using nodes = new PresentNodes()
    const [ada, ben] = await twoApart(nodes)
    const received = receivedBy(ben)

    ben.services.presence.setStatus('busy')
    await sees(ada, ben, 'busy')

    const local = await ada.services.invitation.invite(ben.peerId)

    await rings(local)
    ben.services.presence.setStatus('do-not-disturb')
    await sees(ada, ben, 'do-not-disturb')
    expect(local.state).toBe('ringing')

    await received[0]?.accept()
    expect(await local.outcome).toMatchObject({ state: 'accepted' })
  })

  it('online, and which has just set do-not-disturb, is refused by what it has set', async () => {
    await using nodes = new PresentNodes()
    const [ada, ben] = await twoApart(nodes)

    ben.services.presence.setStatus('do-not-disturb')
    expect(ada.services.presence.get(ben.peerId)?.status).toBe('online')

    const local = await ada.services.invitation.invite(ben.peerId)

    expect(await local.outcome).toMatchObject({ state: 'refused', reason: 'do-not-disturb' })
  })
})
