import type { Payload } from 'libp2p-invitation'

/** Most characters of a note that are shown and kept. This page makes none that are longer; others may. */
const NOTE_LENGTH = 200

/** What a caller says that the call is about; empty if nothing. */
export function noteOf (content: Payload | undefined): string {
  return typeof content === 'string' ? Array.from(content).slice(0, NOTE_LENGTH).join('') : ''
}
