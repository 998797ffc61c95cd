import { AbstractMultiaddrConnection } from '@libp2p/utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { advertised, eventually, Nodes } from './nodes.ts'
import { HandMovedEnvironment } from '../environment/hand-moved-environment.ts'
import type { ReachablePeer, TestRelay } from './nodes.ts'
import type { Connection } from '@libp2p/interface'

/** Its timers stand still while it sleeps; the date does not. */
class SleepingEnvironment extends HandMovedEnvironment {
  #slept = 0

  sleep (ms: number): void {
    this.#slept += ms
  }

  override date (): number {
    return super.date() + this.#slept
  }
}

class TestDocument extends EventTarget {
  visibilityState = 'visible'
}

let nodes: Nodes
let environment: SleepingEnvironment
let page: { window: EventTarget, document: TestDocument }
let relay: TestRelay
let peer: ReachablePeer

beforeEach(async () => {
  nodes = new Nodes()
  // the date is the real one, since it is what reservations go by
  environment = new SleepingEnvironment(1, Date.now())
  page = { window: new EventTarget(), document: new TestDocument() }
  relay = await nodes.relay()
  peer = await nodes.peer({ relays: [relay.address], environment, page })
  await peer.reachability.untilReachable()
  await rest()
})
afterEach(async () => { await nodes[Symbol.asyncDispose]() })

/** From now on nothing that this end of the connection sends arrives, and nobody is told: as when a cable is pulled. */
function swallow (connection: Connection): void {
  const transport: unknown = Reflect.get(connection, 'maConn')

  if (!(transport instanceof AbstractMultiaddrConnection)) {
    throw new TypeError('libp2p keeps the transport of a connection elsewhere')
  }

  transport.sendData = ({ byteLength }) => ({ sentBytes: byteLength, canSendMore: true })
  transport.sendReset = () => {}
  transport.sendClose = async () => {}
}

/** Waits until nothing is under way but the look at the clock. */
async function rest (): Promise<void> {
  await vi.waitUntil(() => environment.pendingTimers === 1, { timeout: 30_000 })
}

function toRelay (): Connection {
  return peer.node.getConnections(relay.node.peerId)[0]!
}

const signs: Array<[string, () => void]> = [
  ['the network is back', () => { page.window.dispatchEvent(new Event('online')) }],
  ['the page runs again', () => { page.document.dispatchEvent(new Event('resume')) }],
  ['the page is seen again', () => { page.document.dispatchEvent(new Event('visibilitychange')) }],
  ['the page is back from the cache', () => { page.window.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true })) }],
  ['the app says so', () => { peer.reachability.tryNow() }]
]

const asleep: [string, () => void] = ['the machine was asleep', () => {
  environment.sleep(60_000)
  environment.advance(10_000)
}]

describe.for(signs)('when %s', ([, show]) => {
  it('a relay that was lost is tried at once', async () => {
    await relay.stop()
    await eventually(() => { expect(peer.reachability.relays[0]?.state).toBe('waiting') })

    // many tries later it may be seconds until the next one
    for (let failures = 0; failures < 6; failures++) {
      const before = peer.reachability.relays[0]!.error

      await eventually(() => {
        if (peer.reachability.relays[0]!.state === 'waiting' && peer.reachability.relays[0]!.error === before) {
          environment.advance(environment.untilNextTimer)
        }

        expect(peer.reachability.relays[0]!.error).not.toBe(before)
      })
    }

    await relay.start()

    // from now on time stands still
    show()
    await peer.reachability.untilReachable({ signal: AbortSignal.timeout(20_000) })
  })

})

describe.for([...signs, asleep])('when %s', ([, show]) => {
  it('a relay that is held and does not answer any more is given up', async () => {
    const dead = toRelay()

    swallow(dead)
    show()
    // the times that its answer, and then an orderly close, are waited for
    await eventually(() => {
      environment.advance(500)
      expect(dead.status).toBe('closed')
    })
    expect(peer.told).toContain('relay:lost')
  })

  it('a relay that still answers is left alone', async () => {
    show()
    // the verification is over when its time limit is
    await rest()
    expect(peer.told).toEqual(['relay:held', 'reachable'])
    expect(toRelay().status).toBe('open')
  })
})

describe('a reservation', () => {
  it('is renewed on wake when it is about to end, and not before', async () => {
    const ends = (): bigint | undefined => {
      const transport = peer.components.transportManager.getTransports().find(({ [Symbol.toStringTag]: name }) => name.includes('circuit'))!

      return Reflect.get(transport, 'reservationStore').getReservation(relay.node.peerId)?.expire
    }
    const short = await nodes.relay({ reservationTtl: 200_000 })

    relay = short
    peer = await nodes.peer({ relays: [short.address], environment, page: { window: new EventTarget(), document: new TestDocument() } })
    await peer.reachability.untilReachable()

    const before = ends()!

    // the end of a reservation is told in whole seconds
    await eventually(() => {
      peer.reachability.tryNow()
      expect(ends()).toBeGreaterThan(before)
    })
    expect(advertised(peer)).toEqual([short.address.toString()])
  })

  it('is not renewed when it lasts', async () => {
    const reserve = relay.node.services.relay.reservations.get(peer.node.peerId)

    peer.reachability.tryNow()
    await rest()
    expect(relay.node.services.relay.reservations.get(peer.node.peerId)).toBe(reserve)
  })
})

describe('when there is no network', () => {
  it('nothing is given up for that', async () => {
    page.window.dispatchEvent(new Event('offline'))
    await environment.pass(5_000)
    expect(peer.reachability.isReachable).toBe(true)
    expect(toRelay().status).toBe('open')
  })
})
