import { generateKeyPair } from '@libp2p/crypto/keys'
import { defaultLogger } from '@libp2p/logger'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { TypedEventEmitter } from 'main-event'
import { describe, expect, it } from 'vitest'
import { FORGET_INTERVAL, FORGET_TIME } from '../../src/relay/constants.ts'
import { DepartedPeers } from '../../src/relay/departed-peers.ts'
import { HandMovedEnvironment } from '../environment/hand-moved-environment.ts'
import type { Libp2pEvents, PeerId } from '@libp2p/interface'
import type { DepartedPeersComponents } from '../../src/relay/departed-peers.ts'

async function start () {
  const environment = new HandMovedEnvironment()
  const events = new TypedEventEmitter<Libp2pEvents>()
  const connected = new Set<string>()
  const deleted: string[] = []
  const components = {
    events,
    connectionManager: { getConnections: (peer: PeerId) => connected.has(peer.toString()) ? [{}] : [] },
    peerStore: { delete: async (peer: PeerId) => { deleted.push(peer.toString()) } },
    logger: defaultLogger()
  } as unknown as DepartedPeersComponents
  const departed = new DepartedPeers(components, environment)
  const peer = peerIdFromPrivateKey(await generateKeyPair('Ed25519'))

  departed.start()

  return { departed, environment, connected, deleted, peer, leave: () => { events.dispatchEvent(new CustomEvent('peer:disconnect', { detail: peer })) } }
}

describe('a peer that is gone', () => {
  it('is deleted from the peer store, once what was under way with it is over', async () => {
    const { environment, deleted, peer, leave } = await start()

    leave()
    environment.advance(FORGET_TIME - 1)
    expect(deleted).toEqual([])
    environment.advance(FORGET_INTERVAL)
    expect(deleted).toEqual([peer.toString()])
    environment.advance(FORGET_TIME)
    expect(deleted).toHaveLength(1)
  })

  it('is not if it is there again', async () => {
    const { environment, connected, deleted, peer, leave } = await start()

    leave()
    connected.add(peer.toString())
    environment.advance(2 * FORGET_TIME)
    expect(deleted).toEqual([])
  })

  it('is given its time from when it went last', async () => {
    const { environment, deleted, leave } = await start()

    leave()
    environment.advance(FORGET_TIME - 1)
    leave()
    environment.advance(FORGET_TIME - 1)
    expect(deleted).toEqual([])
    environment.advance(FORGET_INTERVAL)
    expect(deleted).toHaveLength(1)
  })

  it('is no reason for a timer once the relay stops', async () => {
    const { departed, environment, deleted, leave } = await start()

    leave()
    departed.stop()
    expect(environment.pendingTimers).toBe(0)
    environment.advance(2 * FORGET_TIME)
    expect(deleted).toEqual([])
  })
})
