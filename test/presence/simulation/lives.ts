import { ModelNetwork } from './model-network.ts'
import { Observations } from './observations.ts'
import type { Costs } from './model-network.ts'
import type { ModelPeer, Nature } from './model-peer.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

/**
 * Dear records, so that heartbeats are two minutes apart as in a room of 260: silence is told from absence later there, and
 * fewer events remind a hidden page of what it has to do.
 */
const COSTS: Costs = { record: 10_000, suspicion: 5_000, recordBytes: 400 }

/** How long a peer is without a network. */
const OUTAGE = 10 * SECOND

/** How often what happens to a peer, on average. */
interface Life {
  readonly cutOff?: number
  readonly sleep?: number
  readonly crash?: number
  readonly linkBreak?: number
}

export interface Days {
  readonly seed: number
  readonly peers: number
  readonly hours: number
  /** The share of messages that each misses. On real networks none was seen to be lost while there was a way. */
  readonly loss?: number
  /** What each is, by its number. */
  readonly nature: (number: number) => Nature
  readonly life: (number: number) => Life
}

export function liveThroughHours ({ seed, peers, hours, nature, life, loss = 0.0003 }: Days): { network: ModelNetwork, observations: Observations } {
  const network = new ModelNetwork({ seed, costs: COSTS, budget: 5_000, loss })
  const observations = new Observations(network)
  const { chance, time } = network

  /** Lets something happen to a peer once in `mean` on average, and not twice within a minute of when it is over. */
  const befall = (peer: ModelPeer, mean: number | undefined, happen: () => number): void => {
    if (mean != null) {
      time.after(chance.waiting(mean), () => {
        const lasts = peer.isUp ? happen() : 0

        time.after(lasts + MINUTE, () => { befall(peer, mean, happen) })
      })
    }
  }

  for (let number = 0; number < peers; number++) {
    const peer = network.add(nature(number))
    const { cutOff, sleep, crash, linkBreak } = life(number)

    time.after(chance.between(0, MINUTE), () => { network.start(peer) })
    befall(peer, cutOff, () => {
      network.cutOff(peer, OUTAGE, chance.happens(0.5))

      return OUTAGE
    })
    befall(peer, sleep, () => {
      network.sleep(peer, HOUR)

      return HOUR
    })
    befall(peer, linkBreak, () => {
      const link = chance.pick(peer.links)

      if (link != null) {
        network.break(link)
      }

      return 0
    })
    befall(peer, crash, () => {
      const lasts = chance.between(3 * MINUTE, 10 * MINUTE)

      network.crash(peer, chance.happens(0.2))
      time.after(lasts, () => { network.start(peer) })

      return lasts
    })
  }

  for (let minute = 5; minute < hours * 60; minute += 5) {
    time.at(minute * MINUTE, () => { observations.census() })
  }

  time.runUntil(hours * HOUR)
  observations.finish(HOUR)

  return { network, observations }
}

