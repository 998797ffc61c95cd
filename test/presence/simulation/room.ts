import { ModelNetwork } from './model-network.ts'
import { Observations } from './observations.ts'
import type { Costs, NetworkInit } from './model-network.ts'
import type { ModelPeer, Nature } from './model-peer.ts'

const SECOND = 1_000

/** What a record of 380 bytes costs with the lean preset, and what goes with it. */
export const USUAL_COSTS: Costs = { record: 2_300, suspicion: 1_200, recordBytes: 400 }

/** A room in which so many peers have been for some time. */
export function fullRoom (peers: number, init: Partial<NetworkInit> = {}, nature: (number: number) => Nature = () => ({})): { network: ModelNetwork, observations: Observations } {
  const network = new ModelNetwork({ seed: 1, costs: USUAL_COSTS, budget: 5_000, ...init })
  const observations = new Observations(network)

  for (let number = 0; number < peers; number++) {
    const peer = network.add(nature(number))

    network.time.after(network.chance.between(0, 20 * SECOND), () => { network.start(peer) })
  }

  network.time.runUntil(60 * SECOND)

  return { network, observations }
}

/** Whether every one of these has all others of them on its roster, and nobody else. */
export function knowEachOther (peers: readonly ModelPeer[]): boolean {
  return peers.every(peer => peer.membership.roster.size === peers.length - 1 &&
    peers.every(other => other === peer || peer.membership.roster.get(other.id)?.epoch === other.epoch))
}

/** Lets time pass until that is so, and returns how much did, milliseconds; Infinity if it is not by then. */
export function timeUntil (network: ModelNetwork, isSo: () => boolean, most: number): number {
  const { time } = network
  const start = time.now

  while (!isSo()) {
    if (time.now >= start + most) {
      return Infinity
    }

    time.runUntil(time.now + SECOND / 4)
  }

  return time.now - start
}
