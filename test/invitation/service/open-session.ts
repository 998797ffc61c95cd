import { connect } from './ring.ts'
import type { Payload, Session } from '../../../src/index.ts'
import type { TestPeer } from './test-peer.ts'

/** Both sides of a session. */
export async function openSession (caller: TestPeer, callee: TestPeer): Promise<[Session, Session]> {
  const { local, remote } = await connect(caller, callee)

  return [local.session!, remote.session!]
}

/** All that comes until the session has ended. */
export async function readAll (session: Session): Promise<Payload[]> {
  const messages: Payload[] = []

  for await (const { data } of session) {
    messages.push(data)
  }

  return messages
}

/** So many messages, and leaves the walk then. */
export async function readSome (session: Session, count: number): Promise<Payload[]> {
  const messages: Payload[] = []

  for await (const { data } of session) {
    if (messages.push(data) === count) {
      break
    }
  }

  return messages
}
