import { noise } from '@chainsafe/libp2p-noise'
import { circuitRelayTransport } from '@libp2p/circuit-relay-v2'
import { gossipsub } from '@libp2p/gossipsub'
import { identify } from '@libp2p/identify'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import { systemEnvironment } from '../environment/index.ts'
import { abortError, asError, InvalidArgumentError, throwIfAborted } from '../errors/index.ts'
import { keepIdentity } from '../identity/index.ts'
import { invitation } from '../invitation/index.ts'
import { gossipsubPreset, presence } from '../presence/index.ts'
import { connectionManagerPreset, reachability, webSocketsPreset, yamuxPreset } from '../reachability/index.ts'
import { readRelayAddress } from '../reachability/relay-address.ts'
import { inviteTokens } from '../tokens/index.ts'
import { IdentityService } from './identity-service.ts'
import { pageGater } from './page-gater.ts'
import type { Identity, Tab } from '../identity/index.ts'
import type { Peer, PeerInit, PeerServices } from './index.ts'
import type { PageOrigin } from './page-gater.ts'
import type { AbortOptions, PrivateKey, ServiceMap } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { Libp2pInit, ServiceFactoryMap } from 'libp2p'

/** Makes and starts a peer: see `createPeer`. */
export async function create<Added extends ServiceMap> (init: PeerInit<Added> & AbortOptions, tab: Tab): Promise<Peer<Added>> {
  const relays = (init.relays ?? []).map(relay => readRelayAddress(relay).address)
  const listen = (init.listen ?? []).map(readListenAddress)

  throwIfAborted(init.signal)

  const identity = await keep(init, tab)

  try {
    const node = await createLibp2p(options(init, relays, listen, identity))

    if (init.signal?.aborted === true) {
      await node.stop()

      throw abortError(init.signal)
    }

    return node
  } catch (thrown) {
    await identity?.release()

    throw asError(thrown)
  }
}

/** @returns undefined where the app keeps the key itself, or wants none kept */
async function keep ({ privateKey, identity, signal }: Pick<PeerInit, 'privateKey' | 'identity'> & AbortOptions, tab: Tab): Promise<Identity | undefined> {
  if (privateKey != null && identity != null) {
    throw new InvalidArgumentError('privateKey, identity: one of the two')
  }

  if (privateKey != null || identity === false) {
    return undefined
  }

  return await keepIdentity({ ...identity, ...(signal == null ? {} : { signal }) }, systemEnvironment, tab)
}

function options<Added extends ServiceMap> (init: PeerInit<Added>, relays: readonly Multiaddr[], listen: readonly Multiaddr[], identity: Identity | undefined): Libp2pInit<Omit<PeerServices, keyof Added> & Added> {
  const { rooms, transports = [], libp2p: { addresses, connectionManager, services, ...others } = {} } = init
  const { location: page }: { location?: PageOrigin } = globalThis
  const ours: ServiceFactoryMap<PeerServices> = {
    identify: identify(),
    pubsub: gossipsub(gossipsubPreset()),
    presence: presence({ ...init.presence, ...(rooms == null ? {} : { rooms }) }),
    invitation: invitation(init.invitation),
    inviteTokens: inviteTokens(),
    reachability: reachability({ ...init.reachability, relays }),
    identity: () => new IdentityService(identity)
  }

  return {
    ...ownKey(identity?.privateKey ?? init.privateKey),
    ...(identity?.datastore == null ? {} : { datastore: identity.datastore }),
    transports: [webSocketsPreset(), circuitRelayTransport(), ...transports],
    connectionEncrypters: [noise()],
    streamMuxers: [yamuxPreset()],
    ...(page == null ? {} : { connectionGater: pageGater(relays, page) }),
    ...others,
    addresses: { ...addresses, listen: listen.map(String) },
    connectionManager: connectionManagerPreset(connectionManager),
    // that these are the services of the result is more than the compiler can see of a type that is not known yet
    services: { ...ours, ...services } as ServiceFactoryMap<Omit<PeerServices, keyof Added> & Added>
  }
}

function ownKey (privateKey: PrivateKey | undefined): { privateKey?: PrivateKey } {
  return privateKey == null ? {} : { privateKey }
}

/** @throws {InvalidArgumentError} */
function readListenAddress (given: string | Multiaddr): Multiaddr {
  try {
    return multiaddr(given)
  } catch (cause) {
    throw new InvalidArgumentError(`listen: ${String(given)} is no address`, { cause })
  }
}
