import { fileURLToPath } from 'node:url'
import { OrderedProcess } from './ordered-process.ts'
import type { Orders, Sighting } from './messages.ts'

/** A peer in a process of its own, as the test sees it: `peer.ts`, which tells what its user sees. */
export class PeerProcess extends OrderedProcess<Orders, Sighting> {
  constructor () {
    super(fileURLToPath(new URL('peer.ts', import.meta.url)))
  }
}
