import { encodeFrames } from 'libp2p-invitation/wire'
import type { Pair } from './pair.ts'

/** What an app would send along: a few names. */
export const CONTENT: string = 'x'.repeat(64)

/** Bytes of such an invite on the wire: what an echo is to be compared with. */
export const INVITE_BYTES: number = encodeFrames([{ kind: 'invite', id: '0'.repeat(32), ringTime: 60_000, age: 0, content: CONTENT }]).byteLength

/** One invitation; resolves with the milliseconds from `send` to `accepted`, once its session has ended too. */
export async function inviteOnce ({ node, peer }: Pair): Promise<number> {
  const local = node.services.invitation.createLocalInvitation(peer, { content: CONTENT })
  const accepted = new Promise<number>(resolve => {
    local.addEventListener('accepted', () => { resolve(performance.now()) })
  })
  const began = performance.now()

  void local.send()

  const took = await accepted - began

  await local.session!.end()

  return took
}

/** So many invitations that are accepted and whose session is ended at once, `inFlight` at a time; resolves when the callee has heard the last end. */
export async function inviteMany ({ node, peer }: Pair, count: number, inFlight: number): Promise<void> {
  let left = count

  await Promise.all(Array.from({ length: inFlight }, async () => {
    while (left-- > 0) {
      const local = node.services.invitation.createLocalInvitation(peer, { content: CONTENT })
      const ended = new Promise<void>((resolve, reject) => {
        local.addEventListener('accepted', () => { local.session!.end().then(resolve, reject) })
      })

      await local.send()
      await ended
    }
  }))
}
