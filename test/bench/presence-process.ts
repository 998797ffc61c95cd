import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { ChildProcess } from 'node:child_process'
import type { FromHost, Orders, Sighting } from './presence-messages.ts'

interface Waiting {
  readonly resolve: (answers: unknown) => void
  readonly reject: (error: Error) => void
}

/** A process with many peers in it, as the benchmark sees it: `presence-host.ts`. */
export class PresenceProcess {
  readonly #child: ChildProcess
  readonly #waiting = new Map<number, Waiting>()
  #orders = 0

  constructor (seen: (sighting: Sighting) => void) {
    this.#child = fork(fileURLToPath(new URL('presence-host.ts', import.meta.url)), { execArgv: [...process.execArgv], serialization: 'advanced' })
    this.#child.on('message', (message: FromHost) => {
      if ('sightings' in message) {
        message.sightings.forEach(seen)
      } else {
        this.#hear(message)
      }
    })
    this.#child.on('exit', code => {
      for (const { reject } of this.#waiting.values()) {
        reject(new Error(`a process with peers ended with ${code}`))
      }
    })
  }

  async ask<Name extends keyof Orders> (order: Name, asks: Orders[Name]['asks']): Promise<Orders[Name]['answers']> {
    const number = this.#orders++

    return await new Promise((resolve, reject) => {
      // each order's answers are of its own type; the map of those that wait cannot say so
      this.#waiting.set(number, { resolve: answers => { resolve(answers as Orders[Name]['answers']) }, reject })
      this.#child.send({ order, number, asks })
    })
  }

  async end (): Promise<void> {
    const exited = once(this.#child, 'exit')

    this.#child.disconnect()
    await exited
  }

  #hear (message: Exclude<FromHost, { sightings: unknown }>): void {
    const waiting = this.#waiting.get(message.number)

    this.#waiting.delete(message.number)

    if ('failed' in message) {
      waiting?.reject(new Error(message.failed))
    } else {
      waiting?.resolve(message.answers)
    }
  }
}
