import { concat } from 'uint8arrays/concat'
import { describe, expect, it } from 'vitest'
import { encodeFrames, FrameDecoder } from '../../src/wire/index.ts'
import { turn } from '../environment/event-loop.ts'
import { bytesOf, hexOf, isWord, vectors } from '../vectors/vectors.ts'
import { Chance } from '../processes/chance.ts'
import { expectNothingLeft, expectUnharmed, openStreams, startRawPeer, startVictim } from './nodes.ts'
import type { RawPeer, RawStream } from './raw-peer.ts'
import type { VictimNode } from './nodes.ts'

/** The library's own names for what can be wrong with a frame. */
const MALFORMED = new Set([
  'FrameTooLargeError', 'InvalidLengthError', 'InvalidEncodingError', 'MissingFieldError', 'InvalidIdError', 'InvalidTextError',
  'FieldTooLargeError', 'OutOfRangeError', 'AmbiguousPayloadError'
])

/** How many of the mutants that take a stream of their own are sent. (The decoder is given all of them, in test/wire.) */
const SAMPLE = 0.15

/** How many of the others are sent together: of the largest frames, less than a stream may hold unread. */
const TOGETHER = 50

/** A word that is answered by itself, and by which one sees that all before it was read. */
const PROBE = '70726f6265'.padEnd(32, '0')
const PROBE_FRAME = encodeFrames([{ kind: 'confirm', id: PROBE }])

/** What the decoder alone makes of a frame: the name of the error, that it is whole, or that more must come. */
function verdictOn (bytes: Uint8Array): string {
  const decoder = new FrameDecoder()

  try {
    decoder.push(bytes)
  } catch (err) {
    return err instanceof Error ? err.name : 'no error at all'
  }

  try {
    return decoder.push(PROBE_FRAME).at(-1)?.id === PROBE ? 'whole' : 'cut short'
  } catch {
    return 'cut short'
  }
}

/** Sends frames to a victim one after another, and says what the victim made of each; opens new streams as they are reset. */
class Prober {
  readonly #victim: VictimNode
  readonly #peer: RawPeer
  #stream: RawStream | undefined

  constructor (victim: VictimNode, peer: RawPeer) {
    this.#victim = victim
    this.#peer = peer
  }

  /** The same answers as `verdictOn` gives; `verdict` says what to wait for. */
  async probe (bytes: Uint8Array, verdict: string): Promise<string> {
    const stream = this.#stream ??= await this.#peer.open()

    this.#victim.errors.length = 0
    this.#peer.inbox.empty()
    stream.send(bytes)

    if (verdict === 'cut short') {
      await stream.stream.close()
    } else {
      stream.send(PROBE_FRAME)
    }

    await this.#peer.inbox.until(() => stream.isOver || this.#peer.inbox.has('ended', PROBE))

    if (!stream.isOver) {
      return 'whole'
    }

    this.#stream = undefined

    return stream.wasReset ? this.#victim.errors.join() : 'cut short'
  }
}

/** The frames that differ from this one in one bit. Of a long payload some bits are as good as all. */
function * flipped (frame: Uint8Array, chance: Chance): Generator<Uint8Array> {
  for (let bit = 0; bit < frame.length * 8; bit++) {
    if (frame.length < 200 || bit < 50 * 8 || chance.next() < 0.0003) {
      const mutant = Uint8Array.from(frame)

      mutant[bit >> 3]! ^= 1 << (bit & 7)
      yield mutant
    }
  }
}

