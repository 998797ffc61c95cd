import { describe, expect, it } from 'vitest'
import { encodeFrames } from '../../src/wire/index.ts'
import { expectNothingLeft, expectUnharmed, openStreams, startRawPeer, startVictim } from './nodes.ts'
import type { RawStream } from './raw-peer.ts'

describe('a node to which a peer opens streams and says nothing', () => {
  it('holds no more than four of them, however many and on whichever connections', async () => {
    const victim = await startVictim()
    const peer = await startRawPeer(victim)
    const streams: RawStream[] = []

    for (let i = 0; i < 50; i++) {
      streams.push(await peer.open())
    }

    for (let i = 0; i < 20; i++) {
      streams.push(await peer.openApart())
    }

    await peer.inbox.until(() => streams.filter(({ isOver }) => !isOver).length <= 4)

    expect(openStreams(victim)).toBe(4)
    // the newest are kept: who opens a new one has lost the old
    expect(streams.slice(-4).map(({ isOver }) => isOver)).toEqual([false, false, false, false])
    await expectUnharmed(victim)
    await expectNothingLeft(victim)
  })

  it('closes them when they were silent for two minutes', async () => {
    const victim = await startVictim()
    const peer = await startRawPeer(victim)
    const stream = await peer.open()

    await peer.inbox.until(() => openStreams(victim) === 1)
    await victim.environment.pass(119_000)
    expect(stream.isOver).toBe(false)

    await victim.environment.pass(2_000)
    await stream.over()
    expect(stream.wasReset).toBe(false)

    // the peer does not close its side either
    await victim.environment.pass(10_000)
    await peer.inbox.until(() => stream.wasReset)
    expect(openStreams(victim)).toBe(0)
    await expectUnharmed(victim)
    await expectNothingLeft(victim)
  })

  it('is reset when a frame that has begun does not come to its end, however many bytes of it come', async () => {
    const victim = await startVictim()
    const peer = await startRawPeer(victim)
    const [one, other] = [await peer.open(), await peer.open()]
    const frame = encodeFrames([{ kind: 'invite', id: 'f'.repeat(32), ringTime: 60_000, age: 0, content: 'x'.repeat(100) }])

    // each second a byte
    for (let second = 0; second < 20; second++) {
      one.send(frame.subarray(second, second + 1))
      await peer.inbox.until(() => openStreams(victim) === 2)
      expect(one.isOver).toBe(false)
      await victim.environment.pass(1_000)
    }

    await one.over()
    expect(one.wasReset).toBe(true)
    expect(other.isOver).toBe(false)
    await expectUnharmed(victim)
    await expectNothingLeft(victim)
  })

  it('is not reset when each frame comes to its end in time, though the bytes never do', async () => {
    const victim = await startVictim()
    const peer = await startRawPeer(victim)
    const stream = await peer.open()
    const frame = encodeFrames([{ kind: 'confirm', id: 'f'.repeat(32) }])

    stream.send(frame.subarray(0, 5))

    for (let heard = 1; heard <= 5; heard++) {
      await victim.environment.pass(15_000)
      stream.send(Uint8Array.of(...frame.subarray(5), ...frame.subarray(0, 5)))
      await peer.inbox.until(() => peer.inbox.count('ended') === heard)
    }

    expect(stream.isOver).toBe(false)
    await expectNothingLeft(victim)
  })

  it('still calls that peer, and gives up in time when it goes on saying nothing', async () => {
    const victim = await startVictim()
    const peer = await startRawPeer(victim)

    await peer.open()

    const local = await victim.service.invite(peer.libp2p.peerId)

    await victim.environment.pass(40_000)

    expect(await local.outcome).toMatchObject({ state: 'failed', reason: 'no-response' })
    await expectUnharmed(victim)
    await expectNothingLeft(victim)
  })
})
