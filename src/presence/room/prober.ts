import { MAX_PROBES, PROBE_TIMEOUT } from './constants.ts'
import type { Environment } from '../../environment/index.ts'
import type { PeerId } from '@libp2p/interface'
import type { ConnectionManager } from '@libp2p/interface-internal'

/**
 * Finds out whether a peer can still be reached, by dialling it. Rooms that ask for the same peer share one dial, and only
 * so many are under way at once.
 */
export class Prober {
  readonly #connectionManager: Pick<ConnectionManager, 'openConnection'>
  readonly #environment: Environment
  readonly #probes = new Map<string, Promise<boolean>>()
  /** Those who wait for their turn. */
  readonly #waiting: Array<() => void> = []
  #running = 0
  #signal: AbortSignal | undefined

  constructor (connectionManager: Pick<ConnectionManager, 'openConnection'>, environment: Environment) {
    this.#connectionManager = connectionManager
    this.#environment = environment
  }

  /** Dials until the signal aborts. */
  start (signal: AbortSignal): void {
    this.#signal = signal
  }

  /** Resolves to whether there is a connection to the peer now; never rejects. */
  async probe (peer: PeerId): Promise<boolean> {
    const key = peer.toString()
    const probe = this.#probes.get(key) ?? this.#dial(peer).finally(() => { this.#probes.delete(key) })

    this.#probes.set(key, probe)

    return probe
  }

  async #dial (peer: PeerId): Promise<boolean> {
    if (this.#running >= MAX_PROBES) {
      await new Promise<void>(resolve => { this.#waiting.push(resolve) })
    }

    this.#running++

    const deadline = new AbortController()
    const timer = this.#environment.startTimer(PROBE_TIMEOUT, () => { deadline.abort() })

    try {
      const signal = AbortSignal.any([deadline.signal, ...(this.#signal == null ? [] : [this.#signal])])

      signal.throwIfAborted()
      await this.#connectionManager.openConnection(peer, { signal })

      return true
    } catch {
      return false
    } finally {
      timer.stop()
      this.#running--
      this.#waiting.shift()?.()
    }
  }
}
