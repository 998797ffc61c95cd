import { beforeAll, describe, expect, it } from 'vitest'
import { createSwarm } from '../../src/swarm/index.ts'
import { inviteTokens } from '../../src/tokens/index.ts'
import { encodeFrames, FrameDecoder } from '../../src/wire/index.ts'
import { bytesOf } from '../vectors/vectors.ts'
import { ring } from '../simulated/ringing.ts'
import { Stranger } from './stranger.ts'
import type { InvitationInit, InvitationPolicy, RemoteInvitation } from '../../src/index.ts'
import type { Swarm, SwarmPeer } from '../../src/swarm/index.ts'
import type { InviteTokens } from '../../src/tokens/index.ts'
import type { InviteWord, Word } from '../../src/wire/index.ts'

type Services = { inviteTokens: InviteTokens }
type Name = 'ada' | 'ben' | 'cyd' | 'mal'

/** Ada is called by mal, who is unwanted; ben is a contact of hers, and cyd one more who is none. */
interface Scene {
  readonly swarm: Swarm<Name, never, Services>
  readonly ada: SwarmPeer<Services>
  readonly ben: SwarmPeer<Services>
  readonly cyd: SwarmPeer<Services>
  readonly mal: SwarmPeer<Services>
  readonly contacts: Set<string>
}

/** What is the case at ada's; gives the token that mal has by then. */
type Circumstance = (scene: Scene) => Promise<string | undefined>

const idOf = (number: number): string => number.toString(16).padStart(32, '0')

const invite = (number: number, token: string | undefined, age = 0): InviteWord =>
  ({ kind: 'invite', id: idOf(number), ringTime: 60_000, age, content: 'let me in', ...(token != null && { token }) })

/** What a callee says, of an invitation that there never was. */
const ANSWERS: readonly Word[] = [
  { kind: 'delivered', id: idOf(3) },
  { kind: 'ringing', id: idOf(3) },
  { kind: 'accept', id: idOf(3), window: 131_072 },
  { kind: 'refuse', id: idOf(3), reason: 'declined' },
  { kind: 'hangup', id: idOf(3), reason: 'hangup' },
  { kind: 'ended', id: idOf(3), reason: 'stopped' },
  { kind: 'message', id: idOf(3), by: 'callee', number: 1, payload: 'hello', more: false },
  { kind: 'receipt', id: idOf(3), by: 'callee', heard: 1, window: 0 }
]

/** All that a stranger may try, bit by bit; resolves with all that came back. */
async function probe ({ swarm, ada, mal }: Scene, token: string | undefined): Promise<string[]> {
  const stranger = new Stranger(swarm, mal, ada)
  const gone = await stranger.open()
  const then = async (): Promise<void> => {
    await swarm.advance('1 s')
    stranger.look()
  }

  // whoever wants to answer has to open a stream
  gone.say(invite(0, token))
  await swarm.advance('100 ms')
  gone.reset()
  await then()

  const [one, two] = [await stranger.open(), await stranger.open()]

  one.say(invite(1, token))
  await then()
  one.say(invite(1, token, 1_000))
  await then()
  one.say({ kind: 'stop', id: idOf(1), reason: 'canceled' }, invite(1, token))
  await then()
  one.say({ kind: 'message', id: idOf(1), by: 'caller', number: 1, payload: 'hello', more: false }, { kind: 'confirm', id: idOf(1) })
  one.say({ kind: 'confirm', id: idOf(2) }, { kind: 'confirm', id: idOf(2) }, { kind: 'stop', id: idOf(2), reason: 'unknown' }, invite(2, token))
  await then()
  one.say(...ANSWERS)
  await then()
  // too late to ring, and more than anybody may
  one.say(invite(4, token, 58_500), ...Array.from({ length: 20 }, (_, index) => invite(10 + index, token)))
  await then()
  // a kind that there is none of; a token that is too long; a frame that is
  one.send(Uint8Array.of(2, 0x08, 0x63))
  two.send(longTokened())
  await then()

  const three = await stranger.open()

  three.send(Uint8Array.of(0xff, 0xff, 0x7f))
  await then()

  for (let i = 0; i < 5; i++) {
    (await stranger.open()).say(invite(40 + i, token))
  }

  await then()

  // half a frame; and then nothing any more
  const last = await stranger.open()

  last.send(encodeFrames([invite(50, token)]).subarray(0, 20))
  await swarm.advance('3 min')
  stranger.look()

  return stranger.transcript
}

function longTokened (): Uint8Array {
  const token = 'x'.repeat(64)
  const frame = encodeFrames([{ ...invite(5, undefined), token }])
  const at = frame.length - token.length - 1

  // the token is the last field, and the length before the frame takes two bytes
  return Uint8Array.of(frame[0]! + 1, ...frame.subarray(1, at), token.length + 1, ...frame.subarray(at + 1), 0x78)
}

/** What mal is told under these circumstances, when everything else is the same: keys, lots, times. */
async function told (circumstance: Circumstance, init: Omit<InvitationInit, 'contacts'>): Promise<string[]> {
  const contacts = new Set<string>()
  await using swarm = await createSwarm<Name, never, Services>({
    peers: ['ada', 'ben', 'cyd', 'mal'],
    jitter: 0,
    invitation: { ...init, contacts },
    services: { inviteTokens: inviteTokens() }
  })
  const { ada, ben, cyd, mal } = swarm.peers
  const scene = { swarm, ada, ben, cyd, mal, contacts }

  contacts.add(ben.peerId.toString())
  await swarm.until(() => mal.libp2p.getConnections(ada.peerId).length > 0)

  const token = await circumstance(scene)

  // all begin at the same moment of the connection's life
  await swarm.advance(60_000 - swarm.now)

  return await probe(scene, token)
}

