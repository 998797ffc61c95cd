import { BackOff } from '../waiting/index.ts'
import { DISCONNECTED_TIME, LEAST_RESTART_PAUSE, MAX_RESTARTS, RESTART_BACK_OFF, RESTART_TIME } from './constants.ts'
import type { Environment, Timer } from '../environment/index.ts'

/** Why ICE is restarted: it failed, it was disconnected for 3 s, or the network is another than before. */
export type RestartReason = 'failed' | 'disconnected' | 'network-changed'

export interface IceRestartsInit {
  readonly environment: Environment
  /** What `iceConnectionState` is now. */
  readonly state: () => string
  /** Whether the other side could hear of a restart now. */
  readonly canBeHeard: () => boolean
  readonly restart: (reason: RestartReason) => void
  /** As many restarts as there may be came to nothing. */
  readonly gaveUp: () => void
}

/** When ICE is restarted: at once, then with back-off as long as it is not connected, and not without end. */
export class IceRestarts {
  readonly #init: IceRestartsInit
  readonly #backOff: BackOff
  /** How many came to nothing since it was connected last, or the network changed. */
  #count = 0
  #lastAt = -Infinity
  #timer: Timer | undefined
  /** Whether the timer only waits for `disconnected` to pass. */
  #isPatient = false

  constructor (init: IceRestartsInit) {
    this.#init = init
    this.#backOff = new BackOff(() => init.environment.random(), RESTART_BACK_OFF)
  }

  /** `iceConnectionState` is another one. */
  stateChanged (): void {
    switch (this.#init.state()) {
      case 'connected':
      case 'completed':
        this.stop()
        this.#begin()
        break
      case 'checking':
        // the other side has restarted
        if (this.#isPatient) {
          this.stop()
        }

        break
      case 'disconnected':
        if (this.#timer == null) {
          this.#isPatient = true
          this.#wait(DISCONNECTED_TIME, () => { this.#restart('disconnected') })
        }

        break
      case 'failed':
        if (this.#timer == null || this.#isPatient) {
          this.#restart('failed')
        }

        break
      default:
        break
    }
  }

  /** The network is another, or may be: the addresses that candidates were made of may be gone. */
  networkChanged (): void {
    const state = this.#init.state()

    // before it was ever tried there is nothing to restart
    if (state !== 'new' && state !== 'closed') {
      this.#begin()
      this.#restart('network-changed')
    }
  }

  stop (): void {
    this.#timer?.stop()
    this.#timer = undefined
    this.#isPatient = false
  }

  #begin (): void {
    this.#count = 0
    this.#backOff.reset()
  }

  #restart (reason: RestartReason): void {
    const { environment, canBeHeard, restart, gaveUp } = this.#init
    const pause = this.#lastAt + LEAST_RESTART_PAUSE - environment.now()

    this.stop()

    // when the link stands again, the network may have changed
    if (!canBeHeard()) {
      return
    }

    if (pause > 0) {
      this.#wait(pause, () => { this.#restart(reason) })
    } else if (this.#count === MAX_RESTARTS) {
      gaveUp()
    } else {
      this.#count++
      this.#lastAt = environment.now()
      this.#wait(RESTART_TIME + this.#backOff.next(), () => { this.#judge() })
      restart(reason)
    }
  }

  /** A restart has had its time. One that was made while ICE was connected may have changed no state. */
  #judge (): void {
    const state = this.#init.state()

    if (state === 'connected' || state === 'completed') {
      this.#begin()
    } else {
      this.#restart('failed')
    }
  }

  #wait (ms: number, then: () => void): void {
    this.#timer = this.#init.environment.startTimer(ms, () => {
      this.#timer = undefined
      then()
    })
  }
}
