import { asError } from '../errors/index.ts'
import { STALL_TIME } from './constants.ts'
import type { Stream } from '@libp2p/interface'
import type { Environment, Timer } from '../environment/index.ts'

export interface OneWayInit {
  /** Of each chunk before it is passed on: whether it may be. */
  readonly mayPass: (bytes: number) => boolean
  /** Nothing was taken for as long as is waited for that. */
  readonly stalled: () => void
}

/**
 * What one stream brings, given to another. While the other does not take it the first is not read, so that no more is held
 * than the window of a stream.
 */
export class OneWay {
  readonly #from: Stream
  readonly #to: Stream
  readonly #init: OneWayInit
  readonly #environment: Environment
  #stall: Timer | undefined

  constructor (from: Stream, to: Stream, init: OneWayInit, environment: Environment) {
    this.#from = from
    this.#to = to
    this.#init = init
    this.#environment = environment
    from.addEventListener('message', ({ data }) => { this.#pass(data) })
    from.addEventListener('end', () => { this.close() })
    to.addEventListener('drain', () => { this.#resume() })
    to.addEventListener('idle', () => { this.#resume() })
  }

  /** Nothing more comes. What was passed on already still leaves. */
  close (): void {
    this.#to.close().catch(thrown => { this.#to.abort(asError(thrown)) })
  }

  /** Leaves no timer behind. */
  stop (): void {
    this.#stall?.stop()
    this.#stall = undefined
  }

  #pass (data: Parameters<Stream['send']>[0]): void {
    if (!this.#init.mayPass(data.byteLength) || this.#to.writeStatus !== 'writable' || this.#to.send(data)) {
      return
    }

    if (this.#from.readStatus === 'readable') {
      this.#from.pause()
      this.#stall = this.#environment.startTimer(STALL_TIME, this.#init.stalled)
    }
  }

  /** A drain that left something behind is none: whoever takes byte after byte would have the rest of the window held each time. */
  #resume (): void {
    if (this.#from.readStatus === 'paused' && this.#to.writeBufferLength === 0 && !this.#to.writableNeedsDrain) {
      this.stop()
      this.#from.resume()
    }
  }
}
