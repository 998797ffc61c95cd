/**
 * The soak: `npm run soak -- --minutes 60 --invitations 100000 --peers 4`. Real relays and peers, each in a process of its own, over websockets
 * on loopback. The peers ring each other all the time; every outcome is checked, and what each process holds is measured after each round. Ends
 * with 1 if an outcome was wrong, or if anything grew.
 */
import { writeFile } from 'node:fs/promises'
import ora from 'ora'
import yargs from 'yargs'
import { hideBin } from 'yargs/helpers'
import { PLANTED_LEAKS } from './planted-leaks.ts'
import { reportOf } from './report.ts'
import { SoakTrial } from './soak-trial.ts'

/** How often progress is told where there is no terminal, milliseconds. */
const LOG_INTERVAL = 60_000

const { samples, ...options } = await yargs(hideBin(process.argv))
  .scriptName('npm run soak --')
  .option('minutes', { type: 'number', default: 60, describe: 'how long they play after the warm-up; longer, if the machine is too slow' })
  .option('invitations', { type: 'number', default: 100_000, describe: 'how many in that time, by all peers together' })
  .option('peers', { type: 'number', default: 4, describe: 'how many, from 3 up' })
  .option('seed', { type: 'number', default: 1, describe: 'draws the same lots; how they fall in time is the machine\'s' })
  .option('rest', { type: 'number', default: 150, describe: 'seconds that all is left alone before it is measured at rest; signalling streams that nobody uses close after 120' })
  .option('planted', { choices: PLANTED_LEAKS, describe: 'forgets one of these with each invitation: it is to be found' })
  .option('samples', { type: 'string', describe: 'writes all that was measured into this file, as JSON' })
  .check((given) => {
    if (!(given.minutes > 0) || !(given.rest >= 0) || ![given.invitations, given.peers, given.seed].every(Number.isSafeInteger) || given.invitations < 1 || given.peers < 3) {
      throw new Error('minutes above 0, rest from 0 up; invitations from 1, and peers from 3 up')
    }

    return true
  })
  .strict()
  .parse()

const { minutes, invitations, peers, rest, seed, planted } = options
const spinner = ora('starting').start()
let told = performance.now()

const result = await new SoakTrial({ minutes, invitations, peers, rest, seed, ...planted == null ? {} : { planted } }, progress => {
  spinner.text = `${progress.doing}: ${progress.invitations.toLocaleString('en')} invitations with the warm-up, ${progress.wrong.length} wrong`

  // what goes to a file shows no spinner
  if (!spinner.isSpinning && performance.now() - told > LOG_INTERVAL) {
    told = performance.now()
    console.log(spinner.text)
  }
}).run()

const { text, isGood } = reportOf(result)

spinner[isGood ? 'succeed' : 'fail']()
console.log(text)

if (samples != null) {
  await writeFile(samples, JSON.stringify({ ...result, processes: Object.fromEntries(result.processes) }, undefined, 2))
}

process.exitCode = isGood ? 0 : 1
