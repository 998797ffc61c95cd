import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { encodeFrames } from '../../src/wire/index.ts'
import { heldBytes, megabytes } from './heap.ts'
import { expectNothingLeft, expectUnharmed, startHonestPeer, startRawPeer, startVictim } from './nodes.ts'
import { PROTOCOL } from './raw-peer.ts'
import type { LocalInvitation } from '../../src/index.ts'
import type { RawPeer, RawStream } from './raw-peer.ts'
import type { InviteWord, Word } from '../../src/wire/index.ts'

/** Invitations enough that a node which kept each would show it. */
const FLOOD = 10_000

/** Most bytes that a flood may leave on the heap: a tombstone for each word of it would be no more than 4 MB, a handle for each much more. */
const HELD = 16 * 2 ** 20

let ids = 0

const newId = (): string => (ids++).toString(16).padStart(32, '0')

const invite = (): InviteWord => ({ kind: 'invite', id: newId(), ringTime: 60_000, age: 0, content: 'x'.repeat(100) })

const stop = (): Word => ({ kind: 'stop', id: newId(), reason: 'canceled' })

/** Says so many words, a hundred in a write, as fast as the victim takes them; `midway` runs when half of them are said. */
async function flood (stream: RawStream, count: number, word: () => Word, midway: () => void = () => {}): Promise<void> {
  for (let said = 0; said < count; said += 100) {
    stream.send(encodeFrames(Array.from({ length: 100 }, word)))
    await stream.drained()
    await turn()

    if (said === count / 2) {
      midway()
    }
  }
}

/** Invites, a hundred times in a write, until the condition holds. */
async function sayUntil (stream: RawStream, holds: () => boolean): Promise<void> {
  while (!holds()) {
    stream.say(...Array.from({ length: 100 }, invite))
    await turn()
  }
}

/** Waits until the victim has read all that was said to it so far. */
async function allRead (peer: RawPeer, stream: RawStream): Promise<void> {
  const id = newId()

  stream.say({ kind: 'confirm', id })
  await peer.inbox.hear('ended', id)
}

