import { describe, expect, it } from 'vitest'
import {
  AlreadyAcceptedError, AlreadyEndedError, AlreadySentError, NotStartedError, PayloadTooLargeError, WrongRoleError
} from '../../../src/index.ts'
import { swallow } from '../../link/nodes.ts'
import { startPeers } from './peers.ts'
import { rejection } from './rejection.ts'
import { ring } from './ring.ts'
import type { TestPeer } from './test-peer.ts'

/*
 * Every flow that Agora RTM 1.x and TSGMS InvitationKit document, each side's events by their names there, in the one
 * order in which they happened on both sides.
 */

const AGORA: Readonly<Record<string, string>> = {
  'caller delivered': 'LocalInvitationReceivedByPeer',
  'caller accepted': 'LocalInvitationAccepted',
  'caller refused': 'LocalInvitationRefused',
  'caller canceled': 'LocalInvitationCanceled',
  'caller failed': 'LocalInvitationFailure',
  'caller expired': 'LocalInvitationFailure',
  'callee received': 'RemoteInvitationReceived',
  'callee accepted': 'RemoteInvitationAccepted',
  'callee refused': 'RemoteInvitationRefused',
  'callee canceled': 'RemoteInvitationCanceled',
  'callee failed': 'RemoteInvitationFailure',
  'callee expired': 'RemoteInvitationFailure'
}

/** The reasons of its two failure callbacks. */
const AGORA_FAILURES: Readonly<Record<string, string>> = {
  'peer-offline': 'PEER_OFFLINE',
  'no-response': 'PEER_NO_RESPONSE',
  timeout: 'INVITATION_EXPIRE',
  'accept-failed': 'ACCEPT_FAILURE'
}

/** It tells the inviter nothing of the delivery, and neither side of its own doings. */
const TSGMS: Readonly<Record<string, string>> = {
  'caller accepted': 'invitationAccept',
  'caller refused': 'invitationRefused',
  'caller failed': 'invitationFailed',
  'caller expired': 'invitationFailed',
  'callee received': 'invitationArrived',
  'callee canceled': 'invitationCanceled',
  'callee failed': 'invitationFailed',
  'callee expired': 'invitationFailed'
}

/** What an app that was written for one of the two would have heard, on both sides together. */
function hearAs (names: Readonly<Record<string, string>>, peers: TestPeer[]): string[] {
  const heard: string[] = []

  for (const { service } of peers) {
    service.addEventListener('invitation:state', ({ detail: { invitation: { role }, state, end, response } }) => {
      const name = names[`${role} ${state}`]

      if (name != null) {
        const failure = names === AGORA && name.endsWith('Failure') ? `(${AGORA_FAILURES[end?.reason ?? '']})` : ''

        heard.push(`${name}${failure}${role === 'caller' && typeof response === 'string' ? `(${response})` : ''}`)
      }
    })
  }

  return heard
}

const RANG = ['ada sending', 'ben received', 'ben ringing', 'ada delivered', 'ada ringing']

