import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { TwoSides } from './two-sides.ts'
import type { Action, Side } from './two-sides.ts'

const SIDES = ['lower', 'higher'] as const

/** What may happen now, of what is given to happen: at most so many messages of each side, cuts and moves. */
interface Allowance {
  readonly sends: ReadonlyArray<Extract<Action, { does: 'send' }>>
  readonly cuts: number
  readonly moves: number
}

function actionsOf (world: TwoSides, { sends, cuts, moves }: Allowance): Array<[Action, Allowance]> {
  const actions: Array<[Action, Allowance]> = []
  const rest = { sends, cuts, moves }
  const [next] = sends

  if (next != null) {
    actions.push([next, { ...rest, sends: sends.slice(1) }])
  }

  for (const side of SIDES) {
    if (world.sides[side].inbox.hasUnread) {
      actions.push([{ does: 'read', side }, rest])
    }

    for (const stream of world.under(side)) {
      actions.push([{ does: 'arrive', to: side, stream }, rest])

      if (world.streams[stream]?.isDead === true) {
        actions.push([{ does: 'lose', to: side, stream }, rest])
      }
    }
  }

  if (!world.stands) {
    actions.push([{ does: 'stand' }, rest])
  } else if (cuts > 0) {
    actions.push([{ does: 'cut' }, { ...rest, cuts: cuts - 1 }])
  }

  if (world.stands && moves > 0) {
    // both come to use the same stream in the end, or a cut would be no cut to one of them
    actions.push(...SIDES.filter(side => world.sides[side].writesOn === world.streams.length - 1)
      .map((side): [Action, Allowance] => [{ does: 'move', side }, { ...rest, moves: moves - 1 }]))
  }

  return actions
}

function replay (path: readonly Action[], window?: number): TwoSides {
  const world = new TwoSides(window)

  for (const action of path) {
    world.take(action)
  }

  return world
}

/** Goes everywhere that these may lead, once; returns how many different worlds that are, and what broke first. */
function explore (allowance: Allowance, window: number): { worlds: number, fault: string | undefined } {
  const seen = new Set<string>()
  const ways: Array<[readonly Action[], Allowance]> = [[[], allowance]]

  for (let way = ways.pop(); way != null; way = ways.pop()) {
    const [path, left] = way
    const world = replay(path, window)
    const key = `${world.fingerprint} ${left.sends.length} ${left.cuts} ${left.moves}`

    if (seen.has(key)) {
      continue
    }

    seen.add(key)
    ways.push(...actionsOf(world, left).map(([action, rest]): [Action[], Allowance] => [[...path, action], rest]))

    const before = world.fault()

    world.settle()

    const fault = before ?? world.fault() ?? (left.sends.length === 0 ? world.missing() : undefined)

    if (fault != null) {
      return { worlds: seen.size, fault: `${fault}, after ${path.map(action => JSON.stringify(action)).join(' ')}` }
    }
  }

  return { worlds: seen.size, fault: undefined }
}

const send = (side: Side, ...parts: string[]): Extract<Action, { does: 'send' }> => ({ does: 'send', side, parts })

describe('two sides of a session', () => {
  it.each<{ what: string, allowance: Allowance, least: number, window?: number }>([
    { what: 'a cut', allowance: { sends: [send('lower', 'a'), send('lower', 'b', 'c')], cuts: 1, moves: 0 }, least: 20_000 },
    { what: 'messages both ways and a cut', allowance: { sends: [send('lower', 'a'), send('higher', 'b')], cuts: 1, moves: 0 }, least: 20_000 },
    { what: 'two cuts', allowance: { sends: [send('lower', 'a')], cuts: 2, moves: 0 }, least: 20_000 },
    { what: 'two changes of streams', allowance: { sends: [send('lower', 'a'), send('lower', 'b')], cuts: 0, moves: 2 }, least: 1_000, window: 131_072 },
    { what: 'a change of streams and a cut', allowance: { sends: [send('lower', 'a')], cuts: 1, moves: 1 }, least: 1_000 }
  ])('have every message once and in order, wherever $what may lead', ({ allowance, least, window = 257 }) => {
    // room for one part at first, in most: the others wait for a receipt
    const { worlds, fault } = explore(allowance, window)

    expect(fault).toBeUndefined()
    expect(worlds).toBeGreaterThan(least)
  })

  it('have every message once and in order, whatever happens, with many messages of many parts', () => {
    const text = fc.integer({ min: 0, max: 8_192 }).map(length => 'x'.repeat(length))
    const parts = fc.oneof(fc.array(fc.string({ maxLength: 5 }), { minLength: 1, maxLength: 3 }), fc.array(text, { minLength: 1, maxLength: 7 }))
    const lot = fc.record({ pick: fc.nat({ max: 99 }), side: fc.constantFrom(...SIDES), parts })

    fc.assert(fc.property(fc.array(lot, { maxLength: 150, size: 'max' }), lots => {
      const world = new TwoSides()

      for (const { pick, side, parts: what } of lots) {
        const actions = actionsOf(world, { sends: [], cuts: pick < 10 ? 1 : 0, moves: pick < 10 ? 1 : 0 })
        const [action] = pick < 40 ? [send(side, ...what)] : actions[pick % Math.max(1, actions.length)] ?? [send(side, ...what)]

        world.take(action)
      }

      world.settle()
      expect(world.fault() ?? world.missing()).toBeUndefined()
    }), { numRuns: 100 })
  })
})
