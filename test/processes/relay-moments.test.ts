import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createPeer } from 'libp2p-invitation/peer'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { freePort } from './free-port.ts'
import { RelayProcess } from './relay-process.ts'
import type { RemoteInvitation } from 'libp2p-invitation'
import type { Peer } from 'libp2p-invitation/peer'

/** Longest that anything may take that must come, milliseconds. */
const PATIENCE = 30_000

const PROTOCOL = '/libp2p-invitation/invitation/1.0.0'

let folder: string
let relays: Array<{ readonly address: string, readonly process: RelayProcess }>
let ada: Peer
let ben: Peer

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'relay-moments-'))
  relays = []

  for (const name of ['one', 'other']) {
    const [before] = relays
    const process = new RelayProcess({ port: await freePort(), key: join(folder, `${name}.key`), ...before != null && { peer: before.address } })

    relays.push({ address: await process.start(), process })
  }

  [ada, ben] = await Promise.all([createPeer({ relays: relays.map(({ address }) => address) }), createPeer({ relays: relays.map(({ address }) => address) })])

  await vi.waitUntil(() => [ada, ben].every(({ services: { reachability, presence } }) =>
    reachability.relays.every(({ state }) => state === 'held') && presence.list().length === 1), { timeout: PATIENCE })
})

afterEach(async () => {
  await Promise.all([ada.stop(), ben.stop(), ...relays.map(async ({ process }) => { await process.kill() })])
  await rm(folder, { recursive: true })
})

/** Kills, at once, the relay over which the two talk. */
function killTheirRelay (): void {
  const connection = ada.getConnections(ben.peerId).find(({ streams }) => streams.some(({ protocol }) => protocol === PROTOCOL))
  const relay = relays.find(({ address }) => connection?.remoteAddr.toString().startsWith(address) === true)

  if (relay == null) {
    throw new Error('they do not talk by way of a relay')
  }

  relay.process.freeze()
  void relay.process.kill()
}

async function received (): Promise<RemoteInvitation> {
  return await new Promise(resolve => {
    ben.services.invitation.addEventListener('invitation:received', ({ detail }) => { resolve(detail) }, { once: true })
  })
}

describe('an invitation whose relay is killed', () => {
  it.each<[string, (moment: () => void) => Promise<RemoteInvitation>]>([
    ['while it rings', async (moment) => {
      const remote = await received()

      moment()

      return remote
    }],
    ['when the callee has just said that it accepts', async (moment) => {
      const remote = await received()

      remote.addEventListener('accepting', moment, { once: true })

      return remote
    }],
    ['when the caller has just said that it confirms', async (moment) => {
      ada.services.invitation.addEventListener('session:opened', moment, { once: true })

      return await received()
    }]
  ])('%s, is accepted on both sides by way of the other, and the two can talk', async (_, arrange) => {
    let isKilled = false
    const arranged = arrange(() => {
      isKilled = true
      killTheirRelay()
    })
    const local = await ada.services.invitation.invite(ben.peerId)
    const remote = await arranged
    const session = await remote.accept({ response: 'here' })
    const outcome = await local.outcome

    expect(isKilled).toBe(true)
    expect(outcome).toMatchObject({ state: 'accepted', response: 'here' })
    expect(remote.end).toMatchObject({ state: 'accepted' })

    await outcome.session?.send('still there?')

    for await (const { data } of session) {
      expect(data).toBe('still there?')
      break
    }

    await session.end()
    expect(await outcome.session?.ended).toMatchObject({ reason: 'hangup', originator: 'remote' })
  })
})
