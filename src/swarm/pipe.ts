import { Uint8ArrayList } from 'uint8arraylist'
import { SEND_BUFFER } from './constants.ts'
import type { Path } from './path.ts'

/** The end of a pipe that bytes come out of. */
export interface Outlet {
  onData(data: Uint8ArrayList): void
}

export interface PipeInit {
  /** Where the bytes come out. */
  readonly outlet: () => Outlet
  /** Called when there is room again, after there was none. */
  readonly drained: () => void
  /** Called with everything that is sent. */
  readonly sent: () => void
}

/** Something on its way: bytes, or what else is to happen over there. */
interface Arrival {
  due: number
  readonly sentAt: number
  readonly data: Uint8ArrayList
  readonly arrived?: () => void
}

/** One direction of one connection: bytes come out in the order in which they went in, each when it is due and those before it are out. */
export class Pipe {
  readonly #path: Path
  readonly #outlet: () => Outlet
  readonly #drained: () => void
  readonly #sent: () => void
  #arrivals: Arrival[] = []
  #timer: ReturnType<typeof setTimeout> | undefined
  /** When the last byte that went in has left. */
  #leftAt = 0
  /** Bytes on their way. */
  #load = 0
  #isFull = false
  #isPaused = false
  #isStalled = false
  #isLost = false

  constructor (path: Path, { outlet, drained, sent }: PipeInit) {
    this.#path = path
    this.#outlet = outlet
    this.#drained = drained
    this.#sent = sent
    path.add(this)
  }

  /** Takes bytes; false if it is full, and drained later. */
  carry (data: Uint8ArrayList): boolean {
    this.#sent()
    this.#load += data.byteLength
    this.#isFull = this.#load >= SEND_BUFFER

    if (!this.#isLost) {
      const last = this.#arrivals.at(-1)

      // as a socket would: what is written in one go comes out in one go
      if (last != null && last.arrived == null && last.sentAt === moment() && this.#path.shape.bandwidth === Infinity) {
        last.data.append(data)
      } else {
        this.#push(data)
      }
    }

    return !this.#isFull
  }

  /** Lets something happen over there, after all that was sent before. */
  signal (arrived: () => void): void {
    this.#sent()

    if (!this.#isLost) {
      this.#push(new Uint8ArrayList(), arrived)
    }
  }

  /** The other side reads no more for now. */
  pause (): void {
    this.#isPaused = true
    this.#schedule()
  }

  resume (): void {
    this.#isPaused = false
    this.#schedule()
  }

  /** Holds all that is on its way, and will be. */
  stall (): void {
    this.#isStalled = true
    this.#schedule()
  }

  /** The path is parted. */
  parted (): void {
    this.#schedule()
  }

  /** Neither is any more: what was held sets out anew. */
  heal (): void {
    const due = moment() + this.#path.delay()

    for (const arrival of this.#timer == null ? this.#arrivals : []) {
      arrival.due = Math.max(arrival.due, due)
    }

    this.#isStalled = false
    this.#schedule()
  }

  /** From now on, what is on its way and what will be is gone, and nobody is told. */
  lose (): void {
    this.#isLost = true
    this.#arrivals = []
    this.#path.remove(this)
    this.#schedule()
  }

  #push (data: Uint8ArrayList, arrived?: () => void): void {
    const now = moment()
    const { bandwidth } = this.#path.shape

    this.#leftAt = Math.max(this.#leftAt, now) + data.byteLength / bandwidth * 1_000
    this.#arrivals.push({ due: Math.ceil(this.#leftAt) + this.#path.delay(), sentAt: now, data, ...(arrived == null ? {} : { arrived }) })

    if (this.#arrivals.length === 1) {
      this.#schedule()
    }
  }

  #schedule (): void {
    const [first] = this.#arrivals

    clearTimeout(this.#timer)
    this.#timer = undefined

    if (first != null && !this.#isPaused && !this.#isStalled && !this.#path.isParted) {
      this.#timer = setTimeout(() => { this.#deliver() }, Math.max(first.due - moment(), 0))
    }
  }

  #deliver (): void {
    const arrival = this.#arrivals.shift()

    this.#timer = undefined

    if (arrival == null) {
      return
    }

    this.#schedule()

    if (arrival.arrived == null) {
      this.#unload(arrival.data.byteLength)
      this.#outlet().onData(arrival.data)
    } else {
      arrival.arrived()
    }
  }

  #unload (bytes: number): void {
    this.#load -= bytes

    if (this.#isFull && this.#load < SEND_BUFFER / 2) {
      this.#isFull = false
      this.#drained()
    }
  }
}

/** Virtual time goes in whole milliseconds, but for the errors of floating point in how `performance.now` is computed. */
function moment (): number {
  return Math.round(performance.now())
}
