import { describe, expect, it } from 'vitest'
import { startPeers } from './peers.ts'
import { connect, ring } from './ring.ts'
import { walk } from './walk.ts'
import type { Payload } from '../../../src/index.ts'

describe('a handle', () => {
  it('shows what it is of, from its making on', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const local = ada.service.createLocalInvitation(ben.id, { content: 'lunch?', channelId: 'table 5', ringTime: 20_000, deliveryTime: 10_000 })

    expect(local).toMatchObject({
      role: 'caller', state: 'idle', content: 'lunch?', channelId: 'table 5', ringTime: 20_000, deliveryTime: 10_000, response: undefined, end: undefined, session: undefined
    })
    expect(local.id).toMatch(/^[0-9a-f]{32}$/)
    await local.send()
    expect(await ben.receives()).toMatchObject({
      role: 'callee', id: local.id, content: 'lunch?', channelId: 'table 5', ringTime: 20_000, response: undefined, end: undefined, session: undefined
    })
  })

  it('has an id that no other has', async () => {
    await using peers = await startPeers(2, { started: false })
    const [ada, ben] = peers.all
    const ids = Array.from({ length: 100 }, () => ada.service.createLocalInvitation(ben.id).id)

    expect(new Set(ids).size).toBe(100)
  })

  it('rings for 60 s and looks for its callee for 30 s unless it is told otherwise', async () => {
    await using peers = await startPeers(2, { started: false })
    const [ada, ben] = peers.all

    expect(ada.service.createLocalInvitation(ben.id)).toMatchObject({ ringTime: 60_000, deliveryTime: 30_000, content: undefined, channelId: undefined })
  })

  it.each<[string, Payload]>([
    ['text', 'lunch? 🍜'],
    ['empty text', ''],
    ['text that begins with a byte order mark', '\uFEFFlunch?'],
    ['bytes', Uint8Array.from([0, 1, 254, 255])],
    ['no bytes at all', new Uint8Array(0)]
  ])('brings to the other side as it is: %s', async (_, payload) => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const { local, remote } = await ring(ada, ben, { content: payload })

    expect(remote.content).toStrictEqual(payload)
    await remote.accept({ response: payload })
    expect(local.response).toStrictEqual(payload)
    expect(remote.response).toStrictEqual(payload)
    expect((await local.outcome).response).toStrictEqual(payload)

    const { local: refused, remote: refusing } = await ring(ada, ben)

    await refusing.refuse({ response: payload })
    expect(refused.response).toStrictEqual(payload)
  })

  it('brings bytes as they were when they were given', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const content = Uint8Array.from([1, 2, 3])
    const local = ada.service.createLocalInvitation(ben.id, { content })

    content.fill(0)
    await local.send()

    expect((await ben.receives()).content).toStrictEqual(Uint8Array.from([1, 2, 3]))
  })

  it('has neither content nor response where none was given', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const { local, remote } = await connect(ada, ben)

    expect([remote.content, remote.channelId, local.response, remote.response]).toEqual([undefined, undefined, undefined, undefined])
    expect('response' in await local.outcome).toBe(false)
  })

  it('shows where it stands and since when, to people', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const made = ada.environment.date()
    const local = ada.service.createLocalInvitation(ben.id)

    await peers.pass(1_000)
    await local.send()
    const remote = await ben.receives()

    await peers.pass(2_000)
    expect(local.timestamps).toEqual({ idle: made, sending: made + 1_000, delivered: made + 1_000, ringing: made + 1_000 })
    await remote.accept()

    expect(local.timestamps).toEqual({ idle: made, sending: made + 1_000, delivered: made + 1_000, ringing: made + 1_000, accepted: made + 3_000 })
    expect(remote.timestamps).toEqual({ received: made + 1_000, ringing: made + 1_000, accepting: made + 3_000, accepted: made + 3_000 })
    expect([local.state, remote.state]).toEqual(['accepted', 'accepted'])
    expect(await local.outcome).toEqual({ state: 'accepted', reason: 'accepted', originator: 'remote', at: made + 3_000, session: local.session })
    expect(await remote.outcome).toEqual({ state: 'accepted', reason: 'accepted', originator: 'local', at: made + 3_000, session: remote.session })
  })

  it('tells each state in an event of that name, with how it ended', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const details: unknown[] = []
    const local = ada.service.createLocalInvitation(ben.id)

    for (const state of ['sending', 'delivered', 'ringing', 'refused', 'accepted', 'canceled', 'expired', 'failed'] as const) {
      local.addEventListener(state, ({ detail }) => { details.push(detail) })
    }

    await local.send()
    await (await ben.receives()).refuse({ reason: 'busy', text: 'until six', response: 'sorry' })

    const at = ada.environment.date()

    expect(details).toEqual([
      { state: 'sending', at },
      { state: 'delivered', at },
      { state: 'ringing', at },
      { state: 'refused', at, end: { state: 'refused', reason: 'busy', originator: 'remote' }, text: 'until six', response: 'sorry' }
    ])
  })

  it('shows the session that an acceptance opens, and how it ended', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const { local, remote } = await connect(ada, ben)
    const ends: unknown[] = []

    local.session?.addEventListener('ended', ({ detail }) => { ends.push(detail) })
    remote.session?.addEventListener('ended', ({ detail }) => { ends.push(detail) })
    expect([local.session?.isOpen, remote.session?.isOpen]).toEqual([true, true])

    await remote.session!.end({ reason: 'replaced' })

    const [ofBen, ofAda] = [{ reason: 'replaced', originator: 'local', at: expect.any(Number) }, { reason: 'replaced', originator: 'remote', at: expect.any(Number) }]

    expect([remote.session?.isOpen, local.session?.isOpen]).toEqual([false, false])
    expect(ends).toEqual([ofBen, ofAda])
    expect(await Promise.all([remote.session!.ended, local.session!.ended])).toEqual([ofBen, ofAda])
    // how the invitation itself ended does not change by that
    expect([local.state, remote.state]).toEqual(['accepted', 'accepted'])
  })

  it('is found and listed for as long as its session is open', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const { local, remote } = await connect(ada, ben)

    expect(ada.service.get(local.id)).toBe(local)
    expect(ben.service.list()).toEqual([remote])

    await local.session!.end()
    expect(ada.service.list()).toEqual([])
    expect(ben.service.list()).toEqual([])
  })

  it('resolves its outcome for whoever asks late, too', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const { local } = await ring(ada, ben)

    await local.cancel({ reason: 'replaced' })
    await peers.pass(1_000)

    expect(await local.outcome).toMatchObject({ state: 'canceled', reason: 'replaced' })
  })
})

