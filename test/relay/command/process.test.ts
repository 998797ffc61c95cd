import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { peerIdFromString } from '@libp2p/peer-id'
import { describe, expect, it } from 'vitest'
import { eventually, PATIENCE, startClient } from '../nodes.ts'
import { CERTIFICATE, CERTIFICATE_KEY } from './certificates.ts'
import { RelayProcess } from './relay-process.ts'
import { temporaryFolder } from './temporary-folder.ts'
import type { AddressInfo } from 'node:net'
import type { RelayStatus } from '../../../src/relay/index.ts'

const ANY_PORT = ['--port', '0', '--host', '127.0.0.1', '--status-port', '0']

const health = async (relay: RelayProcess): Promise<RelayStatus> => await (await fetch(`${await relay.status()}/health`)).json() as RelayStatus

/** A port that is taken until the test is over. */
async function takePort (): Promise<AsyncDisposable & { port: string }> {
  const server = createServer().listen(0, '127.0.0.1')

  await once(server, 'listening')

  return {
    port: String((server.address() as AddressInfo).port),
    [Symbol.asyncDispose]: async () => {
      server.close()
      await once(server, 'close')
    }
  }
}

/** A port that was free a moment ago. */
async function freePort (): Promise<number> {
  await using taken = await takePort()

  return Number(taken.port)
}

