import { describe, expect, it } from 'vitest'
import { createSwarm } from '../../src/swarm/index.ts'
import { eventfulRun } from './eventful-run.ts'

describe('a run', () => {
  it('is the same three times from the same seed, byte for byte, and another from another', async () => {
    const first = await eventfulRun(createSwarm, 1)

    expect(first.split('\n').length).toBeGreaterThan(50)
    expect(await eventfulRun(createSwarm, 1)).toBe(first)
    expect(await eventfulRun(createSwarm, 1)).toBe(first)
    expect(await eventfulRun(createSwarm, 2)).not.toBe(first)
  })

  it('is so with noise as well', async () => {
    const first = await eventfulRun(createSwarm, 1, 'noise')

    expect(await eventfulRun(createSwarm, 1, 'noise')).toBe(first)
  })

  it('does not depend on what others drew by lot before it', async () => {
    const first = await run()

    crypto.randomUUID()
    Math.random()

    expect(await run()).toBe(first)
  })
})

/** Random numbers that a test itself draws in a swarm. */
async function run (): Promise<string> {
  await using swarm = await createSwarm({ peers: ['ada'], seed: 'one' })
  const drawn = [Math.random(), crypto.randomUUID(), ...crypto.getRandomValues(new Uint16Array(4))].join(' ')

  expect(drawn).toMatch(/^0\.\d+ [0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12} /)

  return `${drawn}\n${swarm.peers.ada.peerId.toString()}\n${swarm.trace}`
}
