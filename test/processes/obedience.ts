import type { Order, OrderMap, Report } from './orders.ts'

/** How long something that is told waits for more to go with it, milliseconds: hundreds of small messages a second would slow down what they tell of. */
const TELLING_TIME = 20

/**
 * Has this process carry out what the one that forked it orders, and returns how to tell that one what is seen.
 *
 * @param carryOut - its result is the answer
 */
export function obey<Orders extends OrderMap<Orders>> (carryOut: (message: Order<Orders>) => Promise<unknown>): (seen: unknown) => void {
  let waiting: unknown[] = []

  const sendWaiting = (): void => {
    if (waiting.length > 0) {
      send({ told: waiting })
      waiting = []
    }
  }

  const carryOutAndAnswer = async (message: Order<Orders>): Promise<void> => {
    const { number } = message
    let answer: Report<unknown>

    try {
      answer = { number, answers: await carryOut(message) }
    } catch (thrown) {
      answer = { number, failed: thrown instanceof Error ? thrown.stack ?? thrown.message : String(thrown) }
    }

    // what was seen before it was done is told before
    sendWaiting()
    send(answer)
  }

  process.on('unhandledRejection', thrown => { send({ unhandled: `rejection: ${thrown instanceof Error ? thrown.stack : String(thrown)}` }) })
  process.on('uncaughtException', thrown => { send({ unhandled: `exception: ${thrown.stack}` }) })
  process.on('message', (message: Order<Orders>) => { void carryOutAndAnswer(message) })

  return seen => {
    if (waiting.push(seen) === 1) {
      setTimeout(sendWaiting, TELLING_TIME)
    }
  }
}

function send (report: Report<unknown>): void {
  process.send?.(report)
}
