import { peerIdFromString } from '@libp2p/peer-id'
import { describe, expect, it } from 'vitest'
import { decodeGossip, encodeGossip } from '../../../src/presence/record/index.ts'

const PEER = peerIdFromString('12D3KooWEER9MrtE8TNgxTKgTQHQazqAWt7T4Fs1GnCCT5dEVrUy')

describe('a suspicion', () => {
  it.for([1n, 2n ** 31n - 1n, 2n ** 31n, 2n ** 32n - 1n, 2n ** 32n, 2n ** 64n - 2n])('reads as it was written, whatever sequence its suspect chose: %s', (sequence) => {
    const suspicion = { peer: PEER, epoch: '0000019b76daa8000123456789abcdef', sequence }

    expect(decodeGossip(encodeGossip({ suspicion }))).toEqual({ suspicion: { ...suspicion, peer: expect.toSatisfy(peer => PEER.equals(peer)) } })
  })
})
