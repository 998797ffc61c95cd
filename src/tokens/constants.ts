/** How long a token is good, milliseconds, unless its maker says otherwise, seven days: a link that was forgotten does not stay open for ever. */
export const TOKEN_TIME = 604_800_000

/** Shortest time that a token can be good, milliseconds. */
export const MIN_TOKEN_TIME = 1_000

/** Longest time that can be set, milliseconds, 366 days; 0 is for ever. */
export const MAX_TOKEN_TIME = 31_622_400_000

/** Most tokens that are good at once: more than anybody keeps an eye on. */
export const MAX_TOKENS = 256

/** Most peers that a token can be limited to. Each is remembered, in some 60 bytes. */
export const MAX_PEERS_OF_TOKEN = 256

/** Random bytes of a token: nobody guesses 128 bits, at whatever rate. In a link they are 26 characters. */
export const TOKEN_BYTES = 16

/** Where tokens are in the datastore. */
export const NAMESPACE = '/libp2p-invitation/invite-tokens'
