/**
 * The simulation: `npm run simulate -- --seed 1 --runs 10000 --peers 4`. Each seed is a script of invitations and faults, played by real peers
 * over a simulated network in virtual time, and held against what must be so in every run. What breaks a rule is shrunk, and printed as a
 * script that `--play` plays again, to the letter; `--keep` keeps it as a test.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import ora from 'ora'
import yargs from 'yargs'
import { hideBin } from 'yargs/helpers'
import { describeScript, describeTally, describeVerdict } from './report.ts'
import { PLANTED_FAULTS } from './planted-faults.ts'
import { MOST_PEERS } from './scripts.ts'
import { Simulation } from './simulation.ts'
import type { Script } from './script.ts'
import type { Finding } from './simulation.ts'

/** How often progress is told where there is no terminal, milliseconds. */
const LOG_INTERVAL = 60_000

const options = await yargs(hideBin(process.argv))
  .scriptName('npm run simulate --')
  .option('seed', { type: 'number', default: 1, describe: 'the first seed' })
  .option('runs', { type: 'number', default: 200, describe: 'how many seeds, one after the other; 10,000 for a night' })
  .option('peers', { type: 'number', default: 4, describe: `at most so many peers in a script, 2 to ${MOST_PEERS}` })
  .option('invitations', { type: 'number', default: 16, describe: 'at most so many invitations in a script, and as many faults' })
  .option('processes', { type: 'number', default: availableParallelism(), describe: 'processes that share the seeds' })
  .option('play', { type: 'string', describe: 'plays the script of this file instead, and prints all that happens' })
  .option('planted', { choices: PLANTED_FAULTS.map(({ name }) => name), describe: 'plants this fault in the sources first: it is to be found' })
  .option('keep', { type: 'string', describe: 'keeps the first script that is found under this name, for a test that plays it' })
  .check((given) => {
    if (![given.seed, given.runs, given.peers, given.invitations, given.processes].every(Number.isSafeInteger) ||
      given.runs < 1 || given.invitations < 1 || given.processes < 1 || given.peers < 2 || given.peers > MOST_PEERS) {
      throw new Error(`whole numbers; peers from 2 to ${MOST_PEERS}, all others from 1 up`)
    }

    return true
  })
  .strict()
  .parse()

const planted = PLANTED_FAULTS.find(({ name }) => name === options.planted)

const { seed, runs, peers, invitations } = options

using simulation = new Simulation({ seed, runs, peers, invitations, processes: options.play == null ? options.processes : 1, ...(planted == null ? {} : { planted }) })

if (options.play == null) {
  await simulateAll()
} else {
  const verdict = await simulation.play(JSON.parse(await readFile(options.play, 'utf8')) as Script)

  console.log(verdict.trace)
  console.log(describeVerdict(verdict))
  process.exitCode = verdict.violations.length > 0 ? 1 : 0
}

async function simulateAll (): Promise<void> {
  const began = performance.now()
  const spinner = ora('loading').start()
  let told = began
  const tally = await simulation.run((current) => {
    const now = performance.now()

    spinner.text = `${current.seeds.toLocaleString('en')} of ${options.runs.toLocaleString('en')} seeds, ${current.invitations.toLocaleString('en')} invitations, ` +
      `${(current.seeds / (now - began) * 1_000).toFixed(1)} seeds a second`

    // what goes to a file shows no spinner
    if (!spinner.isSpinning && now - told > LOG_INTERVAL) {
      told = now
      console.log(spinner.text)
    }

    return current.findings.length === 0
  })
  const [first] = tally.findings

  spinner[first == null ? 'succeed' : 'fail']()
  console.log(describeTally(tally, performance.now() - began))

  if (first != null) {
    await show(first)
    process.exitCode = 1
  }
}

async function show (finding: Finding): Promise<void> {
  console.log(`seed ${finding.seed}\n${describeVerdict(finding.verdict)}`)

  const spinner = ora('looking for a smaller script that breaks the first of these').start()
  const script = await simulation.shrink(finding)

  spinner.stop()
  console.log(`the smallest script that was found (--play plays it from a file):\n${describeScript(script)}`)

  if (options.keep != null) {
    const file = new URL(`${planted == null ? 'scripts' : 'planted'}/${options.keep}.json`, import.meta.url)

    await writeFile(file, `${describeScript(script)}\n`)
    console.log(`kept as ${fileURLToPath(file)}; simulation.test.ts plays it`)
  }
}