const tokenOf = async ({ swarm, ada }: Scene): Promise<string> => await swarm.run(ada.libp2p.services.inviteTokens.create())

const block = ({ ada, mal }: Scene, admit: InvitationPolicy['admit']): void => {
  ada.invitation.setPolicy({ admit: invitation => invitation.peer.equals(mal.peerId) ? admit(invitation) : 'ring' })
}

/** The same with mal blocked. */
const ignored = (state: Circumstance): Circumstance => async scene => {
  block(scene, () => 'ignore')

  return await state(scene)
}

async function call ({ swarm, ben, ada }: Scene): Promise<RemoteInvitation> {
  const { remote } = await ring(swarm, ben, ada)

  await swarm.run(remote.accept())

  return remote
}

/** What there may be at ada's, beside whether mal has a token. */
const STATES: ReadonlyArray<[string, Circumstance]> = [
  ['must not be disturbed', async ({ ada }) => { ada.presence.setStatus('do-not-disturb'); return undefined }],
  ['says that she is busy', async ({ ada }) => { ada.presence.setStatus('busy'); return undefined }],
  ['is away', async ({ ada }) => { ada.presence.setStatus('away'); return undefined }],
  ['is on a call', async scene => { await call(scene); return undefined }],
  ['is being called', async ({ swarm, ben, ada }) => { await ring(swarm, ben, ada); return undefined }]
]

describe('where strangers are ignored, a stranger is told the same, at the same moment, whether the callee', () => {
  const contactsOnly: InvitationInit = { policy: { strangers: 'ignore', busy: 'refuse', refuseWhile: ['busy', 'do-not-disturb'] }, limits: { live: 2 } }
  const WRONG = 'mfrggzdfmztwq2lknnwg23tpoa'
  let withoutToken: string[] = []
  let withWrongToken: string[] = []

  beforeAll(async () => {
    withoutToken = await told(async () => undefined, contactsOnly)
    withWrongToken = await told(async () => WRONG, contactsOnly)
  })

  it.each<[string, Circumstance]>([
    ...STATES,
    ['has taken it off her contacts', async ({ contacts, mal }) => {
      contacts.add(mal.peerId.toString())
      contacts.delete(mal.peerId.toString())

      return undefined
    }]
  ])('%s', async (_, circumstance) => {
    expect(await told(circumstance, contactsOnly)).toEqual(withoutToken)
  })

  it.each<[string, Circumstance]>([
    ['has revoked its token', async scene => {
      const token = await tokenOf(scene)

      await scene.swarm.run(scene.ada.libp2p.services.inviteTokens.revoke(token))

      return token
    }],
    ['has made it a token that has run out', async ({ swarm, ada }) => await swarm.run(ada.libp2p.services.inviteTokens.create({ lifetime: 1_000 }))],
    ['has made its token for somebody else, who has come', async ({ swarm, ada, cyd }) => {
      const token = await swarm.run(ada.libp2p.services.inviteTokens.create({ peers: 1 }))

      await swarm.run(cyd.invitation.invite(ada.peerId, { token }))
      await swarm.advance('1 s')

      return token
    }],
    ['has blocked it, although its token is good', async scene => {
      block(scene, () => 'ignore')

      return await tokenOf(scene)
    }],
    ['has blocked it, and takes her time over that', async scene => {
      block(scene, async () => {
        await new Promise(resolve => { setTimeout(resolve, 1_500) })

        return 'ignore' as const
      })

      return await tokenOf(scene)
    }],
    ['has blocked it, is on a call, and must not be disturbed', async scene => {
      block(scene, () => 'ignore')
      await call(scene)
      scene.ada.presence.setStatus('do-not-disturb')

      return await tokenOf(scene)
    }],
    ['is being called by as many others as may', async scene => {
      const { swarm, ada, cyd } = scene
      const token = await tokenOf(scene)

      for (let i = 0; i < 2; i++) {
        await swarm.run(cyd.invitation.invite(ada.peerId, { token, ringTime: 600_000 }))
      }

      return token
    }]
  ])('%s', async (_, circumstance) => {
    expect(await told(circumstance, contactsOnly)).toEqual(withWrongToken)
  })

  it('is told nothing about its invitations, and of the rest what any peer says of ids that it does not know', () => {
    const words = withWrongToken.flatMap(event => new FrameDecoder().push(bytesOf(/stream \d+: (?<hex>.*)/.exec(event)?.groups?.['hex'] ?? '')))

    // what those must hear whose other side was restarted in a call, and nobody else ever asks
    expect(words).toEqual([
      ...[1, 2, 2].map(number => ({ kind: 'ended', id: idOf(number), reason: 'unknown' })),
      ...ANSWERS.slice(0, 5).map(({ id }) => ({ kind: 'stop', id, reason: 'unknown' }))
    ])
    expect(withWrongToken.filter(event => event.includes('of its own')).every(event => event.endsWith('it has 0 of its own'))).toBe(true)
  })
})

describe('where everybody is let in, one whom the app ignores is told the same, at the same moment, whether the callee', () => {
  const open: InvitationInit = { policy: { strangers: 'ring', busy: 'refuse', refuseWhile: ['busy', 'do-not-disturb'] } }

  let whileThere: string[] = []

  beforeAll(async () => {
    whileThere = await told(ignored(async () => undefined), open)
  })

  it.each(STATES)('%s', async (_, circumstance) => {
    expect(await told(ignored(circumstance), open)).toEqual(whileThere)
  })
})
