import { describe, expect, it } from 'vitest'
import { ModelNetwork } from './model-network.ts'
import { Observations } from './observations.ts'
import { fullRoom, knowEachOther, timeUntil, USUAL_COSTS } from './room.ts'
import type { ModelPeer } from './model-peer.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND

describe('a room on a network that fails', () => {
  it('splits in two halves that know each its own, and is one again soon after they meet', () => {
    const { network } = fullRoom(100, { seed: 3 })
    const isLeft = (peer: ModelPeer): boolean => network.peers.indexOf(peer) < 50
    const left = network.peers.filter(isLeft)
    const right = network.peers.filter(peer => !isLeft(peer))

    network.split((one, other) => isLeft(one) !== isLeft(other))

    network.time.runUntil(network.time.now + MINUTE)

    // whom one had no connection to, nobody of this half misses before its lifetime is over
    const known = [...left, ...right].map(peer => peer.membership.roster.size - 49)

    network.time.runUntil(network.time.now + 9 * MINUTE)
    expect(knowEachOther(left) && knowEachOther(right)).toBe(true)

    network.split(() => false)

    // two peers of each half find each other again: the network knows of no others
    for (const [number, peer] of left.slice(0, 2).entries()) {
      network.connect(peer, right.at(number) ?? peer)
    }

    const together = timeUntil(network, () => knowEachOther(network.peers), 5 * MINUTE)

    console.log(`100 peers in two halves: after a minute each takes ${Math.max(...known)} of the other 50 for present at most, after ten none;` +
      ` one again ${together / SECOND} s after two links between the halves`)
    expect(Math.max(...known)).toBeLessThanOrEqual(5)
    expect(together).toBeLessThanOrEqual(60 * SECOND)
  })

  it.each([20, 60, 110])('whose only hub is away for %i s takes nobody for gone, and knows everybody when it is back', (seconds) => {
    // everybody has a link to the first and to nobody else
    const isHub = (peer: ModelPeer): boolean => network.peers[0] === peer
    const network: ModelNetwork = new ModelNetwork({ seed: 4, costs: USUAL_COSTS, budget: 5_000, maxLinks: 100, canLink: (one, other) => isHub(one) || isHub(other) })
    const observations = new Observations(network)
    const hub = network.add()

    network.start(hub)

    for (let number = 0; number < 50; number++) {
      const peer = network.add({ isDialable: false })

      network.time.after(network.chance.between(0, 10 * SECOND), () => { network.start(peer) })
    }

    network.time.runUntil(MINUTE)
    expect(knowEachOther(network.peers)).toBe(true)

    network.crash(hub)
    network.time.runUntil(network.time.now + seconds * SECOND)
    network.start(hub)

    const back = timeUntil(network, () => knowEachOther(network.peers), MINUTE)

    network.time.runUntil(network.time.now + 5 * MINUTE)

    console.log(`50 peers around a hub that was away for ${seconds} s: all know all ${back / SECOND} s after, ${observations.falselyGone.length} falsely gone`)
    expect(back).toBeLessThanOrEqual(15 * SECOND)
    expect(observations.falselyGone.length).toBe(0)
  })

  it('that 200 enter at once is known to all of them within seconds', () => {
    const network = new ModelNetwork({ seed: 5, costs: USUAL_COSTS, budget: 5_000 })

    for (let number = 0; number < 200; number++) {
      network.start(network.add({ isDialable: number % 2 === 0 }))
    }

    const known = timeUntil(network, () => knowEachOther(network.peers), MINUTE)

    console.log(`200 that enter at once all know each other after ${known / SECOND} s, their links included`)
    expect(known).toBeLessThanOrEqual(15 * SECOND)
  })

  it('of which a third crashes at once takes all of them, and nobody else, for gone', () => {
    const { network, observations } = fullRoom(120, { seed: 6 })
    const crashed = network.peers.filter((_, number) => number % 3 === 0)
    const left = network.peers.filter(peer => !crashed.includes(peer))

    for (const peer of crashed) {
      network.crash(peer)
    }

    const known = timeUntil(network, () => knowEachOther(left), 5 * MINUTE)

    console.log(`40 of 120 crash at once: gone everywhere after ${known / SECOND} s`)
    expect(known).toBeLessThanOrEqual(40 * SECOND)
    expect(observations.falselyGone).toEqual([])
  })
})
