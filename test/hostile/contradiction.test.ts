import { describe, expect, it } from 'vitest'
import { expectNothingLeft, expectUnharmed, startRawPeer, startVictim } from './nodes.ts'
import type { InvitationServiceEvents, LocalInvitation, RemoteInvitation } from '../../src/index.ts'
import type { CalleeWord, Word } from '../../src/wire/index.ts'
import type { RawPeer, RawStream } from './raw-peer.ts'
import type { VictimNode } from './nodes.ts'

const ID = 'c'.repeat(32)
const INVITE: Word = { kind: 'invite', id: ID, ringTime: 60_000, age: 0, content: 'first' }

/** A word of a callee, of whichever invitation. */
type Answer = CalleeWord extends infer Each ? Each extends CalleeWord ? Omit<Each, 'id'> : never : never

/** The states that a node announced, and the ends of sessions, in order. */
function announcementsOf ({ service }: VictimNode): string[] {
  const announced: string[] = []

  service.addEventListener('invitation:state', ({ detail: { state, end } }: InvitationServiceEvents['invitation:state']) => {
    announced.push(end == null || end.state === end.reason ? state : `${state}: ${end.reason}`)
  })
  service.addEventListener('session:ended', ({ detail: { end } }: InvitationServiceEvents['session:ended']) => { announced.push(`session: ${end.reason}`) })

  return announced
}

/** A victim that has invited a peer which has got the invite, and says nothing by itself. */
async function startCalling (): Promise<{ victim: VictimNode, peer: RawPeer, stream: RawStream, local: LocalInvitation, announced: string[] }> {
  const victim = await startVictim()
  const announced = announcementsOf(victim)
  const peer = await startRawPeer(victim)
  const local = await victim.service.invite(peer.libp2p.peerId)
  const stream = await peer.takenStream()

  await peer.inbox.hear('invite', local.id)

  return { victim, peer, stream, local, announced }
}

/** A victim at which an invitation of the peer's rings. */
async function startRinging (): Promise<{ victim: VictimNode, peer: RawPeer, stream: RawStream, remote: RemoteInvitation, announced: string[] }> {
  const victim = await startVictim()
  const announced = announcementsOf(victim)
  const peer = await startRawPeer(victim)
  const stream = await peer.open()

  stream.say(INVITE)
  await peer.inbox.hear('ringing', ID)

  return { victim, peer, stream, remote: victim.received[0]!, announced }
}

/** Waits until the victim has read all that was said to it so far. */
async function allRead (peer: RawPeer, stream: RawStream): Promise<void> {
  stream.say({ kind: 'confirm', id: 'e'.repeat(32) })
  await peer.inbox.hear('ended', 'e'.repeat(32))
}

const DELIVERED: Answer = { kind: 'delivered' }
const RINGING: Answer = { kind: 'ringing' }
const ACCEPT: Answer = { kind: 'accept' }
const REFUSE: Answer = { kind: 'refuse', reason: 'busy' }
const HANGUP: Answer = { kind: 'hangup', reason: 'hangup' }
const ENDED: Answer = { kind: 'ended', reason: 'stopped' }

describe('a caller whose callee contradicts itself', () => {
  it.each<{ says: string, answers: Answer[], announces: string[], hears: string[] }>([
    {
      says: 'REFUSE, then ACCEPT',
      answers: [DELIVERED, RINGING, REFUSE, ACCEPT],
      announces: ['delivered', 'ringing', 'refused: busy'],
      hears: ['stop: refused', 'stop: refused']
    },
    {
      says: 'ACCEPT, then REFUSE, then ACCEPT',
      answers: [ACCEPT, REFUSE, ACCEPT, ENDED],
      announces: ['delivered', 'ringing', 'accepted', 'session: peer-restarted'],
      hears: ['confirm', 'confirm', 'stop: connection-lost']
    },
    {
      says: 'ENDED, then ACCEPT',
      answers: [ENDED, ACCEPT, ENDED],
      announces: ['failed: protocol-error'],
      hears: ['stop: timeout']
    },
    {
      says: 'that it is rate-limited, then ACCEPT',
      answers: [{ kind: 'ended', reason: 'rate-limited' }, ACCEPT],
      announces: ['failed: rate-limited'],
      hears: ['stop: timeout']
    },
    {
      says: 'HANGUP before anything, then RINGING before DELIVERED',
      answers: [HANGUP, RINGING, DELIVERED, REFUSE],
      announces: ['delivered', 'ringing', 'refused: busy'],
      hears: ['stop: refused']
    },
    {
      says: 'ACCEPT again and again',
      answers: [ACCEPT, ACCEPT, ACCEPT, HANGUP, HANGUP],
      announces: ['delivered', 'ringing', 'accepted', 'session: hangup'],
      hears: ['confirm', 'confirm', 'confirm', 'confirm', 'stop: hangup', 'confirm', 'stop: hangup']
    }
  ])('goes by what came first when it says $says', async ({ answers, announces, hears }) => {
    const { victim, peer, stream, local, announced } = await startCalling()

    stream.say(...answers.map(answer => ({ ...answer, id: local.id })))
    await allRead(peer, stream)

    expect(announced).toEqual(['sending', ...announces])
    expect(peer.inbox.words.filter(({ id, kind }) => id === local.id && kind !== 'invite').map(word => word.kind === 'stop' ? `stop: ${word.reason}` : word.kind)).toEqual(hears)
    await expectUnharmed(victim)
    await expectNothingLeft(victim)
  })

  it('takes no answer from anybody but the one that it invited', async () => {
    const { victim, local, announced } = await startCalling()
    const stranger = await startRawPeer(victim)
    const stream = await stranger.open()

    stream.say({ kind: 'accept', id: local.id })
    expect(await stranger.inbox.hear('stop', local.id)).toMatchObject({ reason: 'unknown' })

    expect(announced).toEqual(['sending'])
    expect(local.session).toBeUndefined()
    await expectNothingLeft(victim)
  })
})