describe('a node that one peer floods', () => {
  it('rings for as many invites as its rate allows, refuses the others, and serves a third peer meanwhile', async () => {
    const victim = await startVictim()
    const peer = await startRawPeer(victim)
    const honest = await startHonestPeer(victim)
    const stream = await peer.open()

    await allRead(peer, stream)

    const before = await heldBytes()
    const delay = monitorEventLoopDelay({ resolution: 5 })
    const began = performance.now()
    const invited = Promise.withResolvers<LocalInvitation>()

    delay.enable()
    await flood(stream, FLOOD, invite, () => { invited.resolve(honest.invite()) })
    await peer.inbox.until(() => peer.inbox.count('ended') >= FLOOD - 5)

    const local = await invited.promise

    expect(await local.outcome).toMatchObject({ state: 'accepted' })

    const seconds = (performance.now() - began) / 1_000

    delay.disable()
    await local.session!.end()

    // time stands still here: these are the 5 of its 10 s
    expect(victim.received.filter(({ content }) => content !== 'honest')).toHaveLength(5)
    expect(peer.inbox.words.filter(word => word.kind === 'ended' && word.reason === 'rate-limited')).toHaveLength(FLOOD - 5)
    expect(stream.wasReset).toBe(false)
    peer.inbox.empty()

    const growth = await heldBytes() - before

    console.log(`${FLOOD} invites in ${seconds.toFixed(2)} s, heap +${megabytes(growth)}, event loop p99 ${(delay.percentile(99) / 1e6).toFixed(1)} ms`)
    expect(growth).toBeLessThan(HELD)
    await expectUnharmed(victim)
    await expectNothingLeft(victim)
  })

  it('has no more invitations of one peer live than its limit, however fast they may come', async () => {
    const victim = await startVictim({ limits: { invites: Infinity } })
    const peer = await startRawPeer(victim)
    const stream = await peer.open()

    await flood(stream, FLOOD, invite)
    await allRead(peer, stream)

    expect(victim.received).toHaveLength(8)
    expect(victim.service.list()).toHaveLength(8)
    await expectUnharmed(victim)
    await expectNothingLeft(victim)
  })

  it('has no more invitations of all peers live than its limit', async () => {
    const victim = await startVictim({ limits: { live: 20 } })
    const peers = await Promise.all(Array.from({ length: 6 }, async () => await startRawPeer(victim)))

    for (const peer of peers) {
      const stream = await peer.open()

      stream.say(...Array.from({ length: 5 }, invite))
      await allRead(peer, stream)
    }

    expect(victim.service.list()).toHaveLength(20)
    await expectNothingLeft(victim)
  })

  it('keeps a bounded number of tombstones for ends that it never heard the beginning of', async () => {
    const victim = await startVictim()
    const peer = await startRawPeer(victim)
    const stream = await peer.open()
    const floodAndMeasure = async (count: number): Promise<number> => {
      await flood(stream, count, stop)
      await allRead(peer, stream)
      peer.inbox.empty()

      return await heldBytes()
    }

    const before = await heldBytes()
    const full = await floodAndMeasure(20_000)
    const fuller = await floodAndMeasure(60_000)

    console.log(`20,000 STOPs: heap +${megabytes(full - before)}; 60,000 more: +${megabytes(fuller - full)}`)
    // one peer fills its own bound long before the first are through; without one, each 1,000 more would take half a megabyte
    expect(fuller - full).toBeLessThan(2 ** 20)
    expect(victim.service.list()).toEqual([])
    await expectUnharmed(victim)
    await expectNothingLeft(victim)
    expect(await heldBytes() - before).toBeLessThan(2 ** 20)
  })

  it.each<[string, () => Word, Word['kind'] | undefined]>([
    ['CONFIRM of what was never accepted', () => ({ kind: 'confirm', id: newId() }), 'ended'],
    ['ACCEPT of what was never invited', () => ({ kind: 'accept', id: newId(), response: 'yes' }), 'stop'],
    ['RINGING of what was never invited', () => ({ kind: 'ringing', id: newId() }), 'stop'],
    ['REFUSE of what was never invited', () => ({ kind: 'refuse', id: newId(), reason: 'declined' }), 'stop'],
    ['HANGUP of what was never accepted', () => ({ kind: 'hangup', id: newId(), reason: 'hangup' }), 'stop'],
    ['ENDED of what was never invited', () => ({ kind: 'ended', id: newId(), reason: 'stopped' }), undefined]
  ])('answers each %s with one word at most, and keeps nothing that its user could see', async (_name, word, answer) => {
    const victim = await startVictim()
    const peer = await startRawPeer(victim)
    const stream = await peer.open()
    const before = await heldBytes()

    await flood(stream, FLOOD, word)
    await allRead(peer, stream)

    // the last answer is to the word that all was read by
    expect(peer.inbox.words.slice(0, -1).map(({ kind }) => kind)).toEqual(answer == null ? [] : Array.from({ length: FLOOD }, () => answer))
    expect(victim.service.list()).toEqual([])
    peer.inbox.empty()
    expect(await heldBytes() - before).toBeLessThan(HELD)
    await expectUnharmed(victim)
    await expectNothingLeft(victim)
  })

  it.each([
    ['falls silent', ['PeerNotReadingError']],
    // what waits to be read and what waits to be sent are bounded both: which bound is met first is the network's to say
    ['goes on talking', ['PeerNotReadingError', 'StreamBufferError']]
  ])('stops reading from a peer that does not read its answers and %s, and gives the stream up', async (name, errors) => {
    const victim = await startVictim()
    const peer = await startRawPeer(victim)
    const stream = await peer.open()

    await allRead(peer, stream)

    const before = await heldBytes()
    const there = victim.libp2p.getConnections().flatMap(({ streams }) => streams).find(({ protocol }) => protocol === PROTOCOL)!

    stream.stream.pause()

    // yamux lets the victim send 2 MiB before it says that the peer must read first
    await sayUntil(stream, () => there.writableNeedsDrain)

    if (name === 'goes on talking') {
      await sayUntil(stream, () => stream.isOver || stream.stream.writableNeedsDrain)
    }

    const growth = await heldBytes() - before

    console.log(`a peer that does not read and ${name}: heap +${megabytes(growth)}`)
    expect(growth).toBeLessThan(HELD)
    await expectUnharmed(victim)

    await victim.environment.pass(10_000)
    await stream.over()

    expect(victim.errors).toHaveLength(1)
    expect(errors).toContain(victim.errors[0])
    await expectUnharmed(victim)
    await expectNothingLeft(victim)
  })
})
