import type * as Callee from '../../src/invitation/callee-machine.ts'
import type * as Caller from '../../src/invitation/caller-machine.ts'
import type * as Pair from '../../src/invitation/pair.ts'

/** The functions under exploration: those that ship, or a copy of their sources with a fault in it. */
export interface Machines {
  readonly caller: typeof Caller
  readonly callee: typeof Callee
  readonly pair: typeof Pair
}

/** Loads the machines out of a `src` folder. */
export async function loadMachines (source: URL): Promise<Machines> {
  const load = async (name: string): Promise<unknown> => import(new URL(`invitation/${name}.ts`, source).href)

  return {
    caller: await load('caller-machine') as typeof Caller,
    callee: await load('callee-machine') as typeof Callee,
    pair: await load('pair') as typeof Pair
  }
}
