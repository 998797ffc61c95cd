/** The one room that is entered where the app names none: the place where everybody meets. */
export const DEFAULT_ROOM = 'lobby'

/** Most rooms that one peer is in at once. */
export const MAX_ROOMS = 64

/**
 * How long `stop` waits for the goodbye to leave, milliseconds, if it was sent to anybody. On loopback it arrives without;
 * on a slow link it would be left to the half second that libp2p gives a connection to close.
 */
export const GOODBYE_LINGER = 100

/**
 * Addresses of a peer that is still present are written into the peer store afresh this often, milliseconds. libp2p
 * 3.3.11 stops believing an address one hour after it first saw it, however often it is told of it since.
 */
export const ADDRESS_REFRESH_INTERVAL = 1_200_000

/** Bytes that name one run of a node, in every epoch of it. */
export const RUN_BYTES = 8
