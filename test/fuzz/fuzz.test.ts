import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { decodeWord, encodeWord, MalformedFrameError } from '../../src/wire/index.ts'
import { MAX_INPUT_GROWTH, MAX_INPUT_TIME } from './constants.ts'
import { Coverage } from './coverage.ts'
import { keptInputs } from './corpus.ts'
import { Fuzzer } from './fuzzer.ts'
import { outcomeOf } from './outcome.ts'
import { TARGETS } from './targets.ts'
import type { Finding } from './fuzzer.ts'
import type { Feed, Target } from './target.ts'

const SEED = 20_261_126

/** For each share of a target, and at most of one; all of them together take some seconds. */
const INPUTS = 40
const MAX_INPUTS = 10_000

const words = TARGETS.find(({ name }) => name === 'word')!

/** What the fuzzer finds in the words where they are read like this. */
async function found (feed: Feed, target: Pick<Target, 'form' | 'seeds' | 'maxBytes'> = words, coverage?: Coverage, inputs: number = MAX_INPUTS): Promise<Finding | undefined> {
  const fuzzer = new Fuzzer({ target, feed, corpus: [], seed: SEED, ...(coverage == null ? {} : { coverage }) })

  return await fuzzer.run(inputs)
}

/** Reads words, and then does what is planted. */
const thatPlants = (fault: (word: NonNullable<ReturnType<typeof decodeWord>>) => void): Feed => input => outcomeOf(() => {
  const word = decodeWord(input)

  if (word != null) {
    fault(word)
  }

  return 'read'
}, MalformedFrameError)

afterEach(() => { vi.restoreAllMocks() })

describe('whatever a stranger sends is read or refused by a named error, in bounded time and memory', () => {
  it.each(TARGETS)('$name', async (target) => {
    const fuzzer = new Fuzzer({ target, feed: await target.start(), corpus: await keptInputs(target), seed: SEED })

    expect(await fuzzer.run(Math.min(MAX_INPUTS, target.share * INPUTS))).toBeUndefined()
    expect(fuzzer.inputs).toBeGreaterThan(target.seeds.length)
  })
})

describe('the fuzzer finds', () => {
  it('nothing where there is nothing', async () => {
    expect(await found(thatPlants(() => {}))).toBeUndefined()
  })

  it('an error that is none of those by which an input may be refused', async () => {
    expect((await found(thatPlants((word) => {
      if (word.kind === 'receipt' && word.heard > 2 ** 40) {
        throw new TypeError('planted')
      }
    })))?.error.message).toBe('planted')
  })

  it('a word that does not come back as it was', async () => {
    expect((await found(thatPlants((word) => {
      const again = decodeWord(encodeWord(word))

      // as if the codec took the two for the same
      assert.deepStrictEqual(again, 'window' in word ? { ...word, window: word.window || undefined } : word)
    })))?.error).toBeInstanceOf(assert.AssertionError)
  })

  it('an input that takes too much memory', async () => {
    const kept: Uint8Array[] = []
    const finding = await found(thatPlants((word) => {
      if (word.kind === 'invite' && word.age > 0) {
        kept.push(new Uint8Array(2 * MAX_INPUT_GROWTH))
      }
    }))

    expect(finding?.error.name).toBe('TooMuchMemoryError')
    expect(kept).toHaveLength(1)
  })

  it('an input that takes too long', async () => {
    let passed = 0

    vi.spyOn(performance, 'now').mockImplementation(() => passed)

    expect((await found(thatPlants((word) => {
      passed += word.kind === 'stop' ? MAX_INPUT_TIME + 1 : 1
    })))?.error.name).toBe('InputTooSlowError')
  })

  it('what lies behind several conditions, one after the other, by the code that ran', async () => {
    using coverage = await Coverage.start(url => url.includes('maze'))
    const { maze } = await import('./maze.ts')
    const target: Pick<Target, 'form' | 'seeds' | 'maxBytes'> = { form: 'bytes', seeds: [Uint8Array.of(1, 2, 3)], maxBytes: 8 }

    expect((await found(maze, target, coverage, 500_000))?.error.message).toBe('the end of the maze')
    expect(await found(maze, target, undefined, 50_000)).toBeUndefined()
  })
})

describe('npm run fuzz', () => {
  it('prints what came of a target and how much of src/wire ran, and ends with 0 where nothing was found', async () => {
    const command = fileURLToPath(new URL('fuzz.ts', import.meta.url))
    const { stdout } = await promisify(execFile)(process.execPath, ['--disable-warning=ExperimentalWarning', command, '--target', 'word', '--inputs', '1000'])

    expect(stdout).toMatch(/^word: [\d,]+ inputs, .*\n {2}refused: .*InvalidEncodingError \d/)
    expect(stdout).toMatch(/src\/wire: \d+ of \d+ lines/)
  })
})
