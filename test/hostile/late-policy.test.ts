import { describe, expect, it } from 'vitest'
import { expectNothingLeft, startRawPeer, startVictim } from './nodes.ts'
import type { Admission } from '../../src/index.ts'

const ID = 'd'.repeat(32)

describe('a policy that decides after the caller has given up', () => {
  it('does no harm to what goes on with that peer by then', async () => {
    const decision = Promise.withResolvers<Admission>()
    const victim = await startVictim({ policy: { admit: async () => await decision.promise } })
    const peer = await startRawPeer(victim)
    const stream = await peer.open()

    stream.say({ kind: 'invite', id: ID, ringTime: 60_000, age: 0 }, { kind: 'stop', id: ID, reason: 'canceled' })
    await peer.inbox.hear('ended', ID)

    const local = await victim.service.invite(peer.libp2p.peerId)

    await peer.inbox.hear('invite', local.id)
    decision.resolve('ring')
    await decision.promise
    stream.say({ kind: 'accept', id: local.id })

    expect(await peer.inbox.hear('confirm', local.id)).toBeDefined()
    expect(victim.service.list()).toEqual([local])
    expect(victim.received).toEqual([])
    stream.say({ kind: 'hangup', id: local.id, reason: 'hangup' })
    await peer.inbox.hear('stop', local.id)
    await expectNothingLeft(victim)
  })
})

describe('a policy that has not decided when the node stops', () => {
  it('is not answered for: whoever it would have ignored hears nothing', async () => {
    const asked = Promise.withResolvers<undefined>()
    const victim = await startVictim({
      policy: {
        admit: async () => {
          asked.resolve(undefined)

          return await new Promise<Admission>(() => {})
        }
      }
    })
    const peer = await startRawPeer(victim)
    const stream = await peer.open()

    stream.say({ kind: 'invite', id: ID, ringTime: 60_000, age: 0 })
    await asked.promise
    await victim.libp2p.stop()
    await stream.over()

    expect(peer.inbox.words).toEqual([])
  })
})
