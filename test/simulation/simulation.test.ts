import { readdir, readFile } from 'node:fs/promises'
import { afterAll, describe, expect, it } from 'vitest'
import { PLANTED_FAULTS } from './planted-faults.ts'
import { Simulation } from './simulation.ts'
import type { Script } from './script.ts'
import type { SimulationInit } from './simulation.ts'

const INIT: SimulationInit = { seed: 1, runs: 8, peers: 4, invitations: 16, processes: 1 }

const SCRIPTS = new URL('scripts/', import.meta.url)

async function scriptIn (file: URL): Promise<Script> {
  return JSON.parse(await readFile(file, 'utf8')) as Script
}

const scriptOfFault = (name: string): URL => new URL(`planted/${name}.json`, import.meta.url)

describe('invitations and presence, whatever goes wrong', () => {
  it('keep every rule in every run', { timeout: 300_000 }, async () => {
    using simulation = new Simulation(INIT)
    const { seeds, invitations, findings, ends } = await simulation.run(() => true)

    expect(findings).toEqual([])
    expect(seeds).toBe(INIT.runs)
    expect(invitations).toBeGreaterThan(INIT.runs)
    // a run in which nothing ever comes about keeps every rule as well
    expect(ends.get('accepted') ?? 0).toBeGreaterThan(0)
  })

  it('keep every rule in scripts that once broke one', { timeout: 300_000 }, async () => {
    using simulation = new Simulation(INIT)

    const names = await readdir(SCRIPTS)

    expect(names).not.toEqual([])

    for (const name of names) {
      const { violations } = await simulation.play(await scriptIn(new URL(name, SCRIPTS)))

      expect({ name, violations }).toEqual({ name, violations: [] })
    }
  })

  it('are the same three times, to the letter, by the same script', { timeout: 300_000 }, async () => {
    using one = new Simulation(INIT)
    using other = new Simulation(INIT)
    const script = await scriptIn(scriptOfFault(PLANTED_FAULTS[0]!.name))
    const { trace } = await one.play(script)

    expect(trace).not.toBe('')
    expect((await one.play(script)).trace).toBe(trace)
    expect((await other.play(script)).trace).toBe(trace)
  })
})

describe('the simulation finds that', () => {
  const sound = new Simulation(INIT)

  afterAll(() => { sound[Symbol.dispose]() })

  it.each(PLANTED_FAULTS)('$sentence', { timeout: 300_000 }, async (fault) => {
    using faulty = new Simulation({ ...INIT, planted: fault })
    const script = await scriptIn(scriptOfFault(fault.name))

    expect((await sound.play(script)).violations).toEqual([])
    expect((await faulty.play(script)).violations).not.toEqual([])
  })
})
