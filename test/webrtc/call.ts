import { SessionNegotiation } from '../../src/webrtc/session-negotiation.ts'
import { HandMovedEnvironment } from '../environment/hand-moved-environment.ts'
import { JoinedSessions } from '../session/joined-sessions.ts'
import { StandInPeerConnection } from './stand-in-peer-connection.ts'
import { Tasks } from './tasks.ts'
import type { Page } from '../../src/environment/index.ts'
import type { NegotiationError, NegotiationInit } from '../../src/webrtc/index.ts'
import type { Role } from '../../src/wire/index.ts'

/** One side of a call: a stand-in for the peer connection, and the negotiation that ships. */
export class CallSide {
  readonly connection: StandInPeerConnection
  readonly negotiation: SessionNegotiation
  readonly errors: NegotiationError[] = []
  readonly restarts: string[] = []

  constructor (connection: StandInPeerConnection, negotiation: SessionNegotiation) {
    this.connection = connection
    this.negotiation = negotiation
    negotiation.addEventListener('error', ({ detail }) => { this.errors.push(detail) })
    negotiation.addEventListener('restart', ({ detail }) => { this.restarts.push(detail.reason) })
  }
}

/** Two peer connections and a session between them; chance and time are the test's. */
export class Call {
  readonly environment: HandMovedEnvironment
  readonly sessions: JoinedSessions
  readonly tasks: Tasks
  readonly caller: CallSide
  readonly callee: CallSide

  constructor ({ seed = 1, page, ...init }: NegotiationInit & { readonly seed?: number, readonly page?: Page } = {}) {
    this.environment = new HandMovedEnvironment(seed)
    this.sessions = new JoinedSessions(this.environment)
    this.tasks = new Tasks(() => this.environment.random())
    this.caller = this.#side('caller', init, page)
    this.callee = this.#side('callee', init, undefined)
  }

  /** Lets all come to rest, in an order that is drawn; what the app does may come anywhere in between. */
  async settle (app: Array<() => void> = []): Promise<void> {
    await this.tasks.run(() => [
      ...app.length > 0 ? [() => { app.shift()?.() }] : [],
      ...(['caller', 'callee'] as const).filter(role => this.sessions.under[role].length > 0).map(role => () => { this.sessions.carry(role) })
    ])
  }

  /** Lets time pass, timer by timer, and all come to rest after each. */
  async pass (ms: number): Promise<void> {
    const end = this.environment.now() + ms

    await this.settle()

    while (this.environment.now() + this.environment.untilNextTimer <= end) {
      this.environment.advance(this.environment.untilNextTimer)
      await this.settle()
    }

    this.environment.advance(end - this.environment.now())
  }

  /** What is not as it must be when all has come to rest. */
  get faults (): unknown[] {
    const { caller, callee, sessions } = this
    const [said, heard] = caller.connection.agreed
    const faults: unknown[] = [...sessions.thrown]

    if (said !== callee.connection.agreed[1] || heard !== callee.connection.agreed[0]) {
      faults.push(`they differ: ${String(caller.connection.agreed)} and ${String(callee.connection.agreed)}`)
    }

    for (const { connection, errors } of [caller, callee]) {
      faults.push(...connection.missing, ...errors)

      if (connection.signalingState !== 'stable') {
        faults.push(`${connection.name} is in ${connection.signalingState}`)
      }
    }

    if (sessions.broken != null) {
      faults.push(`${sessions.broken} takes something for a breach`)
    }

    return faults
  }

  #side (role: Role, init: NegotiationInit, page: Page | undefined): CallSide {
    const connection = new StandInPeerConnection(role, this.tasks)

    return new CallSide(connection, new SessionNegotiation(this.sessions[role], connection, init, this.environment, page))
  }
}
