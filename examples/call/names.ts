import type { Peer } from 'libp2p-invitation/peer'

type PeerId = Peer['peerId']

/** Most characters of a name that are shown. */
const NAME_LENGTH = 40

/** What this peer's name is in its presence. */
export function nameData (name: string): Uint8Array {
  return new TextEncoder().encode(name)
}

/** What a peer calls itself; the end of its id for one who is not here, or has no name. */
export function nameOf (peer: Peer, who: PeerId): string {
  const said = new TextDecoder().decode(peer.services.presence.get(who)?.data).trim()

  return said === '' ? `somebody (${who.toString().slice(-6)})` : Array.from(said).slice(0, NAME_LENGTH).join('')
}
