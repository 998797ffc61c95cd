import { describe, expect, it } from 'vitest'
import { InvalidArgumentError, PayloadTooLargeError } from '../../../src/index.ts'
import { startPeers } from './peers.ts'
import { connect, ring } from './ring.ts'
import { untyped } from './untyped.ts'

describe('an argument', () => {
  it.each([
    ['content of 8,193 bytes', { content: new Uint8Array(8_193) }],
    ['content of 8,193 letters', { content: 'x'.repeat(8_193) }],
    ['content of 4,097 letters of two bytes', { content: 'é'.repeat(4_097) }],
    ['a channel id of 65 bytes', { channelId: 'x'.repeat(65) }],
    ['a channel id of 17 letters of four bytes', { channelId: '🙂'.repeat(17) }],
    ['a token of 65 bytes', { token: 'x'.repeat(65) }]
  ])('is too large: %s', async (_, options) => {
    await using peers = await startPeers(2, { started: false })
    const [ada, ben] = peers.all

    expect(() => ada.service.createLocalInvitation(ben.id, options)).toThrow(PayloadTooLargeError)
    await expect(ada.service.invite(ben.id, options)).rejects.toThrow(PayloadTooLargeError)
  })

  it('is just not too large, in bytes as UTF-8', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const { local, remote } = await ring(ada, ben, { content: 'é'.repeat(4_096), channelId: '🙂'.repeat(16) })

    expect(remote).toMatchObject({ content: 'é'.repeat(4_096), channelId: '🙂'.repeat(16) })
    await remote.refuse({ response: new Uint8Array(8_192).fill(7), text: '🙂'.repeat(64) })
    expect(await local.outcome).toMatchObject({ reason: 'custom', response: new Uint8Array(8_192).fill(7), text: '🙂'.repeat(64) })
  })

  it('is too large in an answer, and the invitation goes on', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const { remote } = await ring(ada, ben)

    await expect(remote.accept({ response: 'é'.repeat(4_097) })).rejects.toThrow(PayloadTooLargeError)
    await expect(remote.refuse({ response: new Uint8Array(8_193) })).rejects.toThrow(PayloadTooLargeError)
    await expect(remote.refuse({ text: 'x'.repeat(257) })).rejects.toThrow(PayloadTooLargeError)
    await expect(remote.refuse({ text: '🙂'.repeat(65) })).rejects.toThrow(PayloadTooLargeError)
    expect(remote.state).toBe('ringing')

    await remote.accept({ response: 'small' })
    expect(remote.response).toBe('small')
  })

  it.each([
    ['content that is a number', { content: 5 }],
    ['content that is null', { content: null }],
    ['content that is an object', { content: { text: 'lunch?' } }],
    ['content that is a list of bytes', { content: [1, 2, 3] }],
    ['content that is no Unicode', { content: 'half a \uD83D' }],
    ['a channel id that is a number', { channelId: 5 }],
    ['a token that is a number', { token: 5 }],
    ['a token that is bytes', { token: new Uint8Array(16) }],
    ['a channel id that is null', { channelId: null }],
    ['a channel id that is bytes', { channelId: new Uint8Array(4) }],
    ['a ring time below a second', { ringTime: 999 }],
    ['a ring time above ten minutes', { ringTime: 600_001 }],
    ['a negative ring time', { ringTime: -1 }],
    ['a fractional ring time', { ringTime: 1_500.5 }],
    ['a ring time that is no number', { ringTime: Number.NaN }],
    ['an endless ring time', { ringTime: Infinity }],
    ['a ring time that is text', { ringTime: '60000' }],
    ['a ring time that is null', { ringTime: null }],
    ['a delivery time below a second', { deliveryTime: 999 }],
    ['a delivery time of 0', { deliveryTime: 0 }],
    ['a delivery time above ten minutes', { deliveryTime: 600_001 }],
    ['a fractional delivery time', { deliveryTime: 1_500.5 }],
    ['a delivery time that is text', { deliveryTime: '30000' }],
    ['a delivery time that is null', { deliveryTime: null }]
  ])('is wrong: %s', async (_, options) => {
    await using peers = await startPeers(2, { started: false })
    const [ada, ben] = peers.all

    expect(() => ada.service.createLocalInvitation(ben.id, untyped(options))).toThrow(InvalidArgumentError)
    await expect(ada.service.invite(ben.id, untyped(options))).rejects.toThrow(InvalidArgumentError)
  })

  it.each([0, 1_000, 600_000])('may be a ring time of %d', async (ringTime) => {
    await using peers = await startPeers(2, { started: false })
    const [ada, ben] = peers.all

    expect(ada.service.createLocalInvitation(ben.id, { ringTime }).ringTime).toBe(ringTime)
  })

  it('may be a delivery time of a second, or of ten minutes', async () => {
    await using peers = await startPeers(2, { started: false })
    const [ada, ben] = peers.all

    expect(ada.service.createLocalInvitation(ben.id, { deliveryTime: 1_000 }).deliveryTime).toBe(1_000)
    expect(ada.service.createLocalInvitation(ben.id, { deliveryTime: 600_000 }).deliveryTime).toBe(600_000)
  })

  it.each([
    ['a response that is a number', { response: 5 }],
    ['a response that is null', { response: null }],
    ['a response that is no Unicode', { response: '\uDE00' }]
  ])('of an answer is wrong: %s', async (_, options) => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const { remote } = await ring(ada, ben)

    await expect(remote.accept(untyped(options))).rejects.toThrow(InvalidArgumentError)
    await expect(remote.refuse(untyped(options))).rejects.toThrow(InvalidArgumentError)
    expect(remote.state).toBe('ringing')
  })

  it.each([
    ['a text that is a number', { text: 5 }],
    ['a text that is null', { text: null }],
    ['a reason that nobody knows', { reason: 'asleep' }],
    ['a reason that is null', { reason: null }],
    ['a reason that is a cancel reason', { reason: 'canceled' }]
  ])('of a refusal is wrong: %s', async (_, options) => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const { remote } = await ring(ada, ben)

    await expect(remote.refuse(untyped(options))).rejects.toThrow(InvalidArgumentError)
    expect(remote.state).toBe('ringing')
  })

  it.each(['asleep', null, 5, 'declined', 'timeout', 'glare', 'caller-gone'])('is not a reason to cancel: %s', async (reason) => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const { local } = await ring(ada, ben)

    await expect(local.cancel(untyped({ reason }))).rejects.toThrow(InvalidArgumentError)
    expect(local.state).toBe('ringing')
  })

  it.each(['asleep', null, 5, 'canceled'])('is not a reason to end a session: %s', async (reason) => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const { local, remote } = await connect(ada, ben)

    await expect(local.session!.end(untyped({ reason }))).rejects.toThrow(InvalidArgumentError)
    await expect(remote.session!.end(untyped({ reason }))).rejects.toThrow(InvalidArgumentError)
    expect([local.session?.isOpen, remote.session?.isOpen]).toEqual([true, true])
  })

  it('is this peer itself', async () => {
    await using peers = await startPeers(2, { started: false })
    const [ada] = peers.all

    expect(() => ada.service.createLocalInvitation(ada.id)).toThrow(InvalidArgumentError)
    expect(() => ada.service.createLocalInvitation(ada.id.toString())).toThrow(InvalidArgumentError)
    await expect(ada.service.invite(ada.id)).rejects.toThrow(InvalidArgumentError)
  })

  it.each([
    '', 'ben', '12D3KooWnotApeerId', '/ip4/127.0.0.1/tcp/80', 5, null, undefined, {}, new Uint8Array(38)
  ])('is no peer id: %s', async (peer) => {
    await using peers = await startPeers(2, { started: false })
    const [ada] = peers.all

    expect(() => ada.service.createLocalInvitation(untyped(peer))).toThrow(InvalidArgumentError)
    await expect(ada.service.invite(untyped(peer))).rejects.toThrow(InvalidArgumentError)
  })

  it('may be a peer id as text', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const local = await ada.service.invite(ben.id.toString())

    expect(local.peer.equals(ben.id)).toBe(true)
    expect((await ben.receives()).id).toBe(local.id)
  })

  it.each([0, -1, Number.NaN, '8', null])('is no limit: %s', async (limit) => {
    for (const name of ['livePerPeer', 'live', 'invites', 'invitesOfStrangers', 'inviteTime']) {
      await expect(startPeers(2, { limits: untyped({ [name]: limit }) })).rejects.toThrow(InvalidArgumentError)
    }
  })

  it.each<unknown>([null, 5, 'ada', ['ada'], { has: true }])('are no contacts: %o', async (contacts) => {
    await expect(startPeers(2, { contacts: untyped(contacts) })).rejects.toThrow(InvalidArgumentError)
  })
})
