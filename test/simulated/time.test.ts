import { describe, expect, it } from 'vitest'
import { createSwarm, OutOfTimeError, SwarmEndedError, SwarmRunningError } from '../../src/swarm/index.ts'
import { ring } from './ringing.ts'

describe('the time of a swarm', () => {
  it('passes for everything in the process, and only when it is told to', async () => {
    await using swarm = await createSwarm({ peers: ['ada'] })
    const begun = swarm.now
    const clocks = (): number[] => [swarm.now - begun, Date.now() - date, performance.now() - moment]
    const date = Date.now()
    const moment = performance.now()
    const fired: string[] = []

    setTimeout(() => { fired.push('after a minute') }, 60_000)
    setInterval(() => { fired.push('each half a minute') }, 30_000)
    AbortSignal.timeout(45_000).addEventListener('abort', ({ target }) => {
      fired.push(target instanceof AbortSignal ? target.reason.name : 'no signal')
    })

    expect(clocks()).toEqual([0, 0, 0])

    await swarm.advance('59999 ms')

    expect(fired).toEqual(['each half a minute', 'TimeoutError'])

    await swarm.advance(1)

    expect(clocks()).toEqual([60_000, 60_000, 60_000])
    expect(fired).toEqual(['each half a minute', 'TimeoutError', 'after a minute', 'each half a minute'])
  })

  it('makes minutes of ringing take no time', async () => {
    await using swarm = await createSwarm({ peers: ['ada', 'ben'] })
    const { local, remote } = await ring(swarm, swarm.peers.ada, swarm.peers.ben)

    await swarm.advance('59 s')

    expect([local.state, remote.state]).toEqual(['ringing', 'ringing'])

    await swarm.advance('2 s')

    expect(local.end).toEqual({ state: 'expired', originator: 'system', reason: 'timeout' })
    expect(remote.end?.state).toBe('expired')
  })

  it('stops in the moment in which a condition holds', async () => {
    await using swarm = await createSwarm({ peers: ['ada'] })
    const begun = swarm.now
    let has = false

    setTimeout(() => { has = true }, 1_234)
    await swarm.until(() => has)

    expect(swarm.now - begun).toBe(1_234)
  })

  it('says what did not come about within its limit', async () => {
    await using swarm = await createSwarm({ peers: ['ada'] })
    const begun = swarm.now

    await expect(swarm.until(() => swarm.now < 0, { within: '5 s' })).rejects.toThrow(new OutOfTimeError('not within 5 s: () => swarm.now < 0'))
    expect(swarm.now - begun).toBe(5_000)
    await expect(swarm.until(() => false, { within: '5 s', what: 'the end of the world' })).rejects.toThrow('not within 5 s: the end of the world')
    await expect(swarm.run(new Promise(() => {}), { within: '1 h' })).rejects.toThrow(OutOfTimeError)
    expect(swarm.now - begun).toBe(3_610_000)
  })

  it('passes until a promise is settled, and gives what it comes to', async () => {
    await using swarm = await createSwarm({ peers: ['ada'] })
    const begun = swarm.now
    expect(await swarm.run(after(10))).toBe(10)
    expect(await swarm.run(async () => await after(20) + await after(30))).toBe(50)
    expect(swarm.now - begun).toBe(60)
    await expect(swarm.run(async () => {
      await after(10)
      throw new RangeError('no')
    })).rejects.toThrow(RangeError)
  })

  it('passes for all who wait at the same time', async () => {
    await using swarm = await createSwarm({ peers: ['ada'] })
    const begun = swarm.now
    const ended: string[] = []
    const note = async (what: string, waiting: Promise<unknown>): Promise<void> => {
      await waiting
      ended.push(`${what} ${swarm.now - begun}`)
    }

    await Promise.all([
      note('advance', swarm.advance('2 s')),
      note('run', swarm.run(async () => { await swarm.advance('1 s') })),
      note('until', swarm.until(() => ended.includes('run 1000'))),
      note('after', swarm.run(after(1_500)))
    ])

    expect(ended).toEqual(['run 1000', 'until 1000', 'after 1500', 'advance 2000'])
  })

  it('throws what a condition throws, and goes on after it', async () => {
    await using swarm = await createSwarm({ peers: ['ada'] })

    await expect(swarm.until(() => { throw new RangeError('no') })).rejects.toThrow(RangeError)
    await swarm.advance('1 s')
  })

  it('waits for WebCrypto, which works beside the event loop, and gives its results in order', async () => {
    await using swarm = await createSwarm({ peers: ['ada'] })
    const key = await crypto.subtle.importKey('raw', new Uint8Array(16), 'PBKDF2', false, ['deriveBits'])
    const done: number[] = []
    const derive = async (iterations: number): Promise<void> => {
      await crypto.subtle.deriveBits({ name: 'PBKDF2', hash: 'SHA-256', salt: new Uint8Array(8), iterations }, key, 256)
      done.push(iterations)
    }

    setTimeout(() => { done.push(0) }, 1)
    void derive(200_000)
    void derive(1)
    await swarm.advance(1)

    expect(done).toEqual([200_000, 1, 0])
  })
})