describe('walking the states of a handle', () => {
  it('gives each one, from the first on, and is done after the end', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const local = ada.service.createLocalInvitation(ben.id)
    const walked = walk(local)

    await local.send()
    const remote = await ben.receives()
    const remoteWalked = walk(remote)

    await remote.accept()

    expect(await walked).toEqual(['idle', 'sending', 'delivered', 'ringing', 'accepted'])
    expect(await remoteWalked).toEqual(['received', 'ringing', 'accepting', 'accepted'])
  })

  it('gives all of them to whoever comes late', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const { local } = await ring(ada, ben)

    await local.cancel()

    expect(await walk(local)).toEqual(['idle', 'sending', 'delivered', 'ringing', 'canceled'])
    expect(await walk(local.states())).toEqual(['idle', 'sending', 'delivered', 'ringing', 'canceled'])
  })

  it('gives each walker all of them, however slow', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const local = ada.service.createLocalInvitation(ben.id)
    const slow: string[] = []
    const walking = (async () => {
      for await (const state of local) {
        slow.push(state)
        await peers.settle()
      }
    })()

    await local.send()
    await local.cancel()
    await walking

    expect(slow.at(0)).toBe('idle')
    expect(slow).toEqual(await walk(local))
  })

  it('may be left in the middle', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const local = ada.service.createLocalInvitation(ben.id)
    const walked: string[] = []

    void local.send()

    for await (const state of local) {
      walked.push(state)

      if (state === 'ringing') {
        break
      }
    }

    expect(walked).toEqual(['idle', 'sending', 'delivered', 'ringing'])
  })
})
