/**
 * Serves the page of an example on this machine, and to others in the same network, with a relay for it: `node examples/server/main.ts whiteboard`
 * is what `npm run whiteboard` does. Ctrl-c ends it.
 *
 * On this machine it is `http://localhost`, which browsers take for secure. Others come by https, since without it a browser has
 * neither camera nor microphone nor screen; the certificate is made here, and their browsers warn of it once.
 */
import { once } from 'node:events'
import { createServer as createHttpServer } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { networkInterfaces } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { createRelay } from 'libp2p-invitation/relay'
import { createServer as createVite } from 'vite'
import { passToRelay } from './relay-passage.ts'
import { selfSigned } from './self-signed.ts'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const PACKAGE = fileURLToPath(new URL('../..', import.meta.url))

const { values, positionals: [example = ''] } = parseArgs({
  allowPositionals: true,
  options: {
    port: { type: 'string', default: '5173' },
    'local-only': { type: 'boolean', default: false }
  }
})

/** Where others in the network find this machine. */
const others = values['local-only'] ? [] : Object.values(networkInterfaces()).flatMap(addresses => addresses ?? [])
  .filter(({ family, internal }) => family === 'IPv4' && !internal)
  .map(({ address }) => address)

const relay = await createRelay({ listen: ['/ip4/127.0.0.1/tcp/0/ws'] })
const [relayPort = 0] = relay.addresses.map(address => Number(address.getComponents().find(({ name }) => name === 'tcp')?.value))

const here = createHttpServer((request, response) => { answer(request, response) })
const vite = await createVite({
  configFile: false,
  root: ROOT,
  cacheDir: `${PACKAGE}node_modules/.vite/${example}`,
  // what this page imports, and not every page of the folder
  optimizeDeps: { entries: [`${example}/index.html`] },
  server: {
    middlewareMode: true,
    hmr: { server: here },
    // the pages, the library as it was built, and what it needs: nothing else of this folder is others' business
    fs: { allow: [ROOT, `${PACKAGE}dist`, `${PACKAGE}node_modules`] }
  }
})

const port = Number(values.port)
const servers: Server[] = [here]

passToRelay(here, relayPort)
await listen(here, port, '127.0.0.1')
console.log(`On this machine:    http://localhost:${portOf(here)}/${example}/`)

if (others.length > 0) {
  const there = createHttpsServer(await selfSigned(others), answer)

  // what becomes of websockets is decided in one place
  there.on('upgrade', (...upgrade) => { here.emit('upgrade', ...upgrade) })
  servers.push(there)
  await listen(there, port === 0 ? 0 : port + 1, '0.0.0.0')

  for (const address of others) {
    console.log(`In your network:    https://${address}:${portOf(there)}/${example}/   (the browser warns of the certificate, once)`)
  }
}

console.log('Open it in two tabs, or on two machines. Ctrl-c ends it.')

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => { void stop() })
}

function answer (request: IncomingMessage, response: ServerResponse): void {
  if (request.url === '/relay.json') {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ peerId: relay.peerId.toString() }))
  } else {
    vite.middlewares(request, response)
  }
}

async function stop (): Promise<void> {
  const closed = servers.map(async server => { await once(server.close(), 'close') })

  for (const server of servers) {
    server.closeAllConnections()
  }

  // websockets are no longer the servers' own: they end with the relay
  await Promise.all([relay.stop(), vite.close(), ...closed])
}

async function listen (server: Server, on: number, host: string): Promise<void> {
  server.listen(on, host)

  try {
    await once(server, 'listening')
  } catch (thrown) {
    console.error(`Port ${on} cannot be used (${thrown instanceof Error ? thrown.message : String(thrown)}). Another one: npm run ${process.env['npm_lifecycle_event'] ?? 'web'} -- --port 8080`)
    process.exit(1)
  }
}

function portOf (server: Server): number {
  return (server.address() as AddressInfo).port
}
