import type { Connection, Logger, PeerId } from '@libp2p/interface'
import type { Environment } from '../../environment/index.ts'
import type { Answerer } from './answerer.ts'
import type { RoomDesk } from './index.ts'

/** What everything that belongs to one run of an exchange has in common. */
export interface ExchangeContext {
  readonly environment: Environment
  readonly log: Logger
  readonly desk: RoomDesk
  readonly answerer: Answerer
  readonly protocol: string
  /** Aborts when the exchange is stopped, with the error for those who wait. */
  readonly stopped: AbortSignal
  connections(peer: PeerId): Connection[]
}