describe('an invitation as Agora RTM 1.x and TSGMS know it', () => {
  it('is received by the callee before the caller hears that it was', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const agora = hearAs(AGORA, peers.all)
    const tsgms = hearAs(TSGMS, peers.all)
    const { local, remote } = await ring(ada, ben, { content: 'lunch?', channelId: 'table 5' })

    expect(peers.log.entries).toEqual(RANG)
    expect(agora).toEqual(['RemoteInvitationReceived', 'LocalInvitationReceivedByPeer'])
    expect(tsgms).toEqual(['invitationArrived'])
    expect(remote).toMatchObject({ content: 'lunch?', channelId: 'table 5', response: undefined })
    expect(remote.peer.equals(ada.id)).toBe(true)
    expect(local.peer.equals(ben.id)).toBe(true)
  })

  it('is canceled at the callee before the caller\'s cancel() resolves', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const agora = hearAs(AGORA, peers.all)
    const tsgms = hearAs(TSGMS, peers.all)
    const { local } = await ring(ada, ben)

    await local.cancel()
    peers.log.note('cancel() resolved')

    expect(peers.log.entries).toEqual([...RANG, 'ada canceled', 'ben canceled', 'ben missed', 'cancel() resolved'])
    expect(agora.slice(2).toSorted()).toEqual(['LocalInvitationCanceled', 'RemoteInvitationCanceled'])
    expect(tsgms).toEqual(['invitationArrived', 'invitationCanceled'])
  })

  it('is accepted at the callee only after the caller, and the response comes along', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const agora = hearAs(AGORA, peers.all)
    const tsgms = hearAs(TSGMS, peers.all)
    const { local, remote } = await ring(ada, ben)

    await remote.accept({ response: 'on my way' })
    peers.log.note('accept() resolved')

    expect(peers.log.entries).toEqual([...RANG, 'ben accepting', 'ada accepted', 'ben accepted', 'accept() resolved'])
    expect(agora.slice(2)).toEqual(['LocalInvitationAccepted(on my way)', 'RemoteInvitationAccepted'])
    expect(tsgms.slice(1)).toEqual(['invitationAccept(on my way)'])
    expect(await local.outcome).toMatchObject({ state: 'accepted', response: 'on my way' })
  })

  it('is refused at the callee at once, and then at the caller, and the response comes along', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const agora = hearAs(AGORA, peers.all)
    const tsgms = hearAs(TSGMS, peers.all)
    const { remote } = await ring(ada, ben)

    await remote.refuse({ response: 'another time' })
    peers.log.note('refuse() resolved')

    expect(peers.log.entries).toEqual([...RANG, 'ben refused', 'ada refused', 'refuse() resolved'])
    expect(agora.slice(2)).toEqual(['RemoteInvitationRefused', 'LocalInvitationRefused(another time)'])
    expect(tsgms.slice(1)).toEqual(['invitationRefused(another time)'])
  })

  it('is delivered before it is accepted, even if the caller hears of the acceptance first', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const agora = hearAs(AGORA, peers.all)
    const { local: earlier } = await ring(ada, ben)

    await earlier.cancel()
    agora.length = 0
    peers.log.entries.length = 0

    // what ben says to it is lost, until there is another connection
    swallow(ben.connectionsTo(ada)[0]!)

    const local = await ada.service.invite(ben.id)
    const accepted = (await ben.receives(2)).accept()

    expect(local.state).toBe('sending')
    peers.cut()
    await accepted

    expect(peers.log.entries).toEqual([
      'ada sending', 'ben received', 'ben ringing', 'ben accepting', 'ada delivered', 'ada ringing', 'ada accepted', 'ben accepted'
    ])
    expect(agora).toEqual(['RemoteInvitationReceived', 'LocalInvitationReceivedByPeer', 'LocalInvitationAccepted', 'RemoteInvitationAccepted'])
  })

  it('is delivered before it is refused, even if the caller hears of the refusal first', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const { local: earlier } = await ring(ada, ben)

    await earlier.cancel()
    peers.log.entries.length = 0
    swallow(ben.connectionsTo(ada)[0]!)
    await ada.service.invite(ben.id)

    const refused = (await ben.receives(2)).refuse()

    peers.cut()
    await refused

    expect(peers.log.entries).toEqual(['ada sending', 'ben received', 'ben ringing', 'ben refused', 'ada delivered', 'ada refused'])
  })
})

