import { describe, expect, it } from 'vitest'
import { Chance } from '../../src/swarm/chance.ts'
import { createSwarm } from '../../src/swarm/index.ts'
import { NodeEnvironment } from '../../src/swarm/node-environment.ts'
import { meet, ring } from './ringing.ts'

const steady = { latency: '100 ms', jitter: 0 } as const

describe('a page that is hidden', () => {
  it('fires timers on whole seconds, after five minutes on whole minutes, and all that waits once it is seen', async () => {
    await using swarm = await createSwarm({ peers: ['ada'], latency: 0 })
    const environment = new NodeEnvironment(new Chance('1'))
    const fired: string[] = []
    const start = (name: string, ms: number): void => { environment.startTimer(ms, () => { fired.push(`${name} ${swarm.now}`) }) }

    await swarm.advance('10500 ms')

    const begun = swarm.now

    start('seen', 100)
    environment.hide()
    start('hidden', 100)
    await swarm.advance('1 s')

    expect(begun).toBe(10_500)
    expect(fired).toEqual(['seen 11000', 'hidden 11000'])

    await swarm.advance('310 s')
    start('long hidden', 100)
    await swarm.advance('1 min')

    expect(fired.at(-1)).toBe('long hidden 360000')

    start('waiting', 100)
    await swarm.advance('10 s')
    environment.show()
    await swarm.advance(1)

    expect(fired.at(-1)).toBe(`waiting ${begun + 381_000}`)
  })

  it('lets a call that rings there be taken back all the same, since that comes by the network', async () => {
    await using swarm = await createSwarm({ peers: ['ada', 'ben'], ...steady })
    const { ada, ben } = swarm.peers

    await meet(swarm, ada, ben)
    ben.hide()
    await swarm.advance('6 min')

    const { local, remote } = await ring(swarm, ada, ben)

    await swarm.run(local.cancel())

    expect(remote.end).toMatchObject({ state: 'canceled', reason: 'canceled' })

    ben.show()
    await swarm.advance('1 s')
  })
})

describe('a page that is closed', () => {
  it('says in its last moment what ends with it', async () => {
    await using swarm = await createSwarm({ peers: ['ada', 'ben'], ...steady })
    const { ada, ben } = swarm.peers

    await meet(swarm, ada, ben)

    const { remote } = await ring(swarm, ada, ben)

    await ada.closePage()

    expect(ada.isRunning).toBe(false)

    await swarm.advance('200 ms')

    expect(remote.end).toMatchObject({ state: 'canceled', reason: 'shutdown' })
    expect(ben.presence.get(ada.peerId)).toBe(undefined)
  })
})

describe('a clock that is wrong', () => {
  it('gives wrong time stamps there, and right durations', async () => {
    await using swarm = await createSwarm({ peers: ['ada', 'ben'], ...steady })
    const { ada, ben } = swarm.peers

    ada.skew(-3_600_000)

    const { local, remote } = await ring(swarm, ada, ben)
    const [early, late] = [local.timestamps.sending!, remote.timestamps.received!]

    expect(late - early).toBeGreaterThan(3_600_000)
    expect(late - early).toBeLessThan(3_602_000)

    await swarm.advance('61 s')

    expect([local.end?.state, remote.end?.state]).toEqual(['expired', 'expired'])
  })
})
