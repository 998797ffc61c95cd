/**
 * The fuzzer: `npm run fuzz -- --inputs 10000000 --seed 1`. Everything that reads what strangers send is fed inputs made of the golden
 * vectors, of the kept corpus, and of what it finds: an input that runs code that never ran is kept, and more are made of it. It ends with 1
 * where something is thrown that is no named error, an input takes too long or too much memory, or what was read does not
 * come back the same when it is written and read again.
 */
import { Worker } from 'node:worker_threads'
import ora from 'ora'
import yargs from 'yargs'
import { hideBin } from 'yargs/helpers'
import { HANG_TIME, MAX_HEAP_MEGABYTES, MAX_INPUT_BYTES } from './constants.ts'
import { loadGeneratedCode } from './generated-code.ts'
import { describeCoverage, describeResult, hex } from './report.ts'
import type { Message, Orders } from './messages.ts'

loadGeneratedCode()

const { TARGETS } = await import('./targets.ts')
const names = TARGETS.map(({ name }) => name)

const options = await yargs(hideBin(process.argv))
  .scriptName('npm run fuzz --')
  .option('inputs', { type: 'number', default: 1_000_000, describe: 'how many inputs, of all targets together; 10,000,000 take a quarter of an hour on a machine that is idle' })
  .option('seed', { type: 'number', default: 1, describe: 'the same seed makes the same inputs' })
  .option('target', { choices: names, array: true, default: names, describe: 'these targets alone' })
  .option('keep', { type: 'boolean', default: false, describe: 'replaces the corpus by the inputs that are needed to run all that ran' })
  .check(({ inputs, seed }) => {
    if (!Number.isSafeInteger(inputs) || inputs < 1 || !Number.isSafeInteger(seed)) {
      throw new Error('whole numbers; inputs from 1 up')
    }

    return true
  })
  .strict()
  .parse()

const { inputs, seed, keep, target } = options
const current = new SharedArrayBuffer(8 + MAX_INPUT_BYTES)
const workerData: Orders = { inputs, seed, keep, current, targets: target }
const worker = new Worker(new URL('fuzz-worker.ts', import.meta.url), { workerData, resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MEGABYTES } })
const spinner = ora('loading').start()
const head = new Uint32Array(current, 0, 2)
let last = 0

const looking = setInterval(() => {
  if (head[0] === last && last > 0) {
    endBy('an input hangs')
  }

  last = head[0] ?? 0
}, HANG_TIME)

/** The input that is being read, or was read last. */
function currentInput (): Uint8Array {
  return new Uint8Array(current, 8, head[1])
}

function endBy (what: string): void {
  spinner.fail(what)
  console.log(`  by ${hex(currentInput())}`)
  process.exitCode = 1
  clearInterval(looking)
  void worker.terminate()
}

worker.on('message', (message: Message) => {
  if ('progress' in message) {
    spinner.text = `${message.progress.target}: ${message.progress.inputs.toLocaleString('en')} inputs`
  } else if ('result' in message) {
    spinner.clear()
    console.log(describeResult(message.result))
    process.exitCode = message.result.finding == null ? process.exitCode : 1
  } else {
    spinner.stop()
    console.log(describeCoverage(message.coverage))
  }
})

// also what is thrown when nobody waits for it, and a heap that is full
worker.on('error', (error) => { endBy(`${error.stack}`) })
worker.on('exit', () => { clearInterval(looking) })
