import type { Peer } from 'libp2p-invitation/peer'

/** Most characters of a name that are shown. */
const NAME_LENGTH = 40

/** Most names that are remembered, those seen last. */
const MOST_NAMES = 500

/** What peers called themselves when their names were shown last, by their ids: whoever rang and left is to be found in the log by name. */
const remembered = new Map<string, string>()

/** What this peer's name is in its presence. */
export function nameData (name: string): Uint8Array {
  return new TextEncoder().encode(name)
}

/** What a peer calls itself, or did before it left; the end of its id for one whose name is not known. */
export function nameOf (peer: Peer, who: Peer['peerId']): string {
  const id = who.toString()
  const said = new TextDecoder().decode(peer.services.presence.get(who)?.data).trim()

  if (said === '') {
    return remembered.get(id) ?? `somebody (${id.slice(-6)})`
  }

  const name = Array.from(said).slice(0, NAME_LENGTH).join('')

  remember(id, name)

  return name
}

function remember (id: string, name: string): void {
  // seen last is last in the map
  remembered.delete(id)
  remembered.set(id, name)

  const [oldest] = remembered.keys()

  if (remembered.size > MOST_NAMES && oldest != null) {
    remembered.delete(oldest)
  }
}
