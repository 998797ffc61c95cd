import { describe, expect, it } from 'vitest'
import { newCallee } from '../../src/invitation/callee-machine.ts'
import { newCaller } from '../../src/invitation/caller-machine.ts'
import { Tombstones } from '../../src/invitation/tombstones.ts'

const ID = '00'.repeat(16)
const idOf = (number: number): string => number.toString(16).padStart(32, '0')

describe('Tombstones', () => {
  it('keep apart the same id of two peers, and of the two roles', () => {
    const tombstones = new Tombstones({ most: 10, mostOfPeer: 10 })
    const caller = newCaller(ID, 0)
    const callee = newCallee(ID, 0)

    tombstones.lay('ada', caller, 1)
    tombstones.lay('ben', callee, 1)

    expect(tombstones.get('ada', 'caller', ID)).toBe(caller)
    expect(tombstones.get('ben', 'callee', ID)).toBe(callee)
    expect(tombstones.get('ada', 'callee', ID)).toBeUndefined()
    expect(tombstones.get('ben', 'caller', ID)).toBeUndefined()
  })

  it('are forgotten when their time is up, and not before', () => {
    const tombstones = new Tombstones({ most: 10, mostOfPeer: 10 })

    tombstones.lay('ada', newCaller(idOf(1), 0), 100)
    tombstones.lay('ada', newCaller(idOf(2), 0), 101)
    tombstones.sweep(100)

    expect(tombstones.get('ada', 'caller', idOf(1))).toBeUndefined()
    expect(tombstones.get('ada', 'caller', idOf(2))).toBeDefined()
  })

  it('are bounded in number: the oldest goes first', () => {
    const tombstones = new Tombstones({ most: 3, mostOfPeer: 3 })

    for (let number = 0; number < 100_000; number++) {
      tombstones.lay('ada', newCallee(idOf(number), 0), 1)
    }

    expect(tombstones.size).toBe(3)
    expect(tombstones.get('ada', 'callee', idOf(99_997))).toBeDefined()
    expect(tombstones.get('ada', 'callee', idOf(99_996))).toBeUndefined()
  })

  it('are as young as they were laid last', () => {
    const tombstones = new Tombstones({ most: 2, mostOfPeer: 2 })

    tombstones.lay('ada', newCallee(idOf(1), 0), 1)
    tombstones.lay('ada', newCallee(idOf(2), 0), 1)
    tombstones.lay('ada', newCallee(idOf(1), 0), 1)
    tombstones.lay('ada', newCallee(idOf(3), 0), 1)

    expect(tombstones.get('ada', 'callee', idOf(1))).toBeDefined()
    expect(tombstones.get('ada', 'callee', idOf(2))).toBeUndefined()
  })

  it('of one peer are bounded in number, too: it pushes out its own, and nobody else\'s', () => {
    const tombstones = new Tombstones({ most: 10, mostOfPeer: 3 })

    tombstones.lay('ben', newCallee(ID, 0), 1)

    for (let number = 0; number < 100_000; number++) {
      tombstones.lay('ada', newCallee(idOf(number), 0), 1)
    }

    expect(tombstones.size).toBe(4)
    expect(tombstones.get('ben', 'callee', ID)).toBeDefined()
    expect(tombstones.get('ada', 'callee', idOf(99_997))).toBeDefined()
    expect(tombstones.get('ada', 'callee', idOf(99_996))).toBeUndefined()
  })

  it('make room among their own peer\'s where there is none, and among all only for a peer that has none', () => {
    const tombstones = new Tombstones({ most: 3, mostOfPeer: 3 })

    tombstones.lay('ada', newCallee(ID, 0), 1)
    tombstones.lay('ben', newCallee(idOf(1), 0), 1)
    tombstones.lay('cyd', newCallee(idOf(1), 0), 1)
    tombstones.lay('ben', newCallee(idOf(2), 0), 1)

    expect(tombstones.size).toBe(3)
    expect(tombstones.get('ada', 'callee', ID)).toBeDefined()
    expect(tombstones.get('ben', 'callee', idOf(1))).toBeUndefined()

    tombstones.lay('dan', newCallee(idOf(1), 0), 1)

    expect(tombstones.size).toBe(3)
    expect(tombstones.get('ada', 'callee', ID)).toBeUndefined()
    expect(tombstones.get('dan', 'callee', idOf(1))).toBeDefined()
  })

  it('of a peer that are forgotten make room for others of its own', () => {
    const tombstones = new Tombstones({ most: 10, mostOfPeer: 2 })

    tombstones.lay('ada', newCallee(idOf(1), 0), 100)
    tombstones.lay('ada', newCallee(idOf(2), 0), 200)
    tombstones.sweep(100)
    tombstones.lay('ada', newCallee(idOf(3), 0), 200)

    expect(tombstones.size).toBe(2)
    expect(tombstones.get('ada', 'callee', idOf(2))).toBeDefined()
    expect(tombstones.get('ada', 'callee', idOf(3))).toBeDefined()
  })

  it('that are forgotten to the last leave nothing of their peer: it takes a place like any newcomer', () => {
    const tombstones = new Tombstones({ most: 2, mostOfPeer: 2 })

    tombstones.lay('ada', newCallee(idOf(1), 0), 100)
    tombstones.sweep(100)
    tombstones.lay('ben', newCallee(idOf(1), 0), 200)
    tombstones.lay('ben', newCallee(idOf(2), 0), 200)
    tombstones.lay('ada', newCallee(idOf(2), 0), 200)

    expect(tombstones.size).toBe(2)
    expect(tombstones.get('ada', 'callee', idOf(2))).toBeDefined()
    expect(tombstones.get('ben', 'callee', idOf(1))).toBeUndefined()
  })

  it('that are laid again, in full, push nothing out', () => {
    const tombstones = new Tombstones({ most: 2, mostOfPeer: 2 })

    tombstones.lay('ada', newCallee(idOf(1), 0), 1)
    tombstones.lay('ada', newCallee(idOf(2), 0), 1)
    tombstones.lay('ada', newCallee(idOf(2), 0), 1)

    expect(tombstones.size).toBe(2)
    expect(tombstones.get('ada', 'callee', idOf(1))).toBeDefined()
  })
})
