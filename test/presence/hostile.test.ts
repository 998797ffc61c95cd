import { publicKeyToProtobuf } from '@libp2p/crypto/keys'
import { RPC } from '@libp2p/gossipsub/message'
import { lpStream } from '@libp2p/utils'
import { equals } from 'uint8arrays/equals'
import { describe, expect, it } from 'vitest'
import { gossipsubPreset } from '../../src/presence/index.ts'
import { createEpoch, encodeGossip, signRecord } from '../../src/presence/record/index.ts'
import { allSeeAll, eventually, roster, startNode, stopNode } from './nodes.ts'
import { addressesOf, record, somebody, TOPIC } from './record/records.ts'
import type { Node } from './nodes.ts'
import type { GossipsubMessage, Message, SignedMessage } from '@libp2p/gossipsub'
import type { PeerId, PrivateKey } from '@libp2p/interface'

/** gossipsub forgets what it has seen after a fifth of a second, and not after two minutes. */
const FORGETFUL = gossipsubPreset({ seenTTL: 200, heartbeatInterval: 100 })

/** What a node's validator makes of some messages from now on. */
function verdictsOf (node: Node, isMeant: (message: Message) => boolean): string[] {
  const { topicValidators } = node.services.pubsub
  const validate = topicValidators.get(TOPIC)!
  const verdicts: string[] = []

  topicValidators.set(TOPIC, async (source, message) => {
    const verdict = await validate(source, message)

    if (isMeant(message)) {
      verdicts.push(verdict)
    }

    return verdict
  })

  return verdicts
}

/** Every message that gets to a node's listeners from now on. */
function messagesOf (node: Node): SignedMessage[] {
  const messages: SignedMessage[] = []

  node.services.pubsub.addEventListener('gossipsub:message', ({ detail: { msg } }: CustomEvent<GossipsubMessage>) => {
    if (msg.type === 'signed') {
      messages.push(msg)
    }
  })

  return messages
}

/** Sends captured messages once more, byte for byte, past one's own gossipsub. */
async function replay (from: Node, to: Node, messages: SignedMessage[]): Promise<void> {
  const [connection] = from.getConnections(to.peerId)
  const stream = await connection!.newStream('/meshsub/1.1.0')

  await lpStream(stream).write(RPC.encode({
    subscriptions: [],
    messages: messages.map(({ from: author, topic, data, sequenceNumber, signature, key }) => {
      const seqno = new Uint8Array(8)

      new DataView(seqno.buffer).setBigUint64(0, sequenceNumber)

      return { from: author.toMultihash().bytes.slice(), data: data.slice(), seqno, topic, signature: signature.slice(), key: publicKeyToProtobuf(key).slice() }
    })
  }))
}

/** A victim with an attacker on one side and a friend on the other, who hears what the victim forwards. */
async function scene (): Promise<{ attacker: Node, victim: Node, friend: Node, keys: Record<'attacker' | 'victim', PrivateKey> }> {
  const keys = { attacker: (await somebody()).privateKey, victim: (await somebody()).privateKey }
  const attacker = await startNode({ gossipsub: FORGETFUL, privateKey: keys.attacker })
  const victim = await startNode({ gossipsub: FORGETFUL, privateKey: keys.victim })
  const friend = await startNode({ gossipsub: FORGETFUL })

  await attacker.dial(victim.getMultiaddrs())
  await friend.dial(victim.getMultiaddrs())
  await allSeeAll([attacker, victim, friend])

  return { attacker, victim, friend, keys }
}

function isBy (author: PeerId): (message: Message) => boolean {
  return message => message.type === 'signed' && message.from.equals(author)
}

