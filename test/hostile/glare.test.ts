import { generateKeyPair } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { compare } from 'uint8arrays/compare'
import { describe, expect, it } from 'vitest'
import { expectNothingLeft, startRawPeer, startVictim } from './nodes.ts'

const ID = 'b'.repeat(32)

/** Two keys; the peer id of the first is the lower. */
async function twoKeys () {
  const keys = await Promise.all([generateKeyPair('Ed25519'), generateKeyPair('Ed25519')])

  keys.sort((one, other) => compare(peerIdFromPrivateKey(one).toMultihash().bytes, peerIdFromPrivateKey(other).toMultihash().bytes))

  return keys
}

describe('the loser of a glare', () => {
  it('tells its user of the invitation that it takes, from the beginning', async () => {
    const [lower, higher] = await twoKeys()
    const victim = await startVictim({ privateKey: higher })
    const peer = await startRawPeer(victim, { privateKey: lower })
    const announced: string[] = []

    victim.service.addEventListener('invitation:state', ({ detail: { invitation, state } }) => { announced.push(`${invitation.role}: ${state}`) })

    const local = await victim.service.invite(peer.libp2p.peerId)

    await peer.inbox.hear('invite', local.id)

    const stream = await peer.takenStream()

    stream.say({ kind: 'invite', id: ID, ringTime: 60_000, age: 0, content: 'mine' })
    await peer.inbox.hear('accept', ID)

    expect(await local.outcome).toMatchObject({ state: 'canceled', reason: 'glare', kept: ID })
    expect(victim.received.map(({ id, content, state }) => ({ id, content, state }))).toEqual([{ id: ID, content: 'mine', state: 'accepting' }])
    expect(announced).toEqual(['caller: sending', 'caller: canceled', 'callee: received', 'callee: ringing', 'callee: accepting'])
    await expectNothingLeft(victim)
  })
})
