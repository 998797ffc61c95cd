import { defaultLogger } from '@libp2p/logger'
import { describe, expect, it } from 'vitest'
import { Answerer } from '../../../src/presence/exchange/answerer.ts'
import { MAX_PAGE_BYTES } from '../../../src/presence/exchange/index.ts'
import { PeerAllowance } from '../../../src/presence/exchange/peer-allowance.ts'
import { HandMovedEnvironment } from '../../environment/hand-moved-environment.ts'
import { TestDesk, TOPIC } from './nodes.ts'

function start (pageBytes: number = 100): { desk: TestDesk, environment: HandMovedEnvironment, newPeer: () => PeerAllowance, ask: (peer: PeerAllowance) => Promise<string> } {
  const desk = new TestDesk()
  const environment = new HandMovedEnvironment()
  const answerer = new Answerer(desk, environment, defaultLogger().forComponent('test'))

  desk.answers = async () => ({ entries: new Uint8Array(pageBytes) })

  return {
    desk,
    environment,
    newPeer: () => new PeerAllowance(environment.now()),
    ask: async (peer) => (await answerer.answer({ kind: 'ask', id: 1, topic: TOPIC }, peer)).outcome
  }
}

async function times<T> (count: number, work: () => Promise<T>): Promise<T[]> {
  return await Promise.all(Array.from({ length: count }, work))
}

describe('one peer that asks', () => {
  it('gets eight answers at once and then one in two seconds, and the desk is spared the rest', async () => {
    const { desk, environment, newPeer, ask } = start()
    const peer = newPeer()

    expect(await times(10, async () => await ask(peer))).toEqual([...Array.from({ length: 8 }, () => 'page'), 'busy', 'busy'])
    expect(desk.questions).toHaveLength(8)
    environment.advance(1_999)
    expect(await ask(peer)).toBe('busy')
    environment.advance(1)
    expect([await ask(peer), await ask(peer)]).toEqual(['page', 'busy'])
    expect(desk.questions).toHaveLength(9)
  })

  it('takes nothing from another', async () => {
    const { newPeer, ask } = start()
    const greedy = newPeer()

    await times(20, async () => await ask(greedy))

    expect(await ask(newPeer())).toBe('page')
  })

  it('and asks on although it is told to wait is given up', async () => {
    const { newPeer, environment, ask } = start()
    const peer = newPeer()

    await times(8 + 32, async () => await ask(peer))
    await expect(ask(peer)).rejects.toMatchObject({ name: 'TooOftenError' })
    environment.advance(1_000)
    expect(await ask(peer)).toBe('busy')
    await expect(ask(peer)).rejects.toMatchObject({ name: 'TooOftenError' })
  })
})

describe('all peers that ask', () => {
  it('get 512 KiB of pages at once and then 64 KiB a second, and the desk is spared the rest', async () => {
    const { desk, environment, newPeer, ask } = start(MAX_PAGE_BYTES)

    expect(await times(10, async () => await ask(newPeer()))).toEqual([...Array.from({ length: 8 }, () => 'page'), 'busy', 'busy'])
    expect(desk.questions).toHaveLength(8)
    environment.advance(999)
    expect(await ask(newPeer())).toBe('busy')
    environment.advance(1)
    expect([await ask(newPeer()), await ask(newPeer())]).toEqual(['page', 'busy'])
  })

  it('are counted by what was sent: of small answers there are many', async () => {
    const { desk, newPeer, ask } = start(2_000)
    const answers: string[] = []

    // the largest page must fit in when one is asked for
    for (let index = 0; index < 231; index++) {
      answers.push(await ask(newPeer()))
    }

    expect(answers.filter(outcome => outcome === 'page')).toHaveLength(230)
    expect(desk.questions).toHaveLength(230)
  })

  it('cost something even if there is nothing to send', async () => {
    const { desk, newPeer, ask } = start()
    let answered = 0

    desk.answers = async () => 'same'

    while (await ask(newPeer()) === 'same') {
      answered++
    }

    expect(answered).toBe((512 - 64) + 1)
  })

  it('are told to wait at no cost to their own share', async () => {
    const { environment, newPeer, ask } = start(MAX_PAGE_BYTES)
    const peer = newPeer()

    await times(8, async () => await ask(newPeer()))
    expect(await times(8, async () => await ask(peer))).toEqual(Array.from({ length: 8 }, () => 'busy'))
    environment.advance(8_000)

    expect(await times(8, async () => await ask(peer))).toEqual(Array.from({ length: 8 }, () => 'page'))
  })

  it('get back what was set aside for a page that the desk did not make', async () => {
    const { desk, newPeer, ask } = start()

    desk.answers = async () => { throw new Error('no roster') }
    await times(8, async () => await ask(newPeer()))
    desk.answers = async () => 'same'

    expect(await ask(newPeer())).toBe('same')
  })
})
