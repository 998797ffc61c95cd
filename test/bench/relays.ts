import { Chance } from '../processes/chance.ts'
import { RelayTrial } from '../processes/relay-trial.ts'
import { summaryOf } from './statistics.ts'
import type { Summary } from './statistics.ts'

const SEED = 20_261_125

/** 40 peers, as many to a process as a machine of two processors still runs without being late. */
const PROCESSES = 5
const PEERS_EACH = 8

/** How often each of the two relays is killed. */
const KILLS = 10

/** How often the only relay is killed. */
const KILLS_OF_THE_ONLY = 8

/** Shortest and longest outage, milliseconds. */
const OUTAGE = [1_000, 60_000] as const

/**
 * Within how many milliseconds they begin a round of one invitation. Of 40 peers that share two processors each rings another one every
 * fifteen seconds or so then; without a pause the machine does nothing but handshakes, and it is the machine that is measured.
 */
const WITHIN = 12_000

/** How many are rung right after each loss. */
const RUNG = 10

export interface RelaysResult {
  readonly peers: number
  readonly kills: number
  readonly invitations: number
  readonly wrong: number
  /** Peers that told that they could not be reached, while one of the two relays stood. */
  readonly unreachable: number
  /** Milliseconds from the loss of one relay of two until an invitation that was sent then was delivered. */
  readonly deliveredAfterLoss: Summary
  /** Milliseconds from the coming back of the only relay until a peer holds it again. */
  readonly heldAfterReturn: Summary
  /** The same until an invitation that was sent then was delivered. */
  readonly deliveredAfterReturn: Summary
}

/**
 * Two relays and 40 peers that can be reached by nothing else, who invite each other all the while; each relay in turn is
 * killed ten times, and then the only one that is left. It takes a quarter of an hour.
 */
export async function relays (): Promise<RelaysResult> {
  const chance = new Chance(SEED)
  const trial = await RelayTrial.start({ seed: SEED, processes: PROCESSES, peersEach: PEERS_EACH, within: WITHIN })

  try {
    const afterLoss: number[] = []
    const held: number[] = []
    const afterReturn: number[] = []

    trial.play()

    for (let kill = 0; kill < 2 * KILLS; kill++) {
      await trial.untilBothStand()

      const { rings } = await trial.loseOne(kill % 2, outage(chance), RUNG)

      afterLoss.push(...rings)
      console.error(`one of two lost (${kill + 1} of ${2 * KILLS}): delivered after, ms:`, rings.join(' '))
    }

    const unreachable = trial.timesUnreachable

    await trial.loseForGood(1)

    for (let kill = 0; kill < KILLS_OF_THE_ONLY; kill++) {
      const came = await trial.loseTheOnly(0, outage(chance), RUNG)

      held.push(...came.held)
      afterReturn.push(...came.rings)
      console.error(`the only one lost (${kill + 1} of ${KILLS_OF_THE_ONLY}): held after, ms:`, came.held.join(' '), 'delivered after, ms:', came.rings.join(' '))
    }

    await trial.bringBack(1)

    const { invitations, ends, wrong } = await trial.end()

    console.error(`seed ${SEED}, callers' ends:`, ends, ...wrong)

    return {
      peers: PROCESSES * PEERS_EACH,
      kills: 2 * KILLS + KILLS_OF_THE_ONLY + 1,
      invitations,
      wrong: wrong.length,
      unreachable,
      deliveredAfterLoss: summaryOf(afterLoss),
      heldAfterReturn: summaryOf(held),
      deliveredAfterReturn: summaryOf(afterReturn)
    }
  } finally {
    await trial.close()
  }
}

/** Short ones are as likely as long ones: evenly by their logarithm. */
function outage (chance: Chance): number {
  const [shortest, longest] = OUTAGE

  return Math.round(shortest * (longest / shortest) ** chance.next())
}
