import { noise } from '@chainsafe/libp2p-noise'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { identify } from '@libp2p/identify'
import { memory } from '@libp2p/memory'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import { describe, expect, it, vi } from 'vitest'
import { eventually } from './eventually.ts'
import { startPeers } from './peers.ts'

describe('an invitation to a peer that is not there yet', () => {
  it('goes out the moment that an address is learned, without waiting', async () => {
    await using peers = await startPeers(2, { acquainted: false })
    const [ada, ben] = peers.all
    const local = ada.service.createLocalInvitation(ben.id)

    void local.send()
    // the delays have grown long by now
    await peers.pass(25_000)
    expect(local.state).toBe('sending')

    const before = ada.environment.now()

    await ada.learn(ben)
    await ben.receives()
    expect(ada.environment.now()).toBe(before)
    await eventually(() => { expect(local.state).toBe('ringing') })
  })

  it('goes out the moment that presence shows it, without waiting', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const local = ada.service.createLocalInvitation(ben.id)

    peers.part()
    void local.send()
    await peers.pass(25_000)
    peers.join()
    await peers.settle()
    expect(ben.received).toEqual([])

    const before = ada.environment.now()

    ada.presence.safeDispatchEvent('peer:online', { detail: { peer: ben.id } })
    await ben.receives()
    expect(ada.environment.now()).toBe(before)
  })

  it('goes out the moment that presence hears of it anew', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all

    peers.part()
    void ada.service.createLocalInvitation(ben.id).send()
    await peers.pass(25_000)
    peers.join()
    ada.presence.safeDispatchEvent('peer:update', { detail: { peer: ben.id } })

    expect(await ben.receives()).toMatchObject({ role: 'callee' })
  })

  it('goes out the moment that it connects by itself', async () => {
    await using peers = await startPeers(2, { acquainted: false })
    const [ada, ben] = peers.all

    void ada.service.createLocalInvitation(ben.id).send()
    await peers.pass(25_000)
    await ben.libp2p.dial(ada.libp2p.getMultiaddrs())

    expect(await ben.receives()).toMatchObject({ role: 'callee' })
  })

  it('does not go out for what else is learned of it', async () => {
    await using peers = await startPeers(2, { acquainted: false })
    const [ada, ben] = peers.all

    void ada.service.createLocalInvitation(ben.id).send()
    await ada.libp2p.peerStore.merge(ben.id, { multiaddrs: [multiaddr('/memory/nowhere')] })
    await peers.pass(25_000)

    // a dial begins with what is known of the peer
    const dialled = vi.spyOn(ada.libp2p.peerStore, 'get')
    const updated = vi.fn<() => void>()

    ada.libp2p.addEventListener('peer:update', updated)
    await ada.libp2p.peerStore.patch(ben.id, { protocols: ['/another/1.0.0'], metadata: { friend: Uint8Array.of(1) } })
    await peers.settle()
    expect(updated).toHaveBeenCalled()
    expect(dialled).not.toHaveBeenCalled()

    await ada.libp2p.peerStore.merge(ben.id, { multiaddrs: [multiaddr('/memory/nowhere-else')] })
    await eventually(() => { expect(dialled).toHaveBeenCalledOnce() })
  })

  it('waits in vain, and fails when the time is over', async () => {
    await using peers = await startPeers(2, { acquainted: false })
    const [ada] = peers.all
    const nobody = peerIdFromPrivateKey(await generateKeyPair('Ed25519'))
    const local = ada.service.createLocalInvitation(nobody, { deliveryTime: 5_000 })
    const sent = local.send()

    await peers.pass(5_000)
    await sent

    expect(local.end).toEqual({ state: 'failed', reason: 'peer-offline', originator: 'system' })
    expect(ada.service.list()).toEqual([])
  })

  it('that can be taken back before it is there never rings', async () => {
    await using peers = await startPeers(2, { acquainted: false })
    const [ada, ben] = peers.all
    const local = ada.service.createLocalInvitation(ben.id)

    void local.send()
    await peers.pass(10_000)
    await local.cancel()
    await peers.acquaint()
    await ada.libp2p.dial(ben.id)
    await peers.pass(10_000)

    expect(ben.received).toEqual([])
    expect(ada.streams).toEqual([])
  })
})

describe('an invitation to a peer that does not speak the protocol', () => {
  it('fails as soon as that is known', async () => {
    await using peers = await startPeers(2)
    const [ada] = peers.all
    const stranger = await createLibp2p({
      addresses: { listen: ['/memory/stranger'] },
      transports: [memory()],
      connectionEncrypters: [noise()],
      streamMuxers: [yamux()],
      services: { identify: identify() }
    })

    try {
      await ada.libp2p.peerStore.merge(stranger.peerId, { multiaddrs: stranger.getMultiaddrs() })

      const local = await ada.service.invite(stranger.peerId)

      expect(await local.outcome).toMatchObject({ state: 'failed', reason: 'unsupported', originator: 'remote' })
      expect(ada.environment.now()).toBe(0)
      expect(ada.service.list()).toEqual([])
    } finally {
      await stranger.stop()
    }
  })

  it('of the same name fails, too', async () => {
    await using peers = await startPeers(2)
    await using others = await startPeers(2, { protocolPrefix: 'another-app' })
    const [ada] = peers.all
    const [stranger] = others.all

    await ada.learn(stranger)

    expect(await (await ada.service.invite(stranger.id)).outcome).toMatchObject({ state: 'failed', reason: 'unsupported' })
    expect(stranger.received).toEqual([])
  })
})
