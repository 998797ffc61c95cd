import type { InvitationService } from 'libp2p-invitation'
import type { Standing } from './messages.ts'

/** What a service has that is not over. */
export function standingOf (service: InvitationService): Standing {
  const list = service.list()

  return {
    unended: list.filter(({ end }) => end == null).map(({ id }) => id),
    open: list.filter(({ session }) => session?.isOpen === true).map(({ id }) => id),
    listed: list.map(({ id }) => id)
  }
}
