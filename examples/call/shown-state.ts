import type { SessionMessage } from 'libp2p-invitation'

/** What one side says to the other of what it sends: an empty picture alone does not say why. */
export interface ShownState {
  readonly microphone: boolean
  /** The camera, or a screen. */
  readonly picture: boolean
  readonly screen: boolean
}

export function writeShownState (state: ShownState): string {
  return JSON.stringify(state)
}

/** Undefined where it is something else. */
export function readShownState ({ data }: SessionMessage): ShownState | undefined {
  try {
    const { microphone, picture, screen } = JSON.parse(typeof data === 'string' ? data : '') as Record<string, unknown>

    return { microphone: microphone === true, picture: picture === true, screen: screen === true }
  } catch {
    return undefined
  }
}
