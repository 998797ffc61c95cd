import { ADMISSIONS } from './script.ts'
import type { Admission, Invitation, LocalInvitation, RemoteInvitation, Session, StateChange } from '../../src/index.ts'
import type { SwarmPeer } from '../../src/swarm/index.ts'
import type { Fact, Seen, Verb } from './history.ts'
import type { Event, Plan } from './script.ts'

/** Milliseconds between two messages of one side. */
const PAUSE = 500

/** The person before one peer: does what the plans of invitations say, and writes down all that can be seen there. */
export class SimulatedUser {
  readonly #name: string
  readonly #facts: Fact[]
  readonly #nameOf: (peer: string) => string
  #peer: SwarmPeer | undefined
  #run = 0
  #isOver = true
  #calls = 0

  /**
   * @param facts - where to write
   * @param nameOf - of a peer, by its id
   */
  constructor (name: string, facts: Fact[], nameOf: (peer: string) => string) {
    this.#name = name
    this.#facts = facts
    this.#nameOf = nameOf
  }

  /** A run of its peer begins. */
  prepare (peer: SwarmPeer): void {
    this.over()
    this.#peer = peer
    this.#run++
    this.#isOver = false
    this.#see({ saw: 'started' })

    const { invitation: service } = peer
    const whileThis = this.#whileThisRun()

    // the run before may still be stopping when this one begins
    const ofThis = <Detail>(hear: (detail: Detail) => void) => ({ detail }: CustomEvent<Detail>): void => {
      if (whileThis()) {
        hear(detail)
      }
    }

    service.addEventListener('invitation:received', ofThis(invitation => { this.#answer(invitation) }))
    service.addEventListener('invitation:state', ofThis(change => { this.#seeState(change) }))
    service.addEventListener('invitation:missed', ofThis(({ invitation }) => { this.#see({ saw: 'missed', id: invitation.id }) }))
    service.addEventListener('session:opened', ofThis(session => {
      this.#see({ saw: 'opened', id: session.id })
      this.#talk(session, planOf(service.get(session.id)), whileThis)
    }))
    service.addEventListener('session:ended', ofThis(({ session, end }) => { this.#see({ saw: 'closed', id: session.id, reason: end.reason, originator: end.originator }) }))
  }

  /** Which run of its peer this is, counted from 1. */
  get run (): number {
    return this.#run
  }

  /** That run of its peer is over; the next may have begun already. */
  over (run: number = this.#run): void {
    if (run === this.#run && !this.#isOver) {
      this.#see({ saw: 'over' })
      this.#isOver = true
    }
  }

  /** How its policy answers. */
  admit (invitation: RemoteInvitation): Admission {
    return ADMISSIONS[planOf(invitation).answer] ?? 'ring'
  }

  invite (callee: SwarmPeer, { ringTime, deliveryTime, cancelAfter, plan }: Extract<Event, { verb: 'invite' }>): void {
    if (this.#isOver) {
      return
    }

    const invitation = this.#running.invitation.createLocalInvitation(callee.peerId, { ringTime, deliveryTime, content: JSON.stringify(plan) })

    this.#call('send', async () => { await invitation.send() })

    if (cancelAfter != null) {
      this.#later(cancelAfter, this.#whileThisRun(), () => { this.#call('cancel', async () => { await invitation.cancel() }) })
    }
  }

  /** Hangs up wherever that was left to nobody. */
  endAll (): void {
    for (const invitation of this.#isOver ? [] : this.#running.invitation.list()) {
      if (invitation.session?.isOpen === true) {
        this.#end(invitation.session)
      }
    }
  }

  get #running (): SwarmPeer {
    return this.#peer!
  }

  #answer (invitation: RemoteInvitation): void {
    const { answer, after } = planOf(invitation)
    const whileThis = this.#whileThisRun()
    const refuse = (): void => { this.#call('refuse', async () => { await invitation.refuse({ reason: 'busy' }) }) }
    const accept = (): void => { this.#call('accept', async () => { await invitation.accept({ response: invitation.id }) }) }

    switch (answer) {
      case 'accept':
        this.#later(after, whileThis, accept)
        break
      case 'refuse':
        this.#later(after, whileThis, refuse)
        break
      case 'accept-and-refuse':
        this.#later(after, whileThis, () => {
          accept()
          refuse()
        })
        break
      case 'ignore':
        this.#later(after, whileThis, () => {
          if (invitation.state === 'ringing') {
            invitation.ignore()
          }
        })
        break
      case 'nothing':
      case 'policy-ignore':
      case 'policy-refuse':
    }
  }

  #talk (session: Session, { messages, talks, hangsUp }: Plan, whileThis: () => boolean): void {
    for (let number = 0; number < messages; number++) {
      this.#later(number * PAUSE, whileThis, () => { this.#say(session, `${session.role} ${number}`) })
    }

    if (hangsUp === session.role || hangsUp === 'both') {
      this.#later(talks, whileThis, () => { this.#end(session) })
    }

    void this.#read(session)
  }

  #say (session: Session, text: string): void {
    if (session.isOpen) {
      this.#see({ saw: 'said', id: session.id, text })
      this.#call('say', async () => {
        await session.send(text)
        this.#see({ saw: 'heard', id: session.id, text })
      })
    }
  }

  async #read (session: Session): Promise<void> {
    for await (const { data } of session) {
      this.#see({ saw: 'read', id: session.id, text: typeof data === 'string' ? data : 'bytes that nobody said' })
    }
  }

  #end (session: Session): void {
    if (session.isOpen) {
      this.#call('end', async () => { await session.end() })
    }
  }

  #seeState ({ invitation, state, end }: Pick<StateChange, 'state' | 'end'> & { readonly invitation: LocalInvitation | RemoteInvitation }): void {
    const { id, role, ringTime } = invitation

    this.#see({
      saw: 'state',
      id,
      role,
      other: this.#nameOf(invitation.peer.toString()),
      state,
      ...(end == null ? {} : { end }),
      bounds: invitation.role === 'caller' ? { ringTime, deliveryTime: invitation.deliveryTime } : { ringTime },
      plan: planOf(invitation)
    })
  }

  /** Does something that is promised to come to an end. */
  #call (verb: Verb, act: () => Promise<void>): void {
    const call = this.#calls++

    this.#see({ saw: 'called', call, verb })
    void this.#settle(call, verb, act)
  }

  async #settle (call: number, verb: Verb, act: () => Promise<void>): Promise<void> {
    try {
      await act()
      this.#see({ saw: 'settled', call, verb })
    } catch (thrown) {
      this.#see({ saw: 'settled', call, verb, error: nameAndMessage(thrown) })
    }
  }

  #see (seen: Seen): void {
    // what comes to light when the run is over is of no process that there is
    if (!this.#isOver) {
      this.#facts.push({ at: performance.now(), peer: this.#name, run: this.#run, ...seen })
    }
  }

  #later (ms: number, isRunning: () => boolean, act: () => void): void {
    setTimeout(() => {
      if (isRunning()) {
        act()
      }
    }, ms)
  }

  #whileThisRun (): () => boolean {
    const run = this.#run

    return () => run === this.#run && !this.#isOver
  }
}

function planOf ({ content }: Pick<Invitation, 'content'>): Plan {
  return JSON.parse(typeof content === 'string' ? content : '') as Plan
}

function nameAndMessage (thrown: unknown): { name: string, message: string } {
  return thrown instanceof Error ? { name: thrown.name, message: thrown.message } : { name: 'no error at all', message: String(thrown) }
}