describe('among hostile peers', { timeout: 120_000 }, () => {
  it('a replayed message never brings a peer back that stopped, nor is it forwarded', async () => {
    const { attacker, victim, friend } = await scene()
    const captured = messagesOf(attacker)
    const gone = await startNode()

    await gone.dial(victim.getMultiaddrs())
    await allSeeAll([attacker, victim, friend, gone])
    await stopNode(gone)
    await eventually(() => { expect(roster(friend)).not.toContain(gone.peerId.toString()) })

    const replayed = captured.filter(isBy(gone.peerId))
    const verdicts = verdictsOf(victim, isBy(gone.peerId))
    const forwarded = messagesOf(friend)

    // a record or more, and the goodbye
    expect(replayed.length).toBeGreaterThanOrEqual(2)

    // again and again, until gossipsub has forgotten every one of them and asks the validator
    await eventually(async () => {
      await replay(attacker, victim, replayed)
      expect(verdicts.length).toBeGreaterThanOrEqual(replayed.length * 2)
    })

    expect(new Set(verdicts)).toEqual(new Set(['ignore']))

    // what is forwarded after them has come
    victim.services.presence.setStatus('busy')
    await eventually(() => { expect(friend.services.presence.get(victim.peerId)?.status).toBe('busy') })
    expect(forwarded.filter(isBy(gone.peerId))).toEqual([])
    expect([roster(victim), roster(friend)].flat()).not.toContain(gone.peerId.toString())
  })

  it('whatever is published on the topic that is no record of its publisher goes no further', async () => {
    const { attacker, victim, friend, keys } = await scene()
    const someone = await somebody()
    const fresh = { epoch: createEpoch(Date.now() + 60_000, new Uint8Array(8)), issued: Date.now() }
    const rejected = [
      new Uint8Array(),
      crypto.getRandomValues(new Uint8Array(300)),
      new Uint8Array(100_000),
      // about somebody else
      encodeGossip({ record: await signRecord(record(fresh), TOPIC, someone.privateKey) }),
      // for another topic
      encodeGossip({ record: await signRecord(record(fresh), `${TOPIC}-2`, keys.attacker) }),
      // at somebody else’s addresses
      encodeGossip({ record: await signRecord(record({ ...fresh, peerRecord: await addressesOf(someone, '/ip4/192.0.2.1/tcp/1') }), TOPIC, keys.attacker) })
    ]
    const ignored = [
      // out of the future, and out of the past
      encodeGossip({ record: await signRecord(record({ ...fresh, epoch: createEpoch(Date.now() + 400_000, new Uint8Array(8)) }), TOPIC, keys.attacker) }),
      encodeGossip({ record: await signRecord(record({ ...fresh, issued: Date.now() - 400_000 }), TOPIC, keys.attacker) })
    ]
    const attacks = [...rejected, ...ignored]
    const isAttack = ({ data }: Message): boolean => attacks.some(attack => equals(attack, data))
    const verdicts = verdictsOf(victim, isAttack)
    const forwarded = messagesOf(friend)

    for (const attack of attacks) {
      await attacker.services.pubsub.publish(TOPIC, attack)
    }

    await eventually(() => { expect(verdicts).toHaveLength(attacks.length) })
    expect(verdicts.toSorted()).toEqual([...ignored.map(() => 'ignore'), ...rejected.map(() => 'reject')])
    expect(roster(victim)).toEqual([attacker, friend].map(({ peerId }) => peerId.toString()).toSorted())

    // honest records still pass, and they are all that has passed
    attacker.services.presence.setStatus('away')
    await eventually(() => { expect(friend.services.presence.get(attacker.peerId)?.status).toBe('away') })
    expect(forwarded.filter(isAttack)).toEqual([])
  })

  it('a flood of rubbish leaves the honest ones heard', async () => {
    const { attacker, victim, friend } = await scene()
    const verdicts = verdictsOf(victim, ({ data }) => data.byteLength === 200)

    for (let number = 0; number < 1_000; number++) {
      await attacker.services.pubsub.publish(TOPIC, crypto.getRandomValues(new Uint8Array(200)))
    }

    friend.services.presence.setStatus('busy')
    await eventually(() => {
      expect(verdicts).toEqual(Array.from({ length: 1_000 }, () => 'reject'))
      expect(victim.services.presence.get(friend.peerId)?.status).toBe('busy')
      expect(attacker.services.presence.get(friend.peerId)?.status).toBe('busy')
    })
  })

  it('a second node with the same key is not taken for a peer', async () => {
    const { attacker, victim, friend, keys } = await scene()
    const double = await startNode({ privateKey: keys.victim })
    const between = await startNode()
    const verdicts = verdictsOf(victim, isBy(double.peerId))

    await between.dial(attacker.getMultiaddrs())
    await double.dial(between.getMultiaddrs())
    await eventually(() => { expect(roster(double)).toEqual([attacker, between, friend].map(({ peerId }) => peerId.toString()).toSorted()) })
    await eventually(() => { expect(verdicts).not.toEqual([]) })
    expect(new Set(verdicts)).toEqual(new Set(['ignore']))
    expect(roster(victim)).toEqual([attacker, between, friend].map(({ peerId }) => peerId.toString()).toSorted())
  })
})
