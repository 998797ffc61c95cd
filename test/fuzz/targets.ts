import { INBOUND_TARGETS } from './inbound-targets.ts'
import { NETWORK_TARGETS } from './network-targets.ts'
import { PRESENCE_TARGETS } from './presence-targets.ts'
import { WIRE_TARGETS } from './wire-targets.ts'
import type { Target } from './target.ts'

/** Everything in the library that reads bytes or text from strangers. */
export const TARGETS: readonly Target[] = [...WIRE_TARGETS, ...PRESENCE_TARGETS, ...NETWORK_TARGETS, ...INBOUND_TARGETS]
