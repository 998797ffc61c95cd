import { describe, expect, it } from 'vitest'
import { eventually } from './eventually.ts'
import { openSession, readAll, readSome } from './open-session.ts'
import { startPeers } from './peers.ts'
import { RawPeer } from './raw-peer.ts'
import { rejection } from './rejection.ts'
import { ring } from './ring.ts'
import { untyped } from './untyped.ts'
import type { Payload } from '../../../src/index.ts'

const numbered = (count: number): string[] => Array.from({ length: count }, (_, index) => `message ${index}`)

describe('an acceptance', () => {
  it('opens a session on both sides, which knows what it came of', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const { local, remote } = await ring(ada, ben, { channelId: 'table 5' })

    expect([local.session, remote.session]).toEqual([undefined, undefined])

    const ofBen = await remote.accept()
    const outcome = await local.outcome

    expect(ofBen).toBe(remote.session)
    expect(outcome).toMatchObject({ state: 'accepted' })
    expect(outcome.session).toBe(local.session)
    expect(local.session).toMatchObject({ id: local.id, role: 'caller', channelId: 'table 5', isOpen: true, isConnected: true })
    expect(ofBen).toMatchObject({ id: local.id, role: 'callee', channelId: 'table 5', isOpen: true, isConnected: true })
    expect([local.session?.peer.equals(ben.id), ofBen.peer.equals(ada.id)]).toEqual([true, true])
  })

  it('tells both services of it, before any message', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const told: string[] = []

    ada.service.addEventListener('session:opened', ({ detail: session }) => {
      told.push(`opened ${session.role}`)
      session.addEventListener('message', ({ detail: { data } }) => { told.push(String(data)) })
    })

    const { remote } = await ring(ada, ben)

    await (await remote.accept()).send('hello')
    expect(told).toEqual(['opened caller', 'hello'])
  })
})

describe('a message', () => {
  it.each<[string, Payload]>([
    ['text', 'v=0'],
    ['empty text', ''],
    ['text that begins with U+FEFF', '\ufeffa'],
    ['bytes', Uint8Array.of(0, 255)],
    ['no bytes', new Uint8Array(0)],
    ['the largest text', '€'.repeat(21_845) + 'x'],
    ['the most bytes', new Uint8Array(65_536).fill(0xa5)]
  ])('arrives as it was given, both ways: %s', async (_what, data) => {
    await using peers = await startPeers(2)
    const [ofAda, ofBen] = await openSession(...peers.all)

    await Promise.all([ofAda.send(data), ofBen.send(data)])

    expect(await readSome(ofBen, 1)).toStrictEqual([data])
    expect(await readSome(ofAda, 1)).toStrictEqual([data])
  })

  it('is sent as it was when it was given', async () => {
    await using peers = await startPeers(2)
    const [ofAda, ofBen] = await openSession(...peers.all)
    const bytes = Uint8Array.of(1, 2, 3)
    const sent = ofAda.send(bytes)

    bytes.fill(0)
    await sent
    expect(await readSome(ofBen, 1)).toStrictEqual([Uint8Array.of(1, 2, 3)])
  })

  it('arrives in the order of the calls, among many both ways', async () => {
    await using peers = await startPeers(2)
    const [ofAda, ofBen] = await openSession(...peers.all)
    const messages = numbered(1_000)
    const sent = Promise.all(messages.flatMap(message => [ofAda.send(message), ofBen.send(message)]))

    expect(await Promise.all([readSome(ofAda, 1_000), readSome(ofBen, 1_000)])).toEqual([messages, messages])
    await sent
  })

  it.each([5, null, undefined, {}, '\ud800'])('is not %s', async (data) => {
    await using peers = await startPeers(2)
    const [ofAda] = await openSession(...peers.all)

    await expect(ofAda.send(untyped(data))).rejects.toMatchObject({ name: 'InvalidArgumentError' })
  })

  it('is not larger than 65,536 bytes', async () => {
    await using peers = await startPeers(2)
    const [ofAda] = await openSession(...peers.all)

    await expect(ofAda.send('x'.repeat(65_537))).rejects.toMatchObject({ name: 'PayloadTooLargeError' })
    await expect(ofAda.send(new Uint8Array(65_537))).rejects.toMatchObject({ name: 'PayloadTooLargeError' })
  })

  it('is not sent to a peer whose software takes none', async () => {
    await using peers = await startPeers(2)
    const [ada] = peers.all
    await using raw = await RawPeer.connect(ada)
    const id = '0b'.repeat(16)

    raw.say({ kind: 'invite', id, ringTime: 60_000, age: 0 })

    const remote = await ada.receives()
    const accepted = remote.accept()

    raw.say({ kind: 'confirm', id })
    await expect((await accepted).send('hello')).rejects.toMatchObject({ name: 'UnsupportedError' })
  })
})

