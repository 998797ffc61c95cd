import { LAST_SEQUENCE } from '../../../src/presence/record/index.ts'
import { madeUpPeer } from '../simulation/made-up-peers.ts'
import type { PeerId } from '@libp2p/interface'
import type { Moment, RosterChange } from '../../../src/presence/roster/index.ts'

export const ANN: PeerId = madeUpPeer(1)
export const BOB: PeerId = madeUpPeer(2)
export const CIM: PeerId = madeUpPeer(3)
export const DAN: PeerId = madeUpPeer(4)

export const AT: Moment = { now: 0, date: 5 }

/** What a goodbye has instead of what other records have. */
export const leaving: { readonly status: 'leaving', readonly sequence: bigint } = { status: 'leaving', sequence: LAST_SEQUENCE }

export function kinds (changes: readonly RosterChange[]): string[] {
  return changes.map(change => change.kind)
}
