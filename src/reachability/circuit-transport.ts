import { RelayTransportError } from './errors.ts'
import type { PeerId, Transport, TypedEventTarget } from '@libp2p/interface'
import type { TransportManager } from '@libp2p/interface-internal'

/** What the circuit relay transport keeps of its reservations, as far as it is used (circuit-relay-v2 4.2.13). */
export interface ReservationStore extends TypedEventTarget<{ 'relay:removed': Event }> {
  hasReservation(relay: PeerId): boolean
  /** `expire` in seconds since 1970. */
  getReservation(relay: PeerId): { readonly expire: bigint } | undefined
  /** Reserves, or renews what ends within 10 minutes. */
  addRelay(relay: PeerId, type: 'configured'): Promise<unknown>
  /** Relays that it will never ask again, by the bytes of their ids: its own business, so it may be gone one day. */
  readonly relayFilter?: { remove?: (relay: Uint8Array) => boolean }
}

/**
 * The reservations of the node's circuit relay transport.
 *
 * @throws {RelayTransportError} there is no such transport, or it is not what it was
 */
export function findReservationStore (transportManager: Pick<TransportManager, 'getTransports'>): ReservationStore {
  const transport = transportManager.getTransports().find(isCircuitRelay)

  if (transport == null) {
    throw new RelayTransportError('reachability needs circuitRelayTransport() of @libp2p/circuit-relay-v2 among the transports')
  }

  const store: unknown = Reflect.get(transport, 'reservationStore')

  if (!isReservationStore(store)) {
    throw new RelayTransportError('this version of @libp2p/circuit-relay-v2 keeps its reservations in a way that reachability does not know')
  }

  return store
}

function isCircuitRelay (transport: Transport): boolean {
  return transport[Symbol.toStringTag] === '@libp2p/circuit-relay-v2-transport'
}

function isReservationStore (store: unknown): store is ReservationStore {
  return store instanceof EventTarget &&
    ['hasReservation', 'getReservation', 'addRelay'].every(method => typeof Reflect.get(store, method) === 'function')
}