describe('the relay program', { timeout: 4 * PATIENCE }, () => {
  it('relays between its clients, says how it is, and takes leave of them at SIGTERM', async () => {
    const relay = new RelayProcess([...ANY_PORT, '--log-level', 'debug'], { cwd: await temporaryFolder() })
    const [address] = await relay.addresses()
    const callee = await startClient({ relay: address })
    const caller = await startClient()
    const calls: string[] = []

    await callee.handle('/call', (stream, { remotePeer }) => {
      calls.push(remotePeer.toString())
      stream.abort(new Error('heard'))
    }, { runOnLimitedConnection: true })

    const call = await caller.dialProtocol(callee.getMultiaddrs(), '/call', { runOnLimitedConnection: true, signal: AbortSignal.timeout(PATIENCE) })

    await eventually(() => { expect(calls).toEqual([caller.peerId.toString()]) })
    call.abort(new Error('done'))

    expect(await health(relay)).toMatchObject({ peerId: address?.getComponents().at(-1)?.value, addresses: [address?.toString()], peers: 2, reservations: 1 })
    expect(await (await fetch(`${await relay.status()}/metrics`)).text()).toMatch(/^libp2p_invitation_relay_reservations 1$/m)
    await relay.logged('clients')

    const left = Promise.all([callee, caller].map(async client => await new Promise<void>(resolve => {
      client.addEventListener('connection:close', ({ detail: { remoteAddr } }) => {
        if (!remoteAddr.toString().includes('p2p-circuit')) {
          resolve()
        }
      })
    })))

    relay.signal('SIGTERM')

    expect(await relay.ended).toBe(0)
    await left
    expect(relay.log.map(({ msg }) => msg).slice(-2)).toEqual(['stopping', 'stopped'])
    expect(relay.complaints).toBe('')
  })

  it('is the same peer again at its next start', async () => {
    const cwd = await temporaryFolder()
    const peerIds: unknown[] = []

    for (const name of ['SIGINT', 'SIGHUP'] as const) {
      const relay = new RelayProcess([...ANY_PORT], { cwd })

      peerIds.push((await relay.logged('listening'))['peerId'])
      relay.signal(name)
      expect(await relay.ended).toBe(0)
    }

    expect(peerIdFromString(String(peerIds[0])).type).toBe('Ed25519')
    expect(peerIds[1]).toBe(peerIds[0])
  })

  it('meshes with another relay that a file names, and tells when it is lost', async () => {
    const cwd = await temporaryFolder()
    const first = new RelayProcess(ANY_PORT, { cwd: await temporaryFolder() })
    const [peer] = await first.addresses()

    await writeFile(join(cwd, 'relay.json'), JSON.stringify({ 'port': await freePort(), 'host': '127.0.0.1', 'status-port': 0, 'peer': [peer] }))

    const second = new RelayProcess(['--config', 'relay.json'], { cwd })

    expect(await second.logged('another relay is connected')).toMatchObject({ connected: 1, known: 1 })
    expect((await health(second)).relays).toEqual({ connected: 1, known: 1 })
    expect((await health(first)).peers).toBe(1)

    first.signal('SIGTERM')

    expect(await first.ended).toBe(0)
    expect(await second.logged('another relay is lost')).toMatchObject({ connected: 0, known: 1 })
  })

  it('is configured by the environment', async () => {
    const relay = new RelayProcess([], {
      cwd: await temporaryFolder(),
      env: {
        LIBP2P_INVITATION_RELAY_PORT: '0',
        LIBP2P_INVITATION_RELAY_HOST: '127.0.0.1',
        LIBP2P_INVITATION_RELAY_NO_STATUS: 'true',
        LIBP2P_INVITATION_RELAY_ANNOUNCE: '/dns4/relay.example.org/tcp/443/tls/ws'
      }
    })
    const { addresses, peerId, status } = await relay.logged('listening')

    expect(addresses).toEqual([`/dns4/relay.example.org/tcp/443/tls/ws/p2p/${String(peerId)}`])
    expect(status).toBe('off')
  })

  it('speaks TLS with a certificate', async () => {
    const cwd = await temporaryFolder()

    await writeFile(join(cwd, 'cert.pem'), CERTIFICATE)
    await writeFile(join(cwd, 'key.pem'), CERTIFICATE_KEY)

    const relay = new RelayProcess([...ANY_PORT, '--tls-cert', 'cert.pem', '--tls-key', 'key.pem'], { cwd })
    const [address] = await relay.addresses()

    expect(address?.toString()).toMatch(/^\/ip4\/127\.0\.0\.1\/tcp\/\d+\/tls\/ws\/p2p\//)
  })

  it.each(['--port', '--status-port'])('says in one line that the port of %s is taken, and ends with 1', async option => {
    await using taken = await takePort()
    const relay = new RelayProcess([...ANY_PORT.filter((word, index) => word !== option && ANY_PORT[index - 1] !== option), option, taken.port], { cwd: await temporaryFolder() })

    expect(await relay.ended).toBe(1)
    expect(relay.complaints).toBe(`libp2p-invitation-relay: ${option}: port ${taken.port} is taken by another program\n`)
    expect(relay.log.map(({ msg }) => msg)).toEqual(['starting'])
  })

  it('says in one line that a host is not of this machine, and ends with 1', async () => {
    const relay = new RelayProcess([...ANY_PORT.slice(0, 2), '--host', '192.0.2.1', '--no-status'], { cwd: await temporaryFolder() })

    expect(await relay.ended).toBe(1)
    expect(relay.complaints).toBe('libp2p-invitation-relay: --host: 192.0.2.1 is no address of this machine\n')
  })

  it('says in one line that its key is none, and ends with 1', async () => {
    const cwd = await temporaryFolder()

    await writeFile(join(cwd, 'relay.key'), 'hello', { mode: 0o600 })

    const relay = new RelayProcess(ANY_PORT, { cwd })

    expect(await relay.ended).toBe(1)
    expect(relay.complaints).toBe('libp2p-invitation-relay: --key: relay.key is not the private key of a libp2p peer\n')
  })

  it('says in one line what option it does not know, and ends with 2', async () => {
    const relay = new RelayProcess(['--prot', '4002'], { cwd: await temporaryFolder() })

    expect(await relay.ended).toBe(2)
    expect(relay.complaints).toBe('libp2p-invitation-relay: Unknown argument: prot (see --help)\n')
  })

  it('logs what nobody caught, and ends with 1', async () => {
    const relay = new RelayProcess(ANY_PORT, { cwd: await temporaryFolder() })

    await relay.logged('listening')
    relay.fail('nobody catches this')

    expect(await relay.ended).toBe(1)
    expect(relay.log.at(-1)).toMatchObject({ level: 'fatal', msg: 'failed', err: { message: 'nobody catches this' } })
  })
})
