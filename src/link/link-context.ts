import type { CounterGroup, Logger } from '@libp2p/interface'
import type { Environment } from '../environment/index.ts'
import type { Dialer } from './dialer.ts'
import type { LinkListener } from './index.ts'
import type { PeerLink } from './peer-link.ts'
import type { StreamOpener } from './stream-opener.ts'

/** What all links of this peer share. */
export interface LinkContext {
  readonly listener: LinkListener
  readonly environment: Environment
  readonly dialer: Dialer
  readonly opener: StreamOpener
  readonly log: Logger
  readonly streamCount: CounterGroup<'opened' | 'closed'> | undefined
  readonly wordCount: CounterGroup<'in' | 'out'> | undefined
  /** Milliseconds. */
  readonly idleTimeout: number
  /** Milliseconds. */
  readonly answerTimeout: number
  /** While it is false, links do nothing and tell nothing. */
  readonly isRunning: boolean
  /** The links that hold something: a stream, a timer, a debt. They are kept; the others may be forgotten. */
  readonly inUse: Set<PeerLink>
}