describe('a node that is sent bytes that no peer sends', () => {
  it('resets the stream for random bytes, by a named error, or ignores them', async () => {
    const victim = await startVictim()
    const peer = await startRawPeer(victim)
    const chance = new Chance(1)

    for (let i = 0; i < 300; i++) {
      const stream = await peer.open()

      for (let chunks = chance.between(1, 4); chunks > 0; chunks--) {
        stream.send(chance.bytes(chance.between(1, 2_000)))
      }

      await stream.stream.close().catch(() => {})
      await stream.over()
    }

    expect(victim.errors.length).toBeGreaterThan(200)
    expect(victim.errors.filter(name => !MALFORMED.has(name))).toEqual([])
    expect(victim.received).toEqual([])
    await expectUnharmed(victim)
    await expectNothingLeft(victim)
  })

  it('makes of the golden vectors with one bit turned over what the decoder makes of them, and does nothing else', async () => {
    const victim = await startVictim()
    const prober = new Prober(victim, await startRawPeer(victim))
    const chance = new Chance(2)
    const seen = new Set<string>()
    const differing: string[] = []
    const compare = async (name: string, bytes: Uint8Array, verdict: string): Promise<void> => {
      const made = await prober.probe(bytes, verdict)

      if (made !== verdict) {
        differing.push(`${name}: ${made}, not ${verdict}: ${hexOf(bytes.subarray(0, 200))}`)
      }
    }

    for (const { hex, name } of vectors) {
      // those that are whole go together: each alone would take its time to be answered
      const whole: Uint8Array[] = []

      for (const mutant of flipped(bytesOf(hex), chance)) {
        const verdict = verdictOn(mutant)

        seen.add(verdict)

        if (verdict === 'whole') {
          whole.push(mutant)
        } else if (chance.next() < SAMPLE) {
          await compare(name, mutant, verdict)
        }
      }

      for (let first = 0; first < whole.length; first += TOGETHER) {
        await compare(name, concat(whole.slice(first, first + TOGETHER)), 'whole')
      }
    }

    expect(differing).toEqual([])

    expect([...seen].toSorted()).toEqual([...MALFORMED, 'whole', 'cut short'].toSorted())
    await expectUnharmed(victim)
    await expectNothingLeft(victim)
  })

  it('takes a frame that ends too early for one that was never said', async () => {
    const victim = await startVictim()
    const prober = new Prober(victim, await startRawPeer(victim))

    for (const { hex } of vectors.filter(isWord)) {
      const frame = bytesOf(hex)

      for (const length of new Set([1, 2, 3, frame.length >> 1, frame.length - 1])) {
        expect(await prober.probe(frame.subarray(0, length), 'cut short')).toBe('cut short')
      }
    }

    expect(victim.received).toEqual([])
    await expectUnharmed(victim)
    await expectNothingLeft(victim)
  })

  it('refuses a length of 2^31 at the length itself', async () => {
    const victim = await startVictim()
    const peer = await startRawPeer(victim)
    const stream = await peer.open()

    // 2^31 as a varint: no more of it than the third byte is needed
    stream.send(Uint8Array.of(0x80, 0x80, 0x80, 0x80, 0x08))
    await stream.over()

    expect(stream.wasReset).toBe(true)
    expect(victim.errors).toEqual(['FrameTooLargeError'])
    await expectUnharmed(victim)
    await expectNothingLeft(victim)
  })

  it('rings for an invite that comes byte by byte', async () => {
    const victim = await startVictim()
    const peer = await startRawPeer(victim)
    const stream = await peer.open()
    const id = '1'.repeat(32)

    for (const byte of encodeFrames([{ kind: 'invite', id, ringTime: 60_000, age: 0, content: 'slow' }])) {
      stream.send(Uint8Array.of(byte))
      await turn()
    }

    await peer.inbox.hear('ringing', id)

    expect(victim.received.map(({ content }) => content)).toEqual(['slow'])
    await expectUnharmed(victim)
    await expectNothingLeft(victim)
    expect(victim.received[0]?.end).toMatchObject({ state: 'expired' })
  })

  it('keeps no more of frames that never end than a few frames', async () => {
    const victim = await startVictim()
    const peer = await startRawPeer(victim)
    const streams = await Promise.all(Array.from({ length: 20 }, async () => await peer.openApart()))

    for (const stream of streams) {
      stream.send(Uint8Array.of(0x80, 0x80, 0x01, ...new Uint8Array(16_000)))
    }

    await peer.inbox.until(() => streams.filter(({ isOver }) => !isOver).length <= 4)

    expect(openStreams(victim)).toBeLessThanOrEqual(4)
    await expectUnharmed(victim)
    await expectNothingLeft(victim)
  })
})
