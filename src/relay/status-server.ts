import { once } from 'node:events'
import { createServer } from 'node:http'
import { isIP, isIPv6 } from 'node:net'
import { asError, InvalidArgumentError, ListenError } from '../errors/index.ts'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Registry } from 'prom-client'
import type { Relay } from './index.ts'

/** Only this machine may ask, unless the operator says otherwise: what is answered is the operator's business. */
const DEFAULT_HOST = '127.0.0.1'

/** Longest that a client may take to ask, to take the answer, or to ask again, milliseconds: both ends are near each other. */
const MAX_CLIENT_TIME = 5_000

/** How often clients that take longer are looked for, milliseconds. */
const CLIENT_CHECK_INTERVAL = 1_000

/** Most clients at a time: a probe, a scraper or two, and whoever looks at it by hand. */
const MAX_CLIENTS = 32

/** Longest head of a request, bytes: no header is read, and none that such clients send is long. */
const MAX_HEAD_BYTES = 8_192

export interface StatusServerInit {
  /** IP address of this machine to listen on. @default '127.0.0.1' */
  host?: string
  /** TCP port; 0 takes any free one. */
  port: number
  /** What /metrics shows. */
  registry: Registry
}

/** Tells by HTTP how a relay is: `/health` (JSON of `RelayStatus`; 200, or 503 while it stops) and `/metrics` (Prometheus text). */
export interface StatusServer extends AsyncDisposable {
  /** Where it is served, such as `http://127.0.0.1:4003`. */
  readonly url: string
  /** From now on `/health` answers 503, so that nobody new is sent here. */
  announceStop(): void
  /** Closes it, with all connections to it. */
  stop(): Promise<void>
}

/**
 * Starts to tell how a relay is. Resolves when it listens.
 *
 * @throws {InvalidArgumentError} the host is no IP address, or the port no port
 * @throws {ListenError} it cannot listen there; the cause has the operating system's `code`
 */
export async function serveStatus (relay: Relay, { host = DEFAULT_HOST, port, registry }: StatusServerInit): Promise<StatusServer> {
  if (isIP(host) === 0) {
    throw new InvalidArgumentError(`host: ${host} is no IP address`)
  }

  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new InvalidArgumentError(`port: ${port} is no whole number from 0 to 65535`)
  }

  const server = new HttpStatusServer(relay, registry)

  await server.listen(host, port)

  return server
}

interface Answer {
  readonly code: number
  readonly type: string
  readonly body: string
}

class HttpStatusServer implements StatusServer {
  readonly #relay: Relay
  readonly #registry: Registry
  readonly #server: Server
  #isStopping = false

  constructor (relay: Relay, registry: Registry) {
    this.#relay = relay
    this.#registry = registry
    this.#server = createServer({
      headersTimeout: MAX_CLIENT_TIME,
      requestTimeout: MAX_CLIENT_TIME,
      keepAliveTimeout: MAX_CLIENT_TIME,
      connectionsCheckingInterval: CLIENT_CHECK_INTERVAL,
      maxHeaderSize: MAX_HEAD_BYTES
    }, (request, response) => { void this.#answer(request, response) })
    this.#server.maxConnections = MAX_CLIENTS
    // whoever does not take its answer
    this.#server.setTimeout(MAX_CLIENT_TIME)
  }

  get url (): string {
    const address = this.#server.address()

    if (address == null || typeof address === 'string') {
      return ''
    }

    return `http://${isIPv6(address.address) ? `[${address.address}]` : address.address}:${address.port}`
  }

  async listen (host: string, port: number): Promise<void> {
    this.#server.listen(port, host)

    try {
      await once(this.#server, 'listening')
    } catch (cause) {
      throw new ListenError(`cannot listen on ${host} port ${port}: ${asError(cause).message}`, { cause })
    }

    // a connection that cannot be taken, as when there are no more file descriptors, is its client's loss only
    this.#server.on('error', () => {})
  }

  announceStop (): void {
    this.#isStopping = true
  }

  async stop (): Promise<void> {
    this.#isStopping = true

    if (this.#server.listening) {
      this.#server.close()
      this.#server.closeAllConnections()
      await once(this.#server, 'close')
    }
  }

  async [Symbol.asyncDispose] (): Promise<void> {
    await this.stop()
  }

  async #answer (request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { code, type, body } = await this.#answerTo(request)

    response.writeHead(code, {
      'Content-Type': type,
      'Content-Length': Buffer.byteLength(body),
      'Cache-Control': 'no-store',
      ...(code === 405 ? { 'Allow': 'GET, HEAD', 'Connection': 'close' } : {})
    })
    // of a HEAD request Node leaves the body out
    response.end(body)
  }

  async #answerTo ({ method, url = '' }: IncomingMessage): Promise<Answer> {
    const path = url.split('?', 1).join('')

    if (path !== '/health' && path !== '/metrics') {
      return text(404, 'not found: /health and /metrics are here')
    }

    if (method !== 'GET' && method !== 'HEAD') {
      return text(405, 'GET or HEAD')
    }

    try {
      return path === '/health'
        ? { code: this.#isStopping ? 503 : 200, type: 'application/json', body: `${JSON.stringify(this.#relay.status())}\n` }
        : { code: 200, type: this.#registry.contentType, body: await this.#registry.metrics() }
    } catch (thrown) {
      return text(500, asError(thrown).message)
    }
  }
}

function text (code: number, line: string): Answer {
  return { code, type: 'text/plain; charset=utf-8', body: `${line}\n` }
}