describe('the end of a swarm', () => {
  it('gives the process its clock and its chance back', async () => {
    const before = snapshot()

    {
      await using swarm = await createSwarm({ peers: ['ada'] })

      await swarm.advance('1 s')

      expect(snapshot().every((value, index) => value !== before[index])).toBe(true)
    }

    expect(snapshot()).toEqual(before)
    expect(Object.hasOwn(crypto, 'getRandomValues')).toBe(false)
  })

  it('comes also after an error, and after a start that failed', async () => {
    const before = snapshot()

    await expect((async () => {
      await using swarm = await createSwarm({ peers: ['ada', 'ben'] })

      await swarm.advance('1 s')
      throw new RangeError('no')
    })()).rejects.toThrow(RangeError)
    expect(snapshot()).toEqual(before)

    await expect(createSwarm({ peers: ['ada'], prepare: () => { throw new RangeError('no') } })).rejects.toThrow(RangeError)
    expect(snapshot()).toEqual(before)
  })

  it('makes room for the next one, of which there is one at a time', async () => {
    {
      await using swarm = await createSwarm({ peers: ['ada'] })

      await expect(createSwarm({ peers: ['ben'] })).rejects.toThrow(SwarmRunningError)
      await swarm.advance('1 s')
    }

    await using next = await createSwarm({ peers: ['ben'] })

    expect(next.peers.ben.isRunning).toBe(true)
  })

  it('ends whatever is waited for, and nothing can be waited for after it', async () => {
    const swarm = await createSwarm({ peers: ['ada'] })
    const waiting = Promise.allSettled([swarm.until(() => false, { within: '10 h' })])

    await swarm[Symbol.asyncDispose]()
    await swarm[Symbol.asyncDispose]()
    expect(await waiting).toEqual([{ status: 'rejected', reason: expect.any(SwarmEndedError) }])
    await expect(swarm.advance(1)).rejects.toThrow(SwarmEndedError)
  })

  it('leaves no node running', async () => {
    const swarm = await createSwarm({ peers: ['ada', 'ben'], relays: ['rita'] })
    const { ada, ben } = swarm.peers

    await swarm.advance('2 s')
    await swarm[Symbol.asyncDispose]()

    expect([ada, ben, swarm.relays.rita].map(({ isRunning }) => isRunning)).toEqual([false, false, false])
    expect([ada, ben].map(({ libp2p }) => libp2p.status)).toEqual(['stopped', 'stopped'])
  })
})

async function after (ms: number): Promise<number> {
  return await new Promise(resolve => { setTimeout(() => { resolve(ms) }, ms) })
}

/** All that a swarm replaces. */
function snapshot (): unknown[] {
  const replaced: ReadonlyArray<readonly [object, readonly string[]]> = [
    [globalThis, ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date']],
    [performance, ['now']],
    [AbortSignal, ['timeout']],
    [Math, ['random']],
    [crypto, ['getRandomValues', 'randomUUID']],
    [crypto.subtle, ['digest', 'deriveBits']]
  ]

  return replaced.flatMap(([target, keys]) => keys.map((key): unknown => Reflect.get(target, key)))
}
