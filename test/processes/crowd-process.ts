import { fileURLToPath } from 'node:url'
import { OrderedProcess } from './ordered-process.ts'
import type { CrowdOrders, CrowdSighting, Reach } from './crowd-messages.ts'
import type { Sighting } from './messages.ts'

/** Several peers in a process of their own, as the test sees them: `crowd.ts`. */
export class CrowdProcess extends OrderedProcess<CrowdOrders, CrowdSighting> {
  constructor () {
    super(fileURLToPath(new URL('crowd.ts', import.meta.url)))
  }

  /** What its users saw of invitations, in order. */
  get sightings (): Sighting[] {
    return this.told.filter((told): told is Sighting => 'role' in told)
  }

  /** When its peers could be reached, and when not, in order. */
  get reaches (): Reach[] {
    return this.told.filter((told): told is Reach => 'peer' in told)
  }
}
