import { connect } from 'node:net'
import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'

/** What Vite's own websockets, by which a page hears that its source has changed, say that they speak. */
const VITE_PROTOCOL = /^vite-/

/**
 * Passes all websockets, apart from Vite's, that come to a server on to the relay, so that pages dial it at the very place that they
 * came from: no other port has to be open, and a certificate that was let pass for the page does for the relay.
 *
 * @param port - of the relay, on this machine
 */
export function passToRelay (server: Server, port: number): void {
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, first: Buffer) => {
    if (VITE_PROTOCOL.test(request.headers['sec-websocket-protocol'] ?? '')) {
      return
    }

    const relay = connect(port, '127.0.0.1', () => {
      relay.write(headOf(request))
      relay.write(first)
      relay.pipe(socket).pipe(relay)
    })

    // whichever breaks or closes takes the other along
    relay.on('error', () => { socket.destroy() }).on('close', () => { socket.destroy() })
    socket.on('error', () => { relay.destroy() }).on('close', () => { relay.destroy() })
  })
}

/** The request as it came. */
function headOf ({ method = 'GET', url = '/', rawHeaders }: IncomingMessage): string {
  const headers = rawHeaders.map((text, index) => index % 2 === 0 ? `${text}: ` : `${text}\r\n`)

  return `${method} ${url} HTTP/1.1\r\n${headers.join('')}\r\n`
}
