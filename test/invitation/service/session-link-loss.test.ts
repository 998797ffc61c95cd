import { describe, expect, it } from 'vitest'
import { turn } from '../../environment/event-loop.ts'
import { HandMovedEnvironment } from '../../environment/hand-moved-environment.ts'
import { swallow } from '../../link/nodes.ts'
import { eventually } from './eventually.ts'
import { startPeers } from './peers.ts'
import { connect } from './ring.ts'
import type { Payload, Session } from '../../../src/index.ts'
import type { Peers } from './peers.ts'
import type { TestPeer } from './test-peer.ts'

const numbered = (count: number): string[] => Array.from({ length: count }, (_, index) => `message ${index}`)

async function sendAll (session: Session, messages: readonly string[], atOnce: number): Promise<void> {
  for (let from = 0; from < messages.length; from += atOnce) {
    await Promise.all(messages.slice(from, from + atOnce).map(async message => { await session.send(message) }))
  }
}

function listen (session: Session): Payload[] {
  const messages: Payload[] = []

  session.addEventListener('message', ({ detail: { data } }) => { messages.push(data) })

  return messages
}

/** Lets time pass until something is done; between two steps of time, does something else. */
async function passUntil (peers: Peers<[TestPeer, TestPeer]>, done: Promise<unknown>, meanwhile: () => Promise<void> = async () => {}): Promise<void> {
  const progress = { isDone: false }
  const finished = done.finally(() => { progress.isDone = true })

  while (!progress.isDone) {
    await meanwhile()
    await peers.pass(100)
  }

  await finished
}

describe('a link that is lost', () => {
  it('is told, and that it stands again', async () => {
    await using peers = await startPeers(2)
    const { local, remote } = await connect(...peers.all)
    const told: string[] = []

    for (const session of [local.session!, remote.session!]) {
      session.addEventListener('reconnecting', () => { told.push(`${session.role} reconnecting`) })
      session.addEventListener('connected', () => { told.push(`${session.role} connected`) })
    }

    peers.part()
    await peers.settle()
    expect(told.toSorted()).toEqual(['callee reconnecting', 'caller reconnecting'])
    expect([local.session?.isConnected, remote.session?.isConnected]).toEqual([false, false])

    peers.join()
    await peers.pass(10_000)
    expect(told.toSorted()).toEqual(['callee connected', 'callee reconnecting', 'caller connected', 'caller reconnecting'])
    expect([local.session?.isConnected, remote.session?.isConnected]).toEqual([true, true])
  })

  it.each(['message', 'receipt'])('with the %s on it has the message come once', async (lost) => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const { local, remote } = await connect(ada, ben)
    const heard = listen(remote.session!)
    const [from, to] = lost === 'message' ? [ada, ben] : [ben, ada]

    swallow(from.connectionsTo(to)[0]!)
    const sent = local.session!.send('hello')

    await peers.settle()
    peers.cut()
    await sent
    await eventually(() => { expect(heard).toEqual(['hello']) })
    await peers.settle()
    expect(heard).toEqual(['hello'])
  })

  it('with the word on it that there is room again lets the other side go on when it stands', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const { local, remote } = await connect(ada, ben)
    const sent = Promise.all(Array.from({ length: 3 }, async () => { await local.session!.send(new Uint8Array(65_536)) }))

    await peers.settle()
    // all that came is heard, and the window shut
    swallow(ben.connectionsTo(ada)[0]!)
    const heard = listen(remote.session!)

    await peers.settle()
    expect(heard).toHaveLength(1)
    peers.cut()
    await passUntil(peers, sent)
    expect(heard).toHaveLength(3)
  })

  it('keeps what is sent meanwhile, and sends it when it stands', async () => {
    await using peers = await startPeers(2)
    const { local, remote } = await connect(...peers.all)
    const [heardByBen, heardByAda] = [listen(remote.session!), listen(local.session!)]

    peers.part()
    await peers.settle()
    const sent = Promise.all([sendAll(local.session!, numbered(50), 50), sendAll(remote.session!, numbered(50), 50)])

    await peers.pass(5_000)
    expect([heardByBen, heardByAda]).toEqual([[], []])
    peers.join()
    await passUntil(peers, sent)
    expect([heardByBen, heardByAda]).toEqual([numbered(50), numbered(50)])
  })

  it('again and again, at any moment, has 10,000 messages each way come once and in order', async () => {
    await using peers = await startPeers(2)
    const { local, remote } = await connect(...peers.all)
    const messages = numbered(10_000)
    const [heardByBen, heardByAda] = [listen(remote.session!), listen(local.session!)]
    const sent = Promise.all([sendAll(local.session!, messages, 400), sendAll(remote.session!, messages, 300)])
    const chance = new HandMovedEnvironment()
    let cuts = 0

    await passUntil(peers, sent, async () => {
      if (heardByBen.length + heardByAda.length < 700 * cuts) {
        return
      }

      // what the pace held back is on its way, and anything up to its receipts arrives
      for (const { environment } of peers.all) {
        environment.advance(100)
      }

      for (let turns = chance.random() * 12; turns > 0; turns--) {
        await turn()
      }

      peers.cut()
      cuts++
    })

    expect(heardByBen).toEqual(messages)
    expect(heardByAda).toEqual(messages)
    expect(cuts).toBeGreaterThan(20)
    expect([local.session?.isOpen, remote.session?.isOpen]).toEqual([true, true])
  }, 240_000)
})
