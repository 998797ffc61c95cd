import { peerIdFromString } from '@libp2p/peer-id'
import { SessionHandle, UnderWay, WINDOW } from '../../src/session/index.ts'
import { HandMovedEnvironment } from '../environment/hand-moved-environment.ts'
import type { SessionEnd, SessionPort } from '../../src/session/index.ts'
import type { Role, SessionWord } from '../../src/wire/index.ts'

const ROLES = ['caller', 'callee'] as const
const OTHER = { caller: 'callee', callee: 'caller' } as const

const ID = '5e'.repeat(16)
const PEER = peerIdFromString('12D3KooWJ5Xw4u7m1YkM4F9HqLD8iZcQ5yU4Qvj3T7h5cDqkH8yQ')

/** Both sides of one session, by the class that ships, joined by a link that the test carries words over and cuts. */
export class JoinedSessions {
  readonly environment: HandMovedEnvironment
  readonly caller: SessionHandle
  readonly callee: SessionHandle
  /** What is under way to each, the oldest first. */
  readonly under: { readonly [To in Role]: SessionWord[] } = { caller: [], callee: [] }
  /** All that listeners threw. */
  readonly thrown: unknown[] = []
  /** Who took something for a breach of the rules. */
  broken: Role | undefined
  isUp = true

  constructor (environment: HandMovedEnvironment = new HandMovedEnvironment()) {
    this.environment = environment
    this.caller = this.#make('caller')
    this.callee = this.#make('callee')
    this.caller.grant(WINDOW)
    this.callee.grant(WINDOW)
  }

  /** Carries the oldest word to one side; false if there is none. */
  carry (to: Role): boolean {
    const word = this.under[to].shift()

    if (word == null) {
      return false
    }

    if (!this[to].hear(word)) {
      this.broken ??= to
    }

    this[to].speak()

    return true
  }

  /** Carries all that is said, also in answer. */
  carryAll (): void {
    while (this.carry('caller') || this.carry('callee')) {
      // until nothing is under way
    }
  }

  /** Breaks the link; what is under way is lost. */
  cut (): void {
    this.isUp = false

    for (const role of ROLES) {
      this.under[role].length = 0
      this[role].linkWentDown()
    }
  }

  mend (): void {
    this.isUp = true

    for (const role of ROLES) {
      this[role].linkCameUp()
      this[role].speak()
    }
  }

  /** Ends both sides, as a hang-up of one does. */
  end (by: Role): void {
    const ends: { readonly [R in Role]: SessionEnd } = {
      [by]: { originator: 'local', reason: 'hangup' },
      [OTHER[by]]: { originator: 'remote', reason: 'hangup' }
    } as { [R in Role]: SessionEnd }

    for (const role of ROLES) {
      this[role].close(ends[role])
      this[role].announceEnd({ ...ends[role], at: this.environment.date() })
    }
  }

  #make (role: Role): SessionHandle {
    const linkIsUp = (): boolean => this.isUp
    const port: SessionPort = {
      underWay: new UnderWay(),
      get linkIsUp () { return linkIsUp() },
      say: (words) => {
        if (this.isUp) {
          this.under[OTHER[role]].push(...words)
        }
      },
      announce: (tell) => { tell() }
    }

    return new SessionHandle({
      id: ID,
      peer: PEER,
      role,
      channelId: undefined,
      onListenerError: (thrown) => { this.thrown.push(thrown) },
      hangUp: async () => { this.end(role) }
    }, port, this.environment)
  }
}