describe('the failures of Agora RTM 1.x and TSGMS', () => {
  it('PEER_OFFLINE: the callee was not to be reached for 30 s', async () => {
    await using peers = await startPeers(2, { acquainted: false })
    const [ada, ben] = peers.all
    const [agora, tsgms] = [hearAs(AGORA, peers.all), hearAs(TSGMS, peers.all)]
    const local = ada.service.createLocalInvitation(ben.id)
    const sent = local.send()

    await peers.pass(29_999)
    expect(local.state).toBe('sending')
    await peers.pass(1)
    await sent

    expect(peers.log.entries).toEqual(['ada sending', 'ada undelivered', 'ada failed'])
    expect(agora).toEqual(['LocalInvitationFailure(PEER_OFFLINE)'])
    expect(tsgms).toEqual(['invitationFailed'])
  })

  it('PEER_NO_RESPONSE: the callee was reached, and its device said nothing for 30 s', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const agora = hearAs(AGORA, peers.all)

    ben.service.setPolicy({ admit: () => 'ignore' })

    const local = await ada.service.invite(ben.id)

    await peers.pass(29_999)
    expect(local.state).toBe('sending')
    await peers.pass(1)

    expect(peers.log.entries).toEqual(['ada sending', 'ada undelivered', 'ada failed'])
    expect(agora).toEqual(['LocalInvitationFailure(PEER_NO_RESPONSE)'])
  })

  it('INVITATION_EXPIRE: nobody did anything for 60 s, and both sides hear it', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const agora = hearAs(AGORA, peers.all)
    const tsgms = hearAs(TSGMS, peers.all)

    const { remote } = await ring(ada, ben)

    await peers.pass(59_999)
    expect(peers.log.entries).toEqual(RANG)
    await peers.pass(1)
    await remote.outcome

    expect(peers.log.entries).toEqual([...RANG, 'ada expired', 'ben expired', 'ben missed'])
    expect(agora.slice(2)).toEqual(['LocalInvitationFailure(INVITATION_EXPIRE)', 'RemoteInvitationFailure(INVITATION_EXPIRE)'])
    expect(tsgms.slice(1)).toEqual(['invitationFailed', 'invitationFailed'])
  })

  it('ACCEPT_FAILURE: the callee accepted, and the caller did not confirm it in time', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const agora = hearAs(AGORA, peers.all)
    const { local, remote } = await ring(ada, ben)

    peers.part()

    const rejected = rejection(remote.accept())

    await peers.pass(9_999)
    expect(remote.state).toBe('accepting')
    await peers.pass(1)
    expect(await rejected).toBeInstanceOf(AlreadyEndedError)
    expect(agora.slice(2)).toEqual(['RemoteInvitationFailure(ACCEPT_FAILURE)'])

    await peers.pass(5_000)
    expect(peers.log.entries).toEqual([...RANG, 'ben accepting', 'ben failed', 'ada failed'])
    expect(local.end).toMatchObject({ state: 'failed', reason: 'connection-lost' })
  })

  it('the callee itself is offline: what rings is canceled, since its caller is out of reach', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const agora = hearAs(AGORA, peers.all)
    const { remote } = await ring(ada, ben)

    peers.part()
    await peers.pass(15_000)

    expect(remote.end).toEqual({ state: 'canceled', reason: 'caller-gone', originator: 'system' })
    expect(agora.at(-1)).toBe('RemoteInvitationCanceled')
  })

  it('NOT_LOGGEDIN: the service is not started', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all

    await ada.stop()

    await expect(ada.service.invite(ben.id)).rejects.toThrow(NotStartedError)
  })
})

describe('the API call errors of Agora RTM 1.x and TSGMS', () => {
  it('INVALID_ARGUMENT: a content or a response of more than 8 KB', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const { remote } = await ring(ada, ben)

    expect(() => ada.service.createLocalInvitation(ben.id, { content: 'x'.repeat(8_193) })).toThrow(PayloadTooLargeError)
    await expect(remote.accept({ response: 'x'.repeat(8_193) })).rejects.toThrow(PayloadTooLargeError)
    await remote.accept({ response: 'x'.repeat(8_192) })
  })

  it('NOT_STARTED: the service is not started', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all

    await ada.stop()
    await expect(ada.service.createLocalInvitation(ben.id).send()).rejects.toThrow(NotStartedError)
  })

  it('ALREADY_END: it was refused, canceled or has expired', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const { local, remote } = await ring(ada, ben)

    await local.cancel()

    await expect(local.cancel()).rejects.toThrow(AlreadyEndedError)
    await expect(remote.accept()).rejects.toThrow(AlreadyEndedError)
    await expect(remote.refuse()).rejects.toThrow(AlreadyEndedError)
  })

  it('ALREADY_ACCEPT: it was accepted', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const { local, remote } = await ring(ada, ben)

    await remote.accept()

    await expect(remote.accept()).rejects.toThrow(AlreadyAcceptedError)
    await expect(local.cancel()).rejects.toThrow(AlreadyAcceptedError)
  })

  it('ALREADY_SENT: it is sent once', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const { local } = await ring(ada, ben)

    await expect(local.send()).rejects.toThrow(AlreadySentError)
  })

  it('WrongIdentity: only the inviter cancels, only the invitee answers', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const { local, remote } = await ring(ada, ben)

    await expect(remote.cancel()).rejects.toThrow(WrongRoleError)
    await expect(local.accept()).rejects.toThrow(WrongRoleError)
    await expect(local.refuse()).rejects.toThrow(WrongRoleError)
  })
})
