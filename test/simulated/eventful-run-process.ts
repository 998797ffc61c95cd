/** Prints what happens in an eventful run of the built package with the seed that is its argument. */
import { createSwarm } from 'libp2p-invitation/swarm'
import { eventfulRun } from './eventful-run.ts'

process.stdout.write(await eventfulRun(createSwarm, Number(process.argv[2])))
