import { afterEach, describe, expect, it } from 'vitest'
import { RelayTrial } from './relay-trial.ts'

/** The same seed draws the same verbs; how they fall in time is the machine's. */
const SEED = Number(process.env['SEED'] ?? Math.floor(Math.random() * 0x1_0000_0000))

let trial: RelayTrial | undefined

afterEach(async () => {
  await trial?.close()
  trial = undefined
})

describe('peers who can be reached by way of two relays only', () => {
  it('end every invitation rightly on both sides, whichever relay is killed, and are reachable again when the only one is back', { timeout: 300_000 }, async () => {
    console.log(`SEED=${SEED}`)
    trial = await RelayTrial.start({ seed: SEED, processes: 3, peersEach: 3, within: 3_000 })
    trial.play()

    for (const [which, outage] of [[0, 1_000], [1, 2_500]] as const) {
      const { rings } = await trial.loseOne(which, outage, 4)

      expect(rings).not.toContain(Infinity)
    }

    // one was always held
    expect(trial.timesUnreachable).toBe(0)

    await trial.loseForGood(1)

    const { rings, held } = await trial.loseTheOnly(0, 4_000, 4)

    expect(rings).not.toContain(Infinity)
    expect(held).toHaveLength(9)

    await trial.bringBack(1)

    const { invitations, ends, wrong } = await trial.end()

    console.log(`${invitations} invitations:`, ends)
    expect(wrong).toEqual([])
    expect(invitations).toBeGreaterThan(30)
  })
})
