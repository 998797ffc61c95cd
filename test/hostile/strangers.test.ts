import { describe, expect, it } from 'vitest'
import { createSwarm } from '../../src/swarm/index.ts'
import { inviteTokens } from '../../src/tokens/index.ts'
import { acceptsAll, ringsAt } from '../simulated/ringing.ts'
import { heldBytes, megabytes } from './heap.ts'
import { Stranger } from './stranger.ts'
import type { End, InvitationInit } from '../../src/index.ts'
import type { Swarm, SwarmPeer } from '../../src/swarm/index.ts'
import type { InviteTokens } from '../../src/tokens/index.ts'
import type { InviteWord } from '../../src/wire/index.ts'
import type { StrangersStream } from './stranger.ts'

type Services = { inviteTokens: InviteTokens }

/** Invites a second of all strangers together, for a minute of virtual time; and how often they say something, milliseconds. */
const PER_SECOND = 1_000
const MINUTE = 60_000
const BEAT = 100

const HONEST = 100

/** Bytes that 60,000 invites may leave on the heap: if each left no more than its id, it would be twice as many. */
const HELD = 3 * 2 ** 20

const CONTACTS = ['ben', 'cyd', 'dan', 'eve', 'flo', 'gus', 'hal', 'ida', 'joe', 'kay'] as const
const STRANGERS = Array.from({ length: 10 }, (_, index) => `mal-${index}`)

let ids = 0

const invite = (token: string | undefined): InviteWord =>
  ({ kind: 'invite', id: (ids++).toString(16).padStart(32, '0'), ringTime: 60_000, age: 0, content: 'x'.repeat(64), ...(token != null && { token }) })

interface Scene {
  readonly swarm: Swarm<string, never, Services>
  readonly ada: SwarmPeer<Services>
  readonly contacts: ReadonlyArray<SwarmPeer<Services>>
  readonly strangers: readonly Stranger[]
  readonly streams: readonly StrangersStream[]
}

/** Ada, her contacts, and strangers each of whom has a stream to her. */
async function scene (init: InvitationInit): Promise<Scene> {
  const contacts = new Set<string>()
  const swarm = await createSwarm<string, never, Services>({
    peers: ['ada', ...CONTACTS, ...STRANGERS],
    connected: false,
    invitation: { ...init, contacts },
    services: { inviteTokens: inviteTokens() }
  })
  const ada = swarm.peers['ada']!
  const peers = CONTACTS.map(name => swarm.peers[name]!)
  const strangers = STRANGERS.map(name => new Stranger(swarm, swarm.peers[name]!, ada))

  peers.forEach(({ peerId }) => { contacts.add(peerId.toString()) })

  return { swarm, ada, contacts: peers, strangers, streams: await Promise.all(strangers.map(async stranger => await stranger.open())) }
}

/** All strangers invite for a minute, each tenth of a second as many. */
async function flood (streams: readonly StrangersStream[], tokens: ReadonlyArray<string | undefined>): Promise<void> {
  for (let at = 0; at < MINUTE; at += BEAT) {
    for (const stream of streams) {
      stream.say(...Array.from({ length: PER_SECOND * BEAT / 1_000 / streams.length }, () => invite(tokens[ids % tokens.length])))
    }

    await new Promise(resolve => { setTimeout(resolve, BEAT) })
  }
}

/** The contacts invite in turn, and end each session at once. */
async function callEvenly ({ ada, contacts }: Scene): Promise<Array<End['state']>> {
  return await Promise.all(Array.from({ length: HONEST }, async (_, index) => {
    await new Promise(resolve => { setTimeout(resolve, index * MINUTE / HONEST) })

    const { state, session } = await (await contacts[index % contacts.length]!.invitation.invite(ada.peerId)).outcome

    await session?.end()

    return state
  }))
}

describe('a peer that strangers invite a thousand times a second, for a minute', () => {
  it('rings for none of them where it lets in contacts, sends nothing back and keeps nothing, while all its contacts get through', async () => {
    const here = await scene({ policy: 'contacts' })
    await using swarm = here.swarm
    const { ada, streams, strangers } = here
    const rung = ringsAt(ada)
    const revoked = await swarm.run(ada.libp2p.services.inviteTokens.create())
    const tokens = [undefined, 'mfrggzdfmztwq2lknnwg23tpoa', revoked]

    acceptsAll(ada)
    await swarm.run(ada.libp2p.services.inviteTokens.revoke(revoked))

    const [honest] = await swarm.run(async () => await Promise.all([callEvenly(here), flood(streams, tokens)]))

    expect(honest).toEqual(Array.from({ length: HONEST }, () => 'accepted'))
    expect(rung).toHaveLength(HONEST)

    // what calls leave behind for a while is not what is asked about
    const before = await heldBytes()
    const said = ids

    await swarm.run(async () => { await flood(streams, tokens) })

    const growth = await heldBytes() - before

    console.log(`${ids - said} invites of strangers: heap +${megabytes(growth)}`)
    expect(ids - said).toBe(PER_SECOND * MINUTE / 1_000)
    expect(growth).toBeLessThan(HELD)
    expect(rung).toHaveLength(HONEST)
    expect(strangers.flatMap(({ transcript }) => transcript)).toEqual([])
    expect(ada.invitation.list()).toEqual([])
  })

  it('rings for as many as come within the limits where it lets in everybody, while all its contacts get through', async () => {
    const here = await scene({})
    await using swarm = here.swarm
    const { ada, contacts, streams } = here
    const rung = ringsAt(ada)

    ada.invitation.addEventListener('invitation:received', ({ detail }) => {
      if (contacts.some(({ peerId }) => peerId.equals(detail.peer))) {
        void detail.accept()
      }
    })

    const [honest] = await swarm.run(async () => await Promise.all([callEvenly(here), flood(streams, [undefined])]))

    expect(honest).toEqual(Array.from({ length: HONEST }, () => 'accepted'))

    // no more than 8 of each of the ten ring at a time, and a ring is over after a minute
    expect(rung.length - HONEST).toBeGreaterThan(0)
    expect(rung.length - HONEST).toBeLessThanOrEqual(80)
  })
})
