/** The thread that reads: it takes its orders from `workerData`, and can be ended from outside while an input hangs. */
import { readdir } from 'node:fs/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { parentPort, workerData } from 'node:worker_threads'
import { MAX_LEFT_BEHIND } from './constants.ts'
import { Coverage } from './coverage.ts'
import { coverageOf } from './covered-lines.ts'
import { keepInputs, keptInputs } from './corpus.ts'
import { TooMuchMemoryError } from './errors.ts'
import { Fuzzer } from './fuzzer.ts'
import { loadGeneratedCode } from './generated-code.ts'
import { memoryInUse } from './watch.ts'
import type { FileCoverage } from './covered-lines.ts'
import type { Message, Orders, TargetResult } from './messages.ts'
import type { Target } from './target.ts'

const SOURCES = new URL('../../src/', import.meta.url)

const orders = workerData as Orders
const head = new Uint32Array(orders.current, 0, 2)
const content = new Uint8Array(orders.current, head.byteLength)

setFlagsFromString('--expose-gc')

const collect: () => void = runInNewContext('gc')
const tell = (message: Message): void => { parentPort?.postMessage(message, []) }

loadGeneratedCode()

using coverage = await Coverage.start(url => url.startsWith(SOURCES.href))

// only now: what is loaded before is not covered
const { TARGETS } = await import('./targets.ts')

const targets = TARGETS.filter(({ name }) => orders.targets.includes(name))
const shares = targets.reduce((sum, { share }) => sum + share, 0)

for (const target of targets) {
  const result = await fuzz(target, Math.ceil(orders.inputs * target.share / shares))

  tell({ result })

  if (result.finding != null) {
    break
  }
}

tell({ coverage: await wireCoverage() })

async function fuzz (target: Target, inputs: number): Promise<TargetResult> {
  const fuzzer = new Fuzzer({
    target,
    feed: await target.start(),
    corpus: await keptInputs(target),
    seed: orders.seed,
    coverage,
    onInput: (input) => {
      head[0]!++
      head[1] = input.length
      content.set(input)
    }
  })

  collect()

  const before = memoryInUse()
  const began = performance.now()
  const found = await fuzzer.run(inputs, () => { tell({ progress: { target: target.name, inputs: fuzzer.inputs } }) })
  const time = performance.now() - began

  collect()

  const leftBehind = memoryInUse() - before
  const finding = found == null ? tooMuch(leftBehind) : await fuzzer.explain(found)

  if (orders.keep) {
    await keepNeeded(target, fuzzer)
  }

  return {
    target: target.name,
    inputs: fuzzer.inputs,
    time,
    refusals: fuzzer.refusals,
    population: fuzzer.population.length,
    slowest: fuzzer.watch.slowest,
    largestGrowth: fuzzer.watch.largestGrowth,
    leftBehind,
    ...(finding == null ? {} : { finding: { input: finding.input, error: finding.error.stack ?? finding.error.message } })
  }

}

/** Keeps of all that was found what is needed. The seeds are needed first, and have their place in the vectors. */
async function keepNeeded (target: Target, fuzzer: Fuzzer): Promise<void> {
  const needed = await fuzzer.minimized(fuzzer.population, coverage.afresh())

  await keepInputs(target, needed.filter(input => !target.seeds.includes(input)))
}

/** What it is blamed on is all of them together. */
function tooMuch (leftBehind: number): { input: Uint8Array, error: Error } | undefined {
  return leftBehind > MAX_LEFT_BEHIND
    ? { input: new Uint8Array(), error: new TooMuchMemoryError(`all inputs together left ${leftBehind} bytes behind`) }
    : undefined
}

async function wireCoverage (): Promise<FileCoverage[]> {
  const folder = new URL('wire/', SOURCES)
  const files = (await readdir(folder)).filter(name => name.endsWith('.ts')).toSorted().map(name => new URL(name, folder))

  return await Promise.all(files.map(async file => await coverageOf(file, coverage.reached.get(file.href))))
}
