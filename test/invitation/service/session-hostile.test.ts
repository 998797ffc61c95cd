import { describe, expect, it } from 'vitest'
import { eventually } from './eventually.ts'
import { startPeers } from './peers.ts'
import { RawPeer } from './raw-peer.ts'
import type { Payload, Session } from '../../../src/index.ts'
import type { Role, Word } from '../../../src/wire/index.ts'
import type { TestPeer } from './test-peer.ts'

const ID = '0b'.repeat(16)
const WINDOW = 131_072
const LARGEST = new Uint8Array(8_192)
const BROKEN = { reason: 'protocol-error', originator: 'system' }

const part = (number: number, payload: Payload = 'x', more: boolean = false, by: Role = 'caller'): Word =>
  ({ kind: 'message', id: ID, by, number, payload, more })

const receipt = (heard: number, window: number = WINDOW): Word => ({ kind: 'receipt', id: ID, by: 'caller', heard, window })

/** A session with a peer that says what the test says; it was the caller. */
async function openSession (raw: RawPeer, victim: TestPeer): Promise<Session> {
  raw.say({ kind: 'invite', id: ID, ringTime: 60_000, age: 0 })

  const accepted = (await victim.receives()).accept()

  raw.say({ kind: 'confirm', id: ID, window: WINDOW })

  return await accepted
}

/** Waits until all that was said to the victim is read there: it answers this with RECEIPT or not at all, and what comes after with ENDED. */
async function allRead (raw: RawPeer): Promise<void> {
  const before = raw.heard.filter(({ id }) => id === 'ff'.repeat(16)).length

  raw.say({ kind: 'stop', id: 'ff'.repeat(16), reason: 'canceled' })
  await eventually(() => { expect(raw.heard.filter(({ id }) => id === 'ff'.repeat(16)).length).toBeGreaterThan(before) })
}

describe('a session', () => {
  it.each<[string, Word[]]>([
    ['a part that is further ahead than any window', [part(513)]],
    ['a part of the highest number', [part(Number.MAX_SAFE_INTEGER)]],
    ['parts behind a gap, more than the window takes', Array.from({ length: 16 }, (_, index) => part(index + 2, LARGEST))],
    ['more than the window takes', Array.from({ length: 16 }, (_, index) => part(index + 1, LARGEST))],
    ['more small parts than the window takes', Array.from({ length: 513 }, (_, index) => part(index + 1, ''))],
    ['a message that has no end', Array.from({ length: 20 }, (_, index) => part(index + 1, '', true))],
    ['a message that is too large', Array.from({ length: 9 }, (_, index) => part(index + 1, LARGEST, index < 8))],
    ['a message that is half text and half bytes', [part(1, 'x', true), part(2, LARGEST)]],
    ['a receipt for what was never said', [receipt(1)]],
    ['a receipt for the highest number', [receipt(Number.MAX_SAFE_INTEGER)]],
    ['the same part again and again', Array.from({ length: 497 }, () => part(1, LARGEST))],
    ['receipts without end', Array.from({ length: 16_385 }, () => receipt(0))]
  ])('is hung up when the other side says %s', async (_what, words) => {
    await using peers = await startPeers(2)
    const [ada] = peers.all
    await using raw = await RawPeer.connect(ada)
    const session = await openSession(raw, ada)

    for (let from = 0; from < words.length; from += 10) {
      raw.say(...words.slice(from, from + 10))
    }

    expect(await session.ended).toMatchObject(BROKEN)
    await eventually(() => { expect(raw.heard).toContainEqual({ kind: 'hangup', id: ID, reason: 'protocol-error' }) })
  })

  it('is told of it by the other side as the other side\'s doing', async () => {
    await using peers = await startPeers(2)
    const [ada] = peers.all
    await using raw = await RawPeer.connect(ada)
    const session = await openSession(raw, ada)

    raw.say({ kind: 'stop', id: ID, reason: 'protocol-error' })
    expect(await session.ended).toMatchObject({ reason: 'protocol-error', originator: 'remote' })
  })

  it('takes what comes before the confirm for the confirm: words of two streams may change places', async () => {
    await using peers = await startPeers(2)
    const [ada] = peers.all
    await using raw = await RawPeer.connect(ada)

    raw.say({ kind: 'invite', id: ID, ringTime: 60_000, age: 0 })

    const remote = await ada.receives()

    raw.say(part(1, 'while it rings, it means nothing'))
    await allRead(raw)
    expect(remote.state).toBe('ringing')

    const accepted = remote.accept()

    raw.say(part(1, 'early'))

    const session = await accepted

    expect((await session.messages().next()).value).toEqual({ data: 'early' })

    // how much may be said is known when the confirm has come
    const sent = session.send('hello')

    raw.say({ kind: 'confirm', id: ID, window: WINDOW })
    await eventually(() => { expect(raw.heard).toContainEqual(part(1, 'hello', false, 'callee')) })
    raw.say(receipt(1))
    await sent
  })

  it('has one receipt for all that comes at once, and one for what comes again', async () => {
    await using peers = await startPeers(2)
    const [ada] = peers.all
    await using raw = await RawPeer.connect(ada)

    await openSession(raw, ada)
    raw.say(part(2), part(1), part(3))
    await allRead(raw)

    const heard = { kind: 'receipt', id: ID, by: 'callee', heard: 3, window: WINDOW - 3 * 257 }

    expect(raw.heard.filter(({ kind }) => kind === 'receipt')).toEqual([heard])
    raw.say(part(2))
    await allRead(raw)
    expect(raw.heard.filter(({ kind }) => kind === 'receipt')).toEqual([heard, heard])
  })

  it('has no more under way than 131,072 bytes, whatever window the other side gives and does not keep to', async () => {
    await using peers = await startPeers(2)
    const [ada] = peers.all
    await using raw = await RawPeer.connect(ada)
    const session = await openSession(raw, ada)

    raw.say(receipt(0, 0xffff_ffff))
    await allRead(raw)

    const sends = Promise.allSettled(Array.from({ length: 10 }, async () => { await session.send(new Uint8Array(65_536)) }))

    await allRead(raw)
    expect(raw.heard.filter(({ kind }) => kind === 'message')).toHaveLength(Math.floor(131_072 / (256 + 8_192)))

    raw.say({ kind: 'stop', id: ID, reason: 'hangup' })
    expect((await sends).every(({ status }) => status === 'rejected')).toBe(true)
  })

  it('that is unknown, or over, is not answered for', async () => {
    await using peers = await startPeers(2)
    const [ada] = peers.all
    await using raw = await RawPeer.connect(ada)
    const session = await openSession(raw, ada)

    raw.say({ kind: 'stop', id: ID, reason: 'hangup' })
    await session.ended
    await allRead(raw)
    raw.heard.length = 0
    raw.say(part(1), receipt(0), { kind: 'message', id: 'ee'.repeat(16), by: 'callee', number: 1, payload: 'x', more: false })
    await allRead(raw)

    expect(raw.heard.filter(({ id }) => id !== 'ff'.repeat(16))).toEqual([])
    expect((await session.messages().next()).done).toBe(true)
  })

  it('hears nothing from anybody but the other side', async () => {
    await using peers = await startPeers(2)
    const [ada] = peers.all
    await using raw = await RawPeer.connect(ada)
    await using stranger = await RawPeer.connect(ada)
    const session = await openSession(raw, ada)

    stranger.say(part(1, 'I am the caller'), receipt(5))
    await allRead(stranger)
    raw.say(part(1, 'no, I am'))

    expect((await session.messages().next()).value).toEqual({ data: 'no, I am' })
    expect(session.isOpen).toBe(true)
  })
})
