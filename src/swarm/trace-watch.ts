import type { Trace } from './trace.ts'
import type { InvitationService, LocalInvitation, RemoteInvitation, Session, StateChange } from '../invitation/index.ts'
import type { Presence } from '../presence/index.ts'
import type { Reachability } from '../reachability/index.ts'
import type { Connection, Libp2pEvents, TypedEventTarget } from '@libp2p/interface'

/** What of a node is told of in the trace. */
export interface Watched {
  readonly libp2p: TypedEventTarget<Libp2pEvents>
  readonly invitation?: InvitationService
  readonly presence?: Presence
  readonly reachability?: Reachability | undefined
}

/** Writes down what happens to one node, as long as it runs. */
export class TraceWatch {
  readonly #trace: Trace
  readonly #name: string
  readonly #signal: AbortSignal

  /** @param signal - ends it */
  constructor (trace: Trace, name: string, signal: AbortSignal) {
    this.#trace = trace
    this.#name = name
    this.#signal = signal
  }

  watch ({ libp2p, invitation, presence, reachability }: Watched): void {
    this.#watchConnections(libp2p)

    if (invitation != null) {
      this.#watchInvitations(invitation)
    }

    if (presence != null) {
      this.#watchPresence(presence)
    }

    if (reachability != null) {
      this.#watchReachability(reachability)
    }
  }

  #watchConnections (libp2p: TypedEventTarget<Libp2pEvents>): void {
    const signal = this.#signal

    libp2p.addEventListener('connection:open', ({ detail }) => { this.#add(`connection ${this.#way(detail)} open`) }, { signal })
    libp2p.addEventListener('connection:close', ({ detail }) => { this.#add(`connection ${this.#way(detail)} closed`) }, { signal })
  }

  #watchInvitations (service: InvitationService): void {
    const signal = this.#signal

    service.addEventListener('invitation:state', ({ detail }) => { this.#add(`${this.#invitation(detail.invitation)}: ${stateText(detail)}`) }, { signal })
    service.addEventListener('invitation:undelivered', ({ detail }) => { this.#add(`${this.#invitation(detail)}: undelivered`) }, { signal })
    service.addEventListener('session:opened', ({ detail }) => {
      this.#add(`${this.#session(detail)}: open`)
      detail.addEventListener('reconnecting', () => { this.#add(`${this.#session(detail)}: reconnecting`) }, { signal })
      detail.addEventListener('connected', () => { this.#add(`${this.#session(detail)}: connected`) }, { signal })
    }, { signal })
    service.addEventListener('session:ended', ({ detail: { session, end } }) => {
      this.#add(`${this.#session(session)}: ended (${end.reason}, ${end.originator})`)
    }, { signal })
  }

  #watchPresence (presence: Presence): void {
    const signal = this.#signal

    presence.addEventListener('peer:online', ({ detail }) => { this.#add(`sees ${this.#trace.nameOf(detail.peer)} ${detail.status}`) }, { signal })
    presence.addEventListener('peer:update', ({ detail }) => {
      this.#add(`sees ${this.#trace.nameOf(detail.peer)} ${detail.status}${detail.restarted ? ', started anew' : ''}`)
    }, { signal })
    presence.addEventListener('peer:offline', ({ detail }) => { this.#add(`sees ${this.#trace.nameOf(detail.peer)} gone (${detail.reason})`) }, { signal })
  }

  #watchReachability (reachability: Reachability): void {
    const signal = this.#signal

    reachability.addEventListener('relay:held', ({ detail }) => { this.#add(`relay ${this.#trace.nameOf(detail.relay)} held`) }, { signal })
    reachability.addEventListener('relay:lost', ({ detail }) => { this.#add(`relay ${this.#trace.nameOf(detail.relay)} lost`) }, { signal })
  }

  #way ({ direction, remotePeer, remoteAddr }: Connection): string {
    const by = remoteAddr.toString().includes('/p2p-circuit') ? ' by way of a relay' : ''

    return `${direction === 'outbound' ? 'to' : 'from'} ${this.#trace.nameOf(remotePeer)}${by}`
  }

  #invitation ({ id, role, peer }: LocalInvitation | RemoteInvitation): string {
    return `invitation ${this.#trace.numberOf(id)} ${role === 'caller' ? 'to' : 'from'} ${this.#trace.nameOf(peer)}`
  }

  #session ({ id, peer }: Session): string {
    return `session ${this.#trace.numberOf(id)} with ${this.#trace.nameOf(peer)}`
  }

  #add (what: string): void {
    this.#trace.add(this.#name, what)
  }
}

function stateText ({ state, end }: StateChange): string {
  return end == null ? state : `${state} (${end.reason}, ${end.originator})`
}
