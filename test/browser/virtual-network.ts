import { NetworkNamespace } from './network-namespace.ts'
import { VirtualHost } from './virtual-host.ts'

/** What the switch is called, to which all cables lead. */
const SWITCH = 'switch'

/** A network within this machine with hosts on it that nothing else is on. It ends with the process that started it, however that ends. */
export class VirtualNetwork implements AsyncDisposable {
  readonly #ip: string
  readonly #namespace: NetworkNamespace
  readonly #ends = new AsyncDisposableStack()
  #hosts = 0

  private constructor (ip: string, namespace: NetworkNamespace) {
    this.#ip = ip
    this.#namespace = this.#ends.use(namespace)
  }

  /** @param ip - where the program `ip` of Linux is */
  static async start (ip: string): Promise<VirtualNetwork> {
    const network = new VirtualNetwork(ip, await NetworkNamespace.make())

    await network.#setUp('link', 'add', SWITCH, 'type', 'bridge')
    await network.#setUp('link', 'set', SWITCH, 'up')

    return network
  }

  /** Adds a host that goes by that address: one of 10.0.0.0/24. */
  async addHost (address: string): Promise<VirtualHost> {
    const namespace = await this.#namespace.makeAnother()
    const host = this.#ends.use(new VirtualHost(this.#ip, namespace))
    const plug = `host-${++this.#hosts}`

    await this.#setUp('link', 'add', plug, 'type', 'veth', 'peer', 'name', VirtualHost.CABLE, 'netns', String(namespace.pid))
    await this.#setUp('link', 'set', plug, 'master', SWITCH, 'up')
    await host.join(address)

    return host
  }

  async [Symbol.asyncDispose] (): Promise<void> {
    await this.#ends.disposeAsync()
  }

  async #setUp (...options: string[]): Promise<void> {
    await this.#namespace.run(this.#ip, ...options)
  }
}
