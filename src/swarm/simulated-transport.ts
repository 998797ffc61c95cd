import { serviceCapabilities, transportSymbol } from '@libp2p/interface'
import { asError } from '../errors/index.ts'
import { nameAt } from './addresses.ts'
import { SimulatedListener } from './simulated-listener.ts'
import type { Port } from './port.ts'
import type { SimulatedNetwork } from './simulated-network.ts'
import type { ComponentLogger, Connection, CreateListenerOptions, DialTransportOptions, Listener, Logger, Transport } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'

/** The transport of the simulated network, for one run of a node. */
export function simulatedTransport (network: SimulatedNetwork, port: Port): (components: { logger: ComponentLogger }) => Transport {
  return ({ logger }) => new SimulatedTransport(network, port, logger.forComponent('libp2p:swarm'))
}

class SimulatedTransport implements Transport {
  readonly [transportSymbol] = true
  readonly [Symbol.toStringTag]: string = 'libp2p-invitation/swarm'
  readonly [serviceCapabilities]: string[] = ['@libp2p/transport']

  readonly #network: SimulatedNetwork
  readonly #port: Port
  readonly #log: Logger

  constructor (network: SimulatedNetwork, port: Port, log: Logger) {
    this.#network = network
    this.#port = port
    this.#log = log
  }

  async dial (address: Multiaddr, options: DialTransportOptions): Promise<Connection> {
    options.signal.throwIfAborted()

    const connection = await this.#network.dial(this.#port, nameAt(address) ?? '', this.#log, options.signal)

    try {
      return await options.upgrader.upgradeOutbound(connection, options)
    } catch (thrown) {
      connection.abort(asError(thrown))

      throw thrown
    }
  }

  createListener ({ upgrader }: CreateListenerOptions): Listener {
    return new SimulatedListener(this.#port, upgrader)
  }

  listenFilter (addresses: Multiaddr[]): Multiaddr[] {
    return addresses.filter(address => nameAt(address) != null)
  }

  dialFilter (addresses: Multiaddr[]): Multiaddr[] {
    return this.listenFilter(addresses)
  }
}
