import { ipPortToMultiaddr } from '@libp2p/utils'
import type { Socket } from 'node:net'
import type { Multiaddr } from '@multiformats/multiaddr'

/** A TCP connection that somebody made to this relay, from its first byte on. */
export class IncomingSocket {
  /** See `socketName`. */
  readonly name: string
  /** Of its other end: an IPv4 address, or the first half of an IPv6 address, since whoever has one of these has all of that half. */
  readonly network: string
  /** When it is destroyed unless it carries a connection, milliseconds; undefined while it does. */
  due: number | undefined
  /** Whether it ever carried one. */
  hasCarried = false
  readonly #socket: Socket
  /** Of the socket, when the last message on it was whole. */
  #bytesAtMessage = 0

  /** @param due - see there */
  constructor (socket: Socket, due: number) {
    const { remoteAddress = '0.0.0.0', remotePort = 0 } = socket
    // without the interface that a link-local address bears, for which a multiaddr has no room there
    const [address = ''] = remoteAddress.split('%')

    this.#socket = socket
    this.name = socketName(ipPortToMultiaddr(address, remotePort))
    this.network = networkOf(address)
    this.due = due
  }

  /** Bytes that came in of a message that is not whole yet. */
  get unfinished (): number {
    return this.#socket.bytesRead - this.#bytesAtMessage
  }

  /** A message came in whole. */
  finishMessage (): void {
    this.#bytesAtMessage = this.#socket.bytesRead
  }

  /** Calls back once it is closed. */
  onClose (closed: () => void): void {
    this.#socket.once('close', closed)
  }

  destroy (): void {
    this.#socket.destroy()
  }
}

/** What tells the socket of a connection from that address from others: its other end's IP address and port. */
export function socketName (address: Multiaddr): string {
  const components = address.getComponents()

  return `${components.find(({ name }) => name === 'ip4' || name === 'ip6')?.value} ${components.find(({ name }) => name === 'tcp')?.value}`
}

function networkOf (address: string): string {
  if (!address.includes(':')) {
    return address
  }

  const [head = '', tail] = address.split('::')
  const groups = head.split(':').filter(group => group !== '')
  const rest = tail?.split(':').filter(group => group !== '') ?? []
  const missing = Math.max(8 - groups.length - rest.length, 0)

  return [...groups, ...Array<string>(missing).fill('0'), ...rest].slice(0, 4).join(':')
}
