import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import type { Order, OrderMap, Report } from './orders.ts'

interface Waiting {
  readonly resolve: (answers: unknown) => void
  readonly reject: (error: Error) => void
}

/** A process of its own under plain Node that carries out orders, as the test sees it; `obedience.ts` is the other end. */
export class OrderedProcess<Orders extends OrderMap<Orders>, Told> {
  /** Everything that it told, in order. */
  readonly told: Told[] = []
  /** Unhandled rejections and uncaught exceptions. */
  readonly unhandled: string[] = []
  /** Resolves with the exit code; null if it was killed. */
  readonly exited: Promise<number | null>
  readonly #child: ChildProcess
  readonly #waiting = new Map<number, Waiting>()
  #orders = 0

  /**
   * @param script - the path of what it runs
   * @param flags - of Node, for it
   */
  constructor (script: string | URL, flags: readonly string[] = ['--expose-gc']) {
    this.#child = fork(script, { execArgv: [...flags], serialization: 'advanced' })
    this.#child.on('message', (message: Report<Told>) => { this.#hear(message) })
    this.exited = new Promise(resolve => {
      this.#child.on('exit', code => {
        for (const { reject } of this.#waiting.values()) {
          reject(new Error(`the process ended with ${code}`))
        }

        resolve(code)
      })
    })
  }

  async ask<Name extends keyof Orders> (order: Name, asks: Orders[Name]['asks']): Promise<Orders[Name]['answers']> {
    const number = this.#orders++

    return await new Promise((resolve, reject) => {
      this.#waiting.set(number, { resolve: answers => { resolve(answers) }, reject })
      this.#child.send({ order, number, asks } satisfies Pick<Order<Orders>, 'order' | 'number' | 'asks'>)
    })
  }

  /** Lets go of it: from now on nothing but what it left running keeps it alive. */
  release (): void {
    this.#child.disconnect()
  }

  kill (): void {
    this.#child.kill('SIGKILL')
  }

  #hear (message: Report<Told>): void {
    if ('told' in message) {
      this.told.push(...message.told)
    } else if ('unhandled' in message) {
      this.unhandled.push(message.unhandled)
    } else {
      const waiting = this.#waiting.get(message.number)

      this.#waiting.delete(message.number)

      if ('failed' in message) {
        waiting?.reject(new Error(message.failed))
      } else {
        waiting?.resolve(message.answers)
      }
    }
  }
}
