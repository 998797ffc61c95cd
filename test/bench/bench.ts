/**
 * The benchmark: `npm run bench`, `npm run bench -- --json`, `npm run bench -- latency throughput`, `npm run bench -- bundle`,
 * `npm run bench -- presence`, `npm run bench -- relays`, `npm run bench -- long-ring`, `npm run bench -- strangers`. The last four take a quarter of an hour, half an
 * hour, five minutes and two, and are run only where they are asked for.
 *
 * Of invitations: two processes on loopback, websockets + noise + yamux, the built package. What a bare stream does is measured in the same run, in turn
 * with what the library does, so that ratios mean something on a machine that is busy or slow.
 */
import { availableParallelism, cpus } from 'node:os'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { parseArgs } from 'node:util'
import { latency, memory, pipeline, throughput } from './benches.ts'
import { bundle } from './bundle.ts'
import { longRing } from './long-ring.ts'
import { Pair } from './pair.ts'
import { presence } from './presence.ts'
import { relays } from './relays.ts'
import { strangers } from './strangers.ts'

/** Each has two fresh processes' worth of heap and streams, but for this one's. */
const withPair = (bench: (pair: Pair) => Promise<unknown>) => async (): Promise<unknown> => {
  const pair = await Pair.start()

  try {
    return await bench(pair)
  } finally {
    await pair.stop()
  }
}

const BENCHES = {
  latency: withPair(latency),
  throughput: withPair(throughput),
  memory: withPair(memory),
  pipeline: withPair(pipeline),
  bundle,
  presence,
  relays,
  'long-ring': longRing,
  strangers
}

const LONG = new Set<string>(['presence', 'relays', 'long-ring', 'strangers'])

type Name = keyof typeof BENCHES

const isName = (name: string): name is Name => name in BENCHES

const { values: { json }, positionals } = parseArgs({ options: { json: { type: 'boolean', default: false } }, allowPositionals: true })
const unknown = positionals.filter(name => !isName(name))

if (unknown.length > 0) {
  console.error(`there is no ${unknown.join(', ')}; there are ${Object.keys(BENCHES).join(', ')}`)
  process.exit(1)
}

setFlagsFromString('--expose-gc')
globalThis.gc ??= runInNewContext('gc')

const names = positionals.length > 0 ? positionals.filter(isName) : Object.keys(BENCHES).filter(isName).filter(name => !LONG.has(name))
const results: Record<string, unknown> = {}

for (const name of names) {
  results[name] = await BENCHES[name]()

  if (!json) {
    console.log(`\n${name}`)
    console.table(rowsOf(results[name]))
  }
}

if (json) {
  console.log(JSON.stringify({ node: process.version, cpu: cpus()[0]?.model, cores: availableParallelism(), ...results }, null, 2))
}

/** What `console.table` shows well: a row for each thing that was measured. */
function rowsOf (result: unknown): unknown {
  return typeof result === 'object' && result != null && Object.values(result).every(value => typeof value === 'number')
    ? result
    : Object.fromEntries(Object.entries(result ?? {}).map(([name, value]) => [name, flat(value)]))
}

function flat (value: unknown): unknown {
  if (typeof value !== 'object' || value == null) {
    return { value: rounded(value) }
  }

  return Object.fromEntries(Object.entries(value).flatMap(([key, inner]) =>
    typeof inner === 'object' && inner != null
      ? Object.entries(inner).map(([innerKey, number]) => [innerKey, rounded(number)])
      : [[key, rounded(inner)]]))
}

function rounded (value: unknown): unknown {
  return typeof value === 'number' ? Number(value.toPrecision(4)) : value
}
