/** What everything that is kept is called, unless the app gives another name. */
export const DEFAULT_NAME = 'libp2p-invitation'

/** Longest name, characters: it becomes a part of the names of databases and locks. */
export const MAX_NAME_LENGTH = 128

/** Most devices of one browser: whoever has more tabs than that open has keys for the page load only. */
export const MAX_DEVICES = 256

/**
 * How long a page that was loaded anew waits for the device that it had before, milliseconds: the document that it takes
 * the place of holds it until it is gone, which takes some 10 to 100 ms.
 */
export const RETURN_TIME = 1_000

/**
 * Longest that the browser may take to open the database and to read or write the key, milliseconds: some have been known
 * never to answer (WebKit bug 226547). It takes some 10 ms.
 */
export const STORAGE_TIME = 10_000

/** Where the key is in the datastore. */
export const PRIVATE_KEY_NAME = '/libp2p-invitation/identity/private-key'