describe('whoever reads', () => {
  it('by listening hears what came before, all listeners the same', async () => {
    await using peers = await startPeers(2)
    const [ofAda, ofBen] = await openSession(...peers.all)
    const heard: string[] = []

    await ofAda.send('early')
    ofBen.addEventListener('message', ({ detail: { data } }) => { heard.push(`one ${String(data)}`) })
    ofBen.addEventListener('message', ({ detail: { data } }) => { heard.push(`other ${String(data)}`) })
    await Promise.resolve()
    expect(heard).toEqual(['one early', 'other early'])

    await ofAda.send('late')
    expect(heard).toEqual(['one early', 'other early', 'one late', 'other late'])
  })

  it('by listening leaves nothing for who walks, and what comes when nobody listens any more is the walk\'s', async () => {
    await using peers = await startPeers(2)
    const [ofAda, ofBen] = await openSession(...peers.all)
    const heard: Payload[] = []
    const walked = readSome(ofBen, 2)

    ofBen.addEventListener('message', ({ detail: { data } }) => { heard.push(data) }, { once: true })

    for (const message of numbered(3)) {
      await ofAda.send(message)
    }

    expect(heard).toEqual(['message 0'])
    expect(await walked).toEqual(['message 1', 'message 2'])
  })

  it('in two walks has each message in one of them', async () => {
    await using peers = await startPeers(2)
    const [ofAda, ofBen] = await openSession(...peers.all)
    const walks = Promise.all([readAll(ofBen), readAll(ofBen)])
    const messages = numbered(20)

    await Promise.all(messages.map(async message => { await ofAda.send(message) }))
    await ofAda.end()

    const walked = (await walks).flat()

    expect(walked).toHaveLength(20)
    expect(new Set(walked)).toEqual(new Set(messages))
  })

  it('leaves a walk and comes back to where it was', async () => {
    await using peers = await startPeers(2)
    const [ofAda, ofBen] = await openSession(...peers.all)
    const messages = numbered(5)

    await Promise.all(messages.map(async message => { await ofAda.send(message) }))

    expect([...await readSome(ofBen, 2), ...await readSome(ofBen, 3)]).toEqual(messages)
  })

  it('stops a walk by a signal, and loses nothing by that', async () => {
    await using peers = await startPeers(2)
    const [ofAda, ofBen] = await openSession(...peers.all)
    const abort = new AbortController()
    const stopped = rejection(ofBen.messages({ signal: abort.signal }).next())

    abort.abort(new Error('enough'))
    expect(await stopped).toMatchObject({ name: 'AbortError', cause: abort.signal.reason })
    await ofAda.send('hello')
    expect(await readSome(ofBen, 1)).toEqual(['hello'])
  })

  it('never makes the other side wait, and what is kept for it is bounded', async () => {
    await using peers = await startPeers(2)
    const [ofAda, ofBen] = await openSession(...peers.all)
    const message = 'x'.repeat(744)
    let heard = 0
    const sent = Promise.all(Array.from({ length: 500 }, async () => {
      await ofAda.send(message)
      heard++
    }))

    await peers.pass(60_000)
    // each costs 1,000 of the 131,072
    expect(heard).toBe(131)
    expect(ofAda.isOpen).toBe(true)

    expect(await readSome(ofBen, 500)).toEqual(Array.from({ length: 500 }, () => message))
    await sent
  })
})

describe('whoever sends', () => {
  it('may not have more wait than 1,048,576 bytes', async () => {
    await using peers = await startPeers(2)
    const [ofAda] = await openSession(...peers.all)

    peers.part()
    await peers.settle()

    const sends = Array.from({ length: 30 }, async () => { await ofAda.send(new Uint8Array(65_536)) })
    const settled = Promise.allSettled(sends)

    await ofAda.end({ signal: AbortSignal.timeout(100) }).catch(() => {})

    const reasons = (await settled).map(result => result.status === 'rejected' ? result.reason.name : 'sent')

    expect(reasons.filter(name => name === 'SessionEndedError')).toHaveLength(16)
    expect(reasons.filter(name => name === 'RateLimitedError')).toHaveLength(14)
  })

  it('is held to 262,144 bytes a second after a burst of 1,048,576', async () => {
    await using peers = await startPeers(2)
    const [ofAda, ofBen] = await openSession(...peers.all)
    let came = 0

    ofBen.addEventListener('message', () => { came++ })

    // each costs 1,024
    const sending = (async () => {
      for (let sent = 0; sent < 2_000; sent += 500) {
        await Promise.all(Array.from({ length: 500 }, async () => { await ofAda.send('x'.repeat(768)) }))
      }
    })()

    await eventually(() => { expect(came).toBe(1_024) })
    await peers.settle()
    expect(came).toBe(1_024)

    await peers.pass(1_000)
    expect(came).toBe(1_280)

    await peers.pass(3_000)
    await sending
    expect(came).toBe(2_000)
  })

  it('takes a message back by a signal as long as nothing of it was said', async () => {
    await using peers = await startPeers(2)
    const [ofAda, ofBen] = await openSession(...peers.all)
    const abort = new AbortController()

    peers.part()
    await peers.settle()

    const aborted = rejection(ofAda.send('never mind', { signal: abort.signal }))
    const sent = ofAda.send('hello')

    abort.abort(new Error('changed my mind'))
    expect(await aborted).toMatchObject({ name: 'AbortError', cause: abort.signal.reason })
    peers.join()
    await peers.pass(10_000)
    await sent
    expect(await readSome(ofBen, 1)).toEqual(['hello'])
    await expect(ofAda.send('too late', { signal: abort.signal })).rejects.toMatchObject({ name: 'AbortError' })
  })
})
