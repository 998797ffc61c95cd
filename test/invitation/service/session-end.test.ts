import { describe, expect, it } from 'vitest'
import { openSession, readAll } from './open-session.ts'
import { startPeers } from './peers.ts'
import { rejection } from './rejection.ts'

describe('the end of a session', () => {
  it.each([0, 1])('is told on both sides, with its reason, who brought it about and when: by side %d', async (index) => {
    await using peers = await startPeers(2)
    const sessions = await openSession(...peers.all)
    const [own, other] = [sessions[index]!, sessions[1 - index]!]
    const told: unknown[] = []

    other.addEventListener('ended', ({ detail }) => { told.push(detail) })
    await own.end({ reason: 'replaced' })

    const at = expect.any(Number)

    expect(await own.ended).toEqual({ reason: 'replaced', originator: 'local', at })
    expect(await other.ended).toEqual({ reason: 'replaced', originator: 'remote', at })
    expect(told).toEqual([await other.ended])
    expect([own.isOpen, own.isConnected, other.isOpen, other.isConnected]).toEqual([false, false, false, false])
  })

  it('leaves what came before to be read, told before the end, and ends the walk after it', async () => {
    await using peers = await startPeers(2)
    const [ofAda, ofBen] = await openSession(...peers.all)
    const unheard = rejection(ofBen.send('bye'))

    await ofBen.end()
    expect(await unheard).toMatchObject({ name: 'SessionEndedError', end: { reason: 'hangup', originator: 'local' } })

    expect(await readAll(ofAda)).toEqual(['bye'])
    expect(await readAll(ofBen)).toEqual([])
    expect(await readAll(ofAda)).toEqual([])
  })

  it('is told to listeners after the messages before it', async () => {
    await using peers = await startPeers(2)
    const [ofAda, ofBen] = await openSession(...peers.all)
    const told: string[] = []

    ofAda.addEventListener('ended', ({ detail }) => { told.push(detail.reason) })
    ofAda.addEventListener('message', ({ detail: { data } }) => { told.push(String(data)) })
    ofBen.send('bye').catch(() => {})
    await ofBen.end()

    expect(told).toEqual(['bye', 'hangup'])
  })

  it('rejects whatever still waits to be heard, and all that is sent after it', async () => {
    await using peers = await startPeers(2)
    const [ofAda, ofBen] = await openSession(...peers.all)

    peers.part()

    const waiting = rejection(ofAda.send('hello'))

    await peers.pass(60_000)

    const end = { reason: 'connection-lost', originator: 'system' }

    expect(await waiting).toMatchObject({ name: 'SessionEndedError', end })
    await expect(ofAda.send('hello')).rejects.toMatchObject({ name: 'SessionEndedError', end })
    await expect(ofAda.end()).rejects.toMatchObject({ name: 'SessionEndedError', end })
    expect(await ofBen.ended).toMatchObject(end)
  })

  it('comes to both when one of them is killed and started anew', async () => {
    await using peers = await startPeers(2)
    const [ada, ben] = peers.all
    const [ofAda] = await openSession(ada, ben)

    await ofAda.send('heard')
    await peers.crash(ben)

    const unheard = rejection(ofAda.send('unheard'))

    await peers.restart(ben)
    await peers.pass(20_000)

    const end = { reason: 'peer-restarted', originator: 'remote' }

    expect(await ofAda.ended).toMatchObject(end)
    expect(await unheard).toMatchObject({ name: 'SessionEndedError', end })
  })
})
