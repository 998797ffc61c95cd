/** A process that plays scripts for the one that forked it. */
import { readFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { obey } from '../processes/obedience.ts'
import type { PlantedFault, SimulationOrders } from './messages.ts'

/** What is loaded of a planted file is another than what ships. */
function plant ({ file, find, replace }: PlantedFault): void {
  const { href } = new URL(`../../src/${file}`, import.meta.url)

  registerHooks({
    load: (url, context, next) => {
      const loaded = next(url, context)

      if (url !== href) {
        return loaded
      }

      const pieces = readFileSync(new URL(url), 'utf8').split(find)

      if (pieces.length !== 2) {
        throw new Error(`the fault must fit ${file} exactly once; it fits ${pieces.length - 1} times: ${find}`)
      }

      return { ...loaded, source: pieces.join(replace) }
    }
  })
}

// whoever forked it is gone, and nobody waits for what it plays
process.once('disconnect', () => { process.exit() })

obey<SimulationOrders>(async (message) => {
  switch (message.order) {
    case 'plant':
      plant(message.asks)

      return undefined
    case 'seed': {
      // loaded here, behind what was planted
      const [{ judge }, { scriptOf }] = await Promise.all([import('./verdict.ts'), import('./seeded-script.ts')])

      return await judge(scriptOf(message.asks.seed, message.asks.bounds))
    }
    case 'play': {
      const { judge } = await import('./verdict.ts')

      return await judge(message.asks)
    }
    case 'shrink': {
      const { shrink } = await import('./seeded-script.ts')

      return await shrink(message.asks.seed, message.asks.bounds, message.asks.rule)
    }
  }
})
