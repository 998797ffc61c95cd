import { once } from 'node:events'
import { connect } from 'node:net'
import { Gauge, Registry } from 'prom-client'
import { afterEach, describe, expect, it } from 'vitest'
import { serveStatus } from '../../src/relay/status-server.ts'
import type { Relay, RelayStatus } from '../../src/relay/index.ts'
import type { StatusServer, StatusServerInit } from '../../src/relay/status-server.ts'

const STATUS: RelayStatus = { peerId: 'p', addresses: ['/ip4/192.0.2.1'], uptime: 5, connections: 4, peers: 3, reservations: 2, relayed: 1, rooms: 0, relays: { connected: 0, known: 1 } }

const servers: StatusServer[] = []

afterEach(async () => {
  await Promise.all(servers.splice(0).map(async server => { await server.stop() }))
})

async function serve (init: Partial<StatusServerInit> = {}, status: () => RelayStatus = () => STATUS): Promise<StatusServer> {
  // of a relay, its status alone is asked for
  const server = await serveStatus({ status } as Relay, { port: 0, registry: new Registry(), ...init })

  servers.push(server)

  return server
}

/** Resolves once the server has closed a connection on which that was said. */
async function closedAfter ({ url }: StatusServer, said: string): Promise<string> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  let heard = ''

  socket.setEncoding('utf8').on('data', (text: string) => { heard += text })
  socket.write(said)
  await once(socket, 'close')

  return heard
}

describe('the status server', () => {
  it('tells at /health how the relay is, now', async () => {
    let uptime = 5
    const { url } = await serve({}, () => ({ ...STATUS, uptime }))
    const response = await fetch(`${url}/health`)

    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('application/json')
    expect(await response.json()).toEqual(STATUS)

    uptime = 6
    expect(await (await fetch(`${url}/health?verbose`)).json()).toMatchObject({ uptime: 6 })
  })

  it('says 503 there while the relay stops', async () => {
    const server = await serve()

    server.announceStop()

    const response = await fetch(`${server.url}/health`)

    expect(response.status).toBe(503)
    expect(await response.json()).toEqual(STATUS)
  })

  it('gives the metrics of its registry at /metrics, as Prometheus reads them', async () => {
    const registry = new Registry()

    new Gauge({ name: 'things', help: 'How many things', registers: [registry] }).set(7)

    const response = await fetch(`${(await serve({ registry })).url}/metrics`)

    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/)
    expect(await response.text()).toContain('\nthings 7\n')
  })

  it.each(['/health', '/metrics'])('answers HEAD of %s without a body', async path => {
    const { url } = await serve()
    const head = await fetch(`${url}${path}`, { method: 'HEAD' })

    expect(head.status).toBe(200)
    expect(await head.text()).toBe('')
    expect(head.headers.get('content-length')).toBe((await fetch(`${url}${path}`)).headers.get('content-length'))
  })

  it.each(['/', '/healthy', '/metrics/', '//health', '/../health2'])('has nothing at %s', async path => {
    expect(await closedAfter(await serve(), `GET ${path} HTTP/1.1\r\nHost: relay\r\nConnection: close\r\n\r\n`)).toMatch(/^HTTP\/1\.1 404 /)
  })

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('takes no %s', async method => {
    const response = await fetch(`${(await serve()).url}/health`, { method })

    expect(response.status).toBe(405)
    expect(response.headers.get('allow')).toBe('GET, HEAD')
  })

  it('says 500 when the relay does not know how it is, and goes on', async () => {
    let isWell = false
    const { url } = await serve({}, () => {
      if (!isWell) {
        throw new Error('unwell')
      }

      return STATUS
    })
    const response = await fetch(`${url}/health`)

    expect(response.status).toBe(500)
    expect(await response.text()).toBe('unwell\n')

    isWell = true
    expect((await fetch(`${url}/health`)).status).toBe(200)
  })

  it('listens on loopback unless it is told otherwise, of either IP', async () => {
    expect((await serve()).url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    expect((await serve({ host: '::1' })).url).toMatch(/^http:\/\/\[::1\]:\d+$/)
  })

  it('lets go of a client that never ends its request', async () => {
    expect(await closedAfter(await serve(), 'GET /health HTTP/1.1\r\nHost: relay\r\n')).toMatch(/^(HTTP\/1\.1 408 |$)/)
  })

  it('lets go of a client that says nothing', async () => {
    expect(await closedAfter(await serve(), '')).toMatch(/^(HTTP\/1\.1 408 |$)/)
  })

  it('takes no head of any length', async () => {
    expect(await closedAfter(await serve(), `GET /health HTTP/1.1\r\nHost: relay\r\nX: ${'x'.repeat(10_000)}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 431 /)
  })

  it('takes 32 clients at a time', async () => {
    const { hostname, port } = new URL((await serve()).url)
    const sockets = Array.from({ length: 33 }, () => connect(Number(port), hostname))

    await Promise.race(sockets.map(async socket => { await once(socket, 'close') }))
    expect(sockets.filter(({ destroyed }) => destroyed)).toHaveLength(1)
    sockets.forEach(socket => socket.destroy())
  })

  it('closes at once with all connections to it, however often it is told', async () => {
    const halfRequest = 'GET /health HTTP/1.1\r\nHost: relay\r\n\r\nGET /health'
    const tooSlow = closedAfter(await serve(), halfRequest)
    const server = await serve()
    const { url } = server
    const closed = closedAfter(server, halfRequest)

    await fetch(`${url}/health`)

    const stopped = Promise.all([server.stop(), server.stop(), server[Symbol.asyncDispose](), closed])

    expect(await Promise.race([stopped.then(() => 'stopped'), tooSlow.then(() => 'waited for the client')])).toBe('stopped')
    await expect(fetch(`${url}/health`)).rejects.toThrow('fetch failed')
  })

  it('says so when its port is taken', async () => {
    const { port } = new URL((await serve()).url)

    await expect(serve({ port: Number(port) })).rejects.toMatchObject({ name: 'ListenError', cause: { code: 'EADDRINUSE' } })
  })

  it.each([{ port: -1 }, { port: 65_536 }, { port: 1.5 }, { host: 'localhost' }, { host: '' }])('cannot listen on %o', async init => {
    await expect(serve(init)).rejects.toMatchObject({ name: 'InvalidArgumentError' })
  })
})
