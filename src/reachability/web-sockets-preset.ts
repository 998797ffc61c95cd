import { AbstractMultiaddrConnection } from '@libp2p/utils'
import { webSockets } from '@libp2p/websockets'
import type { MultiaddrConnection, Transport, Upgrader } from '@libp2p/interface'
import type { WebSocketsComponents, WebSocketsInit } from '@libp2p/websockets'

/**
 * `webSockets()` of `@libp2p/websockets`, made to close what is aborted.
 *
 * By itself (10.1.21) it aborts a connection by closing its websocket with the code 1006, which no websocket takes: it throws, libp2p
 * logs that, and the socket stays open on both sides, with all buffers of the connection, until one of the two processes ends. libp2p
 * aborts whatever does not answer its pings or cannot be upgraded. (Three peers whose connections were aborted 42 times in five
 * minutes: at least 11 sockets without a connection at each.) With this, it is closed as if in order.
 *
 * @param init - options of websockets
 *
 * @example
 *
 * ```TypeScript
 * import { createLibp2p } from 'libp2p'
 * import { webSocketsPreset } from 'libp2p-invitation/reachability'
 *
 * const node = await createLibp2p({ transports: [webSocketsPreset()] })
 * ```
 */
export function webSocketsPreset (init: WebSocketsInit = {}): (components: WebSocketsComponents) => Transport {
  return (components) => {
    const transport = webSockets(init)(components)
    const dial = transport.dial.bind(transport)
    const createListener = transport.createListener.bind(transport)

    transport.dial = async (address, options) => await dial(address, { ...options, upgrader: closing(options.upgrader) })
    transport.createListener = (options) => createListener({ ...options, upgrader: closing(options.upgrader) })

    return transport
  }
}

/** That upgrader, for connections that are closed when they are aborted. */
function closing (upgrader: Upgrader): Upgrader {
  return {
    upgradeOutbound: async (connection: MultiaddrConnection, options: Parameters<Upgrader['upgradeOutbound']>[1]) => await upgrader.upgradeOutbound(closedOnAbort(connection), options),
    upgradeInbound: async (connection: MultiaddrConnection, options: Parameters<Upgrader['upgradeInbound']>[1]) => { await upgrader.upgradeInbound(closedOnAbort(connection), options) },
    createInboundAbortSignal: (signal) => upgrader.createInboundAbortSignal(signal),
    getStreamMuxers: () => upgrader.getStreamMuxers(),
    getConnectionEncrypters: () => upgrader.getConnectionEncrypters()
  }
}

function closedOnAbort (connection: MultiaddrConnection): MultiaddrConnection {
  if (connection instanceof AbstractMultiaddrConnection) {
    // it closes the websocket, and waits for nothing
    connection.sendReset = () => { void connection.sendClose() }
  }

  return connection
}
