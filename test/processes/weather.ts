import { setTimeout as sleep } from 'node:timers/promises'
import type { Chance } from './chance.ts'
import type { CuttingProxy } from './cutting-proxy.ts'

/** What befalls the network between two peers, one thing after another at random moments. */
export class Weather {
  /** How often each thing happened. */
  readonly count: Record<string, number> = {}
  readonly #proxies: readonly CuttingProxy[]
  readonly #chance: Chance
  #clearing: AbortController | undefined
  #passing: Promise<void> | undefined

  /** @param proxies - all ways between the two peers, which share their fate */
  constructor (proxies: readonly CuttingProxy[], chance: Chance) {
    this.#proxies = proxies
    this.#chance = chance
  }

  /** From now on things happen. */
  turnBad (): void {
    this.#clearing = new AbortController()
    this.#passing = this.#rage(this.#clearing.signal)
  }

  /** All is well again. */
  async clear (): Promise<void> {
    this.#clearing?.abort()
    await this.#passing
  }

  async #rage (signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await wait(this.#chance.between(20, 900), signal)

      const event = this.#chance.pick({ cut: 30, outage: 12, stall: 16, 'stall one way': 12, hold: 15, forget: 15 })

      this.count[event] = (this.count[event] ?? 0) + 1
      this.#strike(event)

      if (event !== 'cut' && event !== 'forget') {
        await wait(this.#lasting(event), signal)
      }

      this.#each(proxy => { proxy.restore() })
    }
  }

  /** How long something lasts, milliseconds: mostly so short that nobody notices. Held connections are only of interest once there are others. */
  #lasting (event: 'outage' | 'stall' | 'stall one way' | 'hold'): number {
    if (event === 'hold') {
      return this.#chance.between(800, 3_000)
    }

    return this.#chance.next() < 0.12 ? this.#chance.between(2_000, 6_000) : this.#chance.between(20, 1_200)
  }

  #strike (event: 'cut' | 'outage' | 'stall' | 'stall one way' | 'hold' | 'forget'): void {
    switch (event) {
      case 'cut':
        this.#each(proxy => { proxy.cut() })
        break
      case 'outage':
        this.#each(proxy => {
          proxy.refuse()
          proxy.cut()
        })
        break
      case 'stall':
        this.#each(proxy => { proxy.stall() })
        break
      case 'stall one way': {
        // the same way between the peers, whichever of them dialled
        const [one, other] = this.#chance.next() < 0.5 ? ['forth', 'back'] as const : ['back', 'forth'] as const

        this.#proxies.forEach((proxy, index) => { proxy.stall([index % 2 === 0 ? one : other]) })
        break
      }
      case 'hold':
        this.#each(proxy => { proxy.hold() })
        break
      case 'forget':
        this.#each(proxy => { proxy.forget() })
    }
  }

  #each (act: (proxy: CuttingProxy) => void): void {
    for (const proxy of this.#proxies) {
      act(proxy)
    }
  }
}

/** Waits, less if the signal aborts. */
async function wait (ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => {})
}
