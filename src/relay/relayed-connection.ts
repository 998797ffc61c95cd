import { END_TIME } from './constants.ts'
import { RelayLimitError } from './errors.ts'
import { OneWay } from './one-way.ts'
import type { Stream } from '@libp2p/interface'
import type { Environment, Timer } from '../environment/index.ts'

export interface RelayedConnectionInit {
  /** Milliseconds that it may last. */
  readonly time: number
  /** Bytes that it may carry, both ways together. */
  readonly bytes: number
  /** Called once, when both streams are closed. */
  readonly ended: () => void
}

/** Two streams of which each is given what the other brings, until one of them ends or a limit is reached. */
export class RelayedConnection {
  readonly #streams: readonly [Stream, Stream]
  readonly #ways: readonly [OneWay, OneWay]
  readonly #environment: Environment
  readonly #ended: () => void
  readonly #lifetime: Timer
  #bytesLeft: number
  /** Runs while only one side is closed. */
  #ending: Timer | undefined

  constructor (caller: Stream, callee: Stream, { time, bytes, ended }: RelayedConnectionInit, environment: Environment) {
    const init = {
      mayPass: (count: number) => this.#take(count),
      stalled: () => { this.cut(new RelayLimitError('one side does not read')) }
    }

    this.#environment = environment
    this.#ended = ended
    this.#bytesLeft = bytes
    this.#lifetime = environment.startTimer(time, () => { this.cut(new RelayLimitError(`lasted for ${time} ms`)) })
    this.#streams = [caller, callee]
    this.#ways = [new OneWay(caller, callee, init, environment), new OneWay(callee, caller, init, environment)]
    caller.addEventListener('close', ({ error }) => { this.#onClose(callee, error) }, { once: true })
    callee.addEventListener('close', ({ error }) => { this.#onClose(caller, error) }, { once: true })
  }

  cut (error: Error): void {
    for (const stream of this.#streams) {
      stream.abort(error)
    }
  }

  #take (bytes: number): boolean {
    this.#bytesLeft -= bytes

    if (this.#bytesLeft < 0) {
      this.cut(new RelayLimitError('carried all bytes that it may'))
    }

    return this.#bytesLeft >= 0
  }

  #onClose (other: Stream, error: Error | undefined): void {
    if (this.#streams.every(({ timeline }) => timeline.close != null)) {
      this.#ending?.stop()
      this.#lifetime.stop()
      this.#ways.forEach(way => { way.stop() })
      this.#ended()
    } else if (error != null) {
      other.abort(error)
    } else {
      // its connection may have closed under it before it could say so
      this.#ways.forEach(way => { way.close() })
      this.#ending = this.#environment.startTimer(END_TIME, () => { other.abort(new RelayLimitError('the other side is closed')) })
    }
  }
}