describe('a callee whose caller contradicts itself', () => {
  it('does not count as accepted what it never accepted, when that is confirmed', async () => {
    const { victim, peer, stream, remote, announced } = await startRinging()

    stream.say({ kind: 'confirm', id: ID })

    expect(await peer.inbox.hear('ended', ID)).toMatchObject({ reason: 'unknown' })
    expect(announced).toEqual(['received', 'ringing', 'failed: protocol-error'])
    await expect(remote.accept()).rejects.toMatchObject({ name: 'AlreadyEndedError' })
    await expectUnharmed(victim)
    await expectNothingLeft(victim)
  })

  it('stays with the first content when the invite comes again with another, a thousand times', async () => {
    const { victim, peer, stream, remote, announced } = await startRinging()

    for (let i = 0; i < 1_000; i++) {
      stream.say({ ...INVITE, content: `other ${i}` })
    }

    await allRead(peer, stream)

    expect(victim.received).toEqual([remote])
    expect(remote.content).toBe('first')
    expect(announced).toEqual(['received', 'ringing'])
    await expectUnharmed(victim)
    await expectNothingLeft(victim)
  })

  it('does not ring again for an invite that comes after its STOP', async () => {
    const { victim, peer, stream, announced } = await startRinging()

    stream.say({ kind: 'stop', id: ID, reason: 'canceled' }, INVITE, { kind: 'stop', id: ID, reason: 'timeout' }, INVITE)
    await allRead(peer, stream)

    expect(announced).toEqual(['received', 'ringing', 'canceled'])
    await expectUnharmed(victim)
    await expectNothingLeft(victim)
  })

  it('gives up an accept that is never confirmed, though the caller goes on inviting', async () => {
    const { victim, stream, remote, announced } = await startRinging()
    const accepted = remote.accept().then(() => 'accepted', (err: unknown) => err)

    for (let second = 0; second < 12; second++) {
      stream.say(INVITE)
      await victim.environment.pass(1_000)
    }

    expect(await accepted).toMatchObject({ name: 'AlreadyEndedError', end: { state: 'failed', reason: 'accept-failed' } })
    expect(announced).toEqual(['received', 'ringing', 'accepting', 'failed: accept-failed'])
    await expectUnharmed(victim)
    await expectNothingLeft(victim)
  })

  it('has one session, and one end of it, when the caller confirms and stops again and again', async () => {
    const { victim, peer, stream, remote, announced } = await startRinging()
    const accepted = remote.accept()

    for (let i = 0; i < 3; i++) {
      stream.say({ kind: 'confirm', id: ID }, { kind: 'confirm', id: ID }, { kind: 'stop', id: ID, reason: 'hangup' })
    }

    await accepted
    await allRead(peer, stream)

    expect(announced).toEqual(['received', 'ringing', 'accepting', 'accepted', 'session: hangup'])
    await expectUnharmed(victim)
    await expectNothingLeft(victim)
  })

  it('does not let a stranger end, or confirm, what another rings for', async () => {
    const { victim, remote, announced } = await startRinging()
    const stranger = await startRawPeer(victim)
    const stream = await stranger.open()

    stream.say({ kind: 'stop', id: ID, reason: 'canceled' }, { kind: 'confirm', id: ID })
    await allRead(stranger, stream)

    expect(remote.state).toBe('ringing')
    expect(announced).toEqual(['received', 'ringing'])
    await expectNothingLeft(victim)
  })

  it('lets nothing ring for ever whose caller has gone', async () => {
    const victim = await startVictim()
    const peer = await startRawPeer(victim)
    const stream = await peer.open()

    stream.say({ kind: 'invite', id: ID, ringTime: 0, age: 0 })
    await peer.inbox.hear('ringing', ID)
    await peer.libp2p.stop()
    await expectNothingLeft(victim)

    expect(victim.received[0]?.end).toMatchObject({ state: 'canceled', reason: 'caller-gone' })
    await expectUnharmed(victim)
  })
})
