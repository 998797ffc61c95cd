import { eventually } from './eventually.ts'
import type { LocalInvitation, LocalInvitationOptions, RemoteInvitation } from '../../../src/index.ts'
import type { TestPeer } from './test-peer.ts'

/** Both handles on one invitation. */
export interface Call {
  readonly local: LocalInvitation
  readonly remote: RemoteInvitation
}

/** Invites, until it rings and the caller knows. */
export async function ring (caller: TestPeer, callee: TestPeer, options?: LocalInvitationOptions): Promise<Call> {
  const before = callee.received.length
  const local = await caller.service.invite(callee.id, options)
  const remote = await callee.receives(before + 1)

  await eventually(() => {
    if (local.state !== 'ringing') {
      throw new Error(`the invitation is ${local.state}`)
    }
  })

  return { local, remote }
}

/** Invites, until both sides have accepted. */
export async function connect (caller: TestPeer, callee: TestPeer, options?: LocalInvitationOptions): Promise<Call> {
  const call = await ring(caller, callee, options)

  await call.remote.accept()

  return call
}
