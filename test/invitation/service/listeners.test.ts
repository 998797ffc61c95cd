import process from 'node:process'
import { describe, expect, it } from 'vitest'
import { eventually } from './eventually.ts'
import { startPeers } from './peers.ts'
import { connect, ring } from './ring.ts'
import { untyped } from './untyped.ts'
import { walk } from './walk.ts'

describe('a listener that throws', () => {
  it('on a service harms neither the invitation nor the other listeners, and is logged', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const heard: string[] = []

    for (const type of ['invitation:received', 'invitation:state', 'invitation:ended', 'session:opened', 'session:ended'] as const) {
      for (const { service, name } of peers.all) {
        service.addEventListener(type, () => { throw new Error('a fault of the app') })
        service.addEventListener(type, () => { heard.push(`${name} ${type}`) })
      }
    }

    const { local, remote } = await connect(ada, ben)

    await local.session!.end()

    expect([local.state, remote.state]).toEqual(['accepted', 'accepted'])
    expect(heard.filter(line => line === 'ben invitation:received')).toHaveLength(1)
    expect(heard.filter(line => line.endsWith('invitation:ended'))).toHaveLength(2)
    expect(heard.filter(line => line.endsWith('session:ended'))).toHaveLength(2)
    expect(ada.errors).toContainEqual(['a listener of %s failed - %e', 'session:ended', new Error('a fault of the app')])
    expect(ben.errors).toContainEqual(['a listener of %s failed - %e', 'invitation:received', new Error('a fault of the app')])
  })

  it('on a handle harms neither the invitation nor the other listeners, and is logged', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const heard: string[] = []
    const { local, remote } = await ring(ada, ben)

    local.addEventListener('accepted', () => { throw new Error('a fault of the app') })
    local.addEventListener('accepted', () => { heard.push('caller accepted') })
    remote.addEventListener('accepted', () => { throw new Error('a fault of the app') })
    remote.addEventListener('accepted', () => { heard.push('callee accepted') })

    const session = await remote.accept()

    for (const each of [local.session!, session]) {
      each.addEventListener('ended', () => { throw new Error('a fault of the app') })
      each.addEventListener('ended', () => { heard.push(`${each.role} ended`) })
    }

    await session.end()

    expect(heard.toSorted()).toEqual(['callee accepted', 'callee ended', 'caller accepted', 'caller ended'])
    expect(ada.errors).toHaveLength(2)
    expect(ben.errors).toHaveLength(2)
  })

  it('may throw what is no error', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all

    ben.service.addEventListener('invitation:received', () => { throw undefined })
    await ring(ada, ben)

    expect(ben.errors).toEqual([['a listener of %s failed - %e', 'invitation:received', undefined]])
  })
})

describe('an async listener that rejects', () => {
  it('is logged, and nothing else comes of it', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const unhandled: unknown[] = []
    const onUnhandled = (reason: unknown): void => { unhandled.push(reason) }

    process.on('unhandledRejection', onUnhandled)

    try {
      ben.service.addEventListener('invitation:received', untyped(async () => { throw new Error('a fault of the app') }))
      const { local, remote } = await ring(ada, ben)

      local.addEventListener('accepted', untyped(async () => { throw new Error('another') }))
      await remote.accept()

      await eventually(() => {
        expect(ben.errors).toEqual([['a listener of %s failed - %e', 'invitation:received', new Error('a fault of the app')]])
        expect(ada.errors).toEqual([['a listener of %s failed - %e', 'accepted', new Error('another')]])
      })
      await peers.settle()
      expect(unhandled).toEqual([])
      expect(local.session?.isOpen).toBe(true)
    } finally {
      process.off('unhandledRejection', onUnhandled)
    }
  })
})

