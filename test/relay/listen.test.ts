import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { afterEach, describe, expect, it } from 'vitest'
import { InvalidArgumentError, ListenError } from '../../src/errors/index.ts'
import { CERTIFICATE, CERTIFICATE_KEY } from './certificate.ts'
import { LOOPBACK, startClient, startRelay, throughRelay } from './nodes.ts'
import type { RelayInit } from '../../src/relay/index.ts'

const ID = '12D3KooWDnXiSdnaXMHbTyoiS9JWpHwagN1PSy72U6gPe2kfYC4M'
const TLS = { cert: CERTIFICATE, key: CERTIFICATE_KEY }

describe('where a relay listens', { timeout: 60_000 }, () => {
  const authorities = getCACertificates('default')

  afterEach(() => { setDefaultCACertificates(authorities) })

  it('is over TLS, too, with a certificate', async () => {
    setDefaultCACertificates([...authorities, CERTIFICATE])

    const relay = await startRelay({ listen: [LOOPBACK, '/ip4/127.0.0.1/tcp/0/tls/ws'], tls: TLS })
    const secure = relay.addresses.find(address => address.toString().includes('/tls/ws/'))
    const client = await startClient({ relay: secure })
    const isThere = client.getMultiaddrs().some(address => address.equals(throughRelay(secure!, client.peerId)))

    expect(isThere).toBe(true)
    expect(client.getConnections().map(({ remoteAddr }) => remoteAddr)).toEqual([secure])
    expect(relay.status().connections).toBe(1)
  })

  it('is told to others as it is announced', async () => {
    const relay = await startRelay({ announce: ['/dns4/relay.example.org/tcp/443/tls/ws'] })

    expect(relay.status().addresses).toEqual([`/dns4/relay.example.org/tcp/443/tls/ws/p2p/${relay.peerId.toString()}`])
  })

  it('is said in the error when it cannot', async () => {
    const relay = await startRelay()
    const taken = relay.addresses[0]!.decapsulate('/p2p/').toString()
    const error: unknown = await startRelay({ listen: [LOOPBACK, taken] }).catch((err: unknown) => err)

    expect(error).toBeInstanceOf(ListenError)
    expect(String(error)).toContain(`${taken}: Error: listen EADDRINUSE`)
    expect(String(error)).not.toContain(`${LOOPBACK}:`)
  })

  it.each<[string, RelayInit]>([
    ['listen: at least one', { listen: [] }],
    ['listen: nowhere is no multiaddr', { listen: ['nowhere'] }],
    ['listen: /ip4/127.0.0.1/tcp/4002 is not', { listen: ['/ip4/127.0.0.1/tcp/4002'] }],
    ['listen: /dns4/example.org/tcp/4002/ws is not', { listen: ['/dns4/example.org/tcp/4002/ws'] }],
    ['listen: /ip4/127.0.0.1/tcp/4002/tls/ws needs a certificate', { listen: ['/ip4/127.0.0.1/tcp/4002/tls/ws'] }],
    ['announce: here is no multiaddr', { announce: ['here'] }],
    ['peers: /ip4/127.0.0.1/tcp/4002/ws does not end', { peers: ['/ip4/127.0.0.1/tcp/4002/ws'] }],
    ['peers: at most 32', { peers: Array<string>(33).fill(`/ip4/127.0.0.1/tcp/4002/ws/p2p/${ID}`) }],
    ['tls: not a certificate', { tls: { ...TLS, cert: 'none' } }],
    ['tls: not a certificate', { tls: { ...TLS, key: 'none' } }],
    ['protocolPrefix: ', { protocolPrefix: '' }],
    ['limits.connections: ', { limits: { connections: 0 } }],
    ['limits.relayedBytes: ', { limits: { relayedBytes: 1.5 } }],
    ['limits.relayedTime: a whole number from 1 to 86400000', { limits: { relayedTime: 86_400_001 } }],
    ['limits.rooms: a whole number from 1 to 1536', { limits: { rooms: 1_537 } }]
  ])('is refused with the name of the option: %s', async (message, init) => {
    const error: unknown = await startRelay(init).catch((err: unknown) => err)

    expect(error).toBeInstanceOf(InvalidArgumentError)
    expect(String(error)).toContain(`: ${message}`)
  })
})
