import { ListenError } from '../../errors/index.ts'
import { RefusedError } from './errors.ts'

/** How Node says it, such as `listen EADDRINUSE: address already in use 0.0.0.0:4002`; libp2p passes on the words alone. */
const REFUSAL = /\blisten (?<code>E[A-Z]+): .*? (?<host>\S+?)(?::(?<port>\d+))?(?:,|$)/m

/**
 * Says to the operator why an address cannot be listened on.
 *
 * @returns what was thrown, if it is about something else
 */
export function listenRefusal (option: '--port' | '--status-port', thrown: unknown): unknown {
  if (!(thrown instanceof ListenError)) {
    return thrown
  }

  const { code, host, port } = chainOf(thrown).map(({ message }) => REFUSAL.exec(message)?.groups).find(groups => groups != null) ?? {}

  switch (code) {
    case 'EADDRINUSE':
      return new RefusedError(`${option}: port ${port} is taken by another program`, { cause: thrown })
    case 'EACCES':
      return new RefusedError(`${option}: port ${port} is not for this user (those below 1024 are the system's)`, { cause: thrown })
    case 'EADDRNOTAVAIL':
      return new RefusedError(`${option === '--port' ? '--host' : '--status-host'}: ${host} is no address of this machine`, { cause: thrown })
    default:
      return new RefusedError(`${option}: ${thrown.message}`, { cause: thrown })
  }
}

function chainOf (error: Error): Error[] {
  return error.cause instanceof Error ? [error, ...chainOf(error.cause)] : [error]
}
