interface Event {
  readonly time: number
  readonly order: number
  readonly happen: () => void
}

/**
 * Time that passes from event to event. A binary heap; what is due at the same moment happens in the order in which it was
 * put in, so that a run depends on nothing but its seed.
 */
export class VirtualTime {
  readonly #events: Event[] = []
  #order = 0
  #now = 0

  /** Milliseconds since the start. */
  get now (): number {
    return this.#now
  }

  /** How many events are to come. */
  get pending (): number {
    return this.#events.length
  }

  /** As timers do, it happens at the next whole millisecond. */
  at (time: number, happen: () => void): void {
    this.#rise({ time: Math.max(Math.ceil(time), this.#now), order: this.#order++, happen })
  }

  after (ms: number, happen: () => void): void {
    this.at(this.#now + ms, happen)
  }

  /** Lets everything happen that is due by then. */
  runUntil (time: number): void {
    for (let first = this.#events[0]; first != null && first.time <= time; first = this.#events[0]) {
      this.#removeFirst()
      this.#now = first.time
      first.happen()
    }

    this.#now = time
  }

  #rise (event: Event): void {
    const events = this.#events
    let place = events.length

    while (place > 0) {
      const above = place - 1 >> 1
      const parent = events[above]

      if (parent == null || isBefore(parent, event)) {
        break
      }

      events[place] = parent
      place = above
    }

    events[place] = event
  }

  #removeFirst (): void {
    const events = this.#events
    const sinking = events.pop()

    if (sinking == null || events.length === 0) {
      return
    }

    let place = 0

    for (;;) {
      const left = events[2 * place + 1]
      const right = events[2 * place + 2]
      const isRight = left != null && right != null && isBefore(right, left)
      const child = isRight ? right : left

      if (child == null || isBefore(sinking, child)) {
        break
      }

      events[place] = child
      place = 2 * place + (isRight ? 2 : 1)
    }

    events[place] = sinking
  }
}

function isBefore (a: Event, b: Event): boolean {
  return a.time < b.time || (a.time === b.time && a.order < b.order)
}