describe('a listener that acts at once', () => {
  it('accepts inside received, and both sides see all states in order', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all

    ben.service.addEventListener('invitation:received', ({ detail }) => {
      void detail.accept({ response: 'at once' }).finally(() => { peers.log.note('accept() resolved') })
    })

    const local = await ada.service.invite(ben.id)

    await eventually(() => { expect(peers.log.entries).toContain('accept() resolved') })
    expect(peers.log.entries).toEqual([
      'ada sending', 'ben received', 'ben ringing', 'ben accepting', 'ada delivered', 'ada ringing', 'ada accepted', 'ben accepted', 'accept() resolved'
    ])
    expect(local.response).toBe('at once')
  })

  it('refuses inside received', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all

    ben.service.addEventListener('invitation:received', ({ detail }) => { void detail.refuse() })
    await (await ada.service.invite(ben.id)).outcome

    expect(peers.log.entries).toEqual(['ada sending', 'ben received', 'ben ringing', 'ben refused', 'ada delivered', 'ada ringing', 'ada refused'])
  })

  it('cancels inside sending, and the callee never rings for long', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const local = ada.service.createLocalInvitation(ben.id)

    local.addEventListener('sending', () => { void local.cancel() })
    await local.send()
    await peers.settle()

    expect(peers.log.entries).toEqual(['ada sending', 'ada canceled'])
    expect(local.state).toBe('canceled')
  })

  it('cancels inside ringing', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const local = ada.service.createLocalInvitation(ben.id)

    local.addEventListener('ringing', () => {
      void local.cancel().finally(() => { peers.log.note('cancel() resolved') })
    })
    await local.send()

    await eventually(() => { expect(peers.log.entries).toContain('cancel() resolved') })
    expect(peers.log.entries).toEqual([
      'ada sending', 'ben received', 'ben ringing', 'ada delivered', 'ada ringing', 'ada canceled', 'ben canceled', 'ben missed', 'cancel() resolved'
    ])
  })

  it('cancels inside delivered, and ringing is not told behind the end', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const local = ada.service.createLocalInvitation(ben.id)

    local.addEventListener('delivered', () => { void local.cancel() })
    await local.send()
    await local.outcome
    await peers.settle()

    const ofAda = peers.log.entries.filter(entry => entry.startsWith('ada'))

    // that it rings came along with the delivery, before the cancel
    expect(ofAda).toEqual(['ada sending', 'ada delivered', 'ada ringing', 'ada canceled'])
    expect(await walk(local)).toEqual(['idle', 'sending', 'delivered', 'ringing', 'canceled'])
  })

  it('ends the session inside accepted, as the caller', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const { local, remote } = await ring(ada, ben)

    peers.log.entries.length = 0
    local.addEventListener('accepted', () => { void local.session!.end() })
    await remote.accept()
    await remote.session!.ended

    expect(peers.log.entries).toEqual(['ben accepting', 'ada accepted', 'ada session hangup', 'ben accepted', 'ben session hangup'])
  })

  it('ends the session inside accepted, as the callee', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const { local, remote } = await ring(ada, ben)

    peers.log.entries.length = 0
    remote.addEventListener('accepted', () => { void remote.session!.end() })
    await remote.accept()
    await local.session!.ended

    expect(peers.log.entries).toEqual(['ben accepting', 'ada accepted', 'ben accepted', 'ben session hangup', 'ada session hangup'])
  })

  it('hangs up as soon as the confirm came', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const { local, remote } = await ring(ada, ben)

    peers.log.entries.length = 0
    await (await remote.accept()).end()
    await local.session!.ended

    expect(peers.log.entries).toEqual(['ben accepting', 'ada accepted', 'ben accepted', 'ben session hangup', 'ada session hangup'])
  })

  it('invites anew inside the end', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const { local, remote } = await ring(ada, ben)

    local.addEventListener('refused', () => { void ada.service.invite(ben.id, { content: 'please?' }) })
    await remote.refuse()

    expect((await ben.receives(2)).content).toBe('please?')
  })

  it('finds what it was told of settled: state, outcome and list', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const { local, remote } = await ring(ada, ben)
    const seen: unknown[] = []

    ada.service.addEventListener('invitation:ended', ({ detail: { invitation, end } }) => {
      seen.push(invitation.state, invitation.end === end, ada.service.list().includes(invitation))
    })
    await remote.refuse()
    await local.outcome

    expect(seen).toEqual(['refused', true, false])
  })
})

describe('a listener that was taken away', () => {
  it('is not called any more, on a service or on a handle', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const heard: string[] = []
    const listener = ({ type }: Event): void => { heard.push(type) }

    ben.service.addEventListener('invitation:received', listener)
    const { local, remote } = await ring(ada, ben)

    ben.service.removeEventListener('invitation:received', listener)
    local.addEventListener('accepted', listener)
    local.removeEventListener('accepted', listener)
    await remote.accept()
    await ring(ada, ben)

    expect(heard).toEqual(['invitation:received'])
  })

  it('is called once if it was to be called once', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const heard: string[] = []

    ben.service.addEventListener('invitation:received', ({ detail: { id } }) => { heard.push(id) }, { once: true })
    const { local } = await ring(ada, ben)

    await ring(ada, ben)

    expect(heard).toEqual([local.id])
  })

  it('is called again if it was to be called once, twice', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const heard: string[] = []
    const listener = ({ type }: Event): void => { heard.push(type) }

    ben.service.addEventListener('invitation:received', listener, { once: true })
    await ring(ada, ben)
    ben.service.addEventListener('invitation:received', listener, { once: true })
    await ring(ada, ben)
    await ring(ada, ben)

    expect(heard).toEqual(['invitation:received', 'invitation:received'])
  })

  it('is not called any more after its signal was aborted', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const abort = new AbortController()
    const heard: string[] = []

    ben.service.addEventListener('invitation:received', ({ detail: { id } }) => { heard.push(id) }, { signal: abort.signal })
    const { local } = await ring(ada, ben)

    abort.abort()
    await ring(ada, ben)

    expect(heard).toEqual([local.id])
  })

  it('may be an object, and is called once for each event however often it was added', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const heard: string[] = []
    const listener = { handleEvent: ({ type }: Event) => { heard.push(type) } }

    ben.service.addEventListener('invitation:received', listener)
    ben.service.addEventListener('invitation:received', listener)
    await ring(ada, ben)

    expect(heard).toEqual(['invitation:received'])
  })
})
