import { elementOf } from '../page/element.ts'
import { nameData, nameOf } from '../page/names.ts'
import { wordsForAnswer, wordsForEnd, wordsForError } from './words.ts'
import type { LocalInvitation, RemoteInvitation, Session } from 'libp2p-invitation'
import type { Peer } from 'libp2p-invitation/peer'

type PeerId = Peer['peerId']

const MARKUP = `
  <p id="words" role="status" tabindex="-1"></p>
  <button id="stop" hidden>Stop</button>
  <div id="free" hidden>
    <label>Your name <input id="name" maxlength="40"></label>
    <div id="questions" role="alert"></div>
    <div id="people"></div>
    <p>Nobody else is here yet. Open this page in another tab, or on another machine.</p>
  </div>
`

const failed = ({ error }: ErrorEvent): void => { elementOf('lobby', HTMLElement).textContent = wordsForError(error) }

// until it has started: such as that there is no relay
addEventListener('error', failed)

/** The page of a short example, apart from what it is about: who is here, who asks for what, and what goes on, in words. */
export class Lobby {
  readonly #peer: Peer
  readonly #words: HTMLElement
  readonly #stopButton: HTMLButtonElement
  /** What is there while nothing goes on. */
  readonly #free: HTMLElement
  #stop: (() => Promise<unknown>) | undefined
  #session: Session | undefined

  constructor (peer: Peer) {
    const { presence, reachability } = peer.services

    removeEventListener('error', failed)
    elementOf('lobby', HTMLElement).innerHTML = MARKUP

    const name = elementOf('name', HTMLInputElement)

    this.#peer = peer
    this.#words = elementOf('words', HTMLElement)
    this.#stopButton = elementOf('stop', HTMLButtonElement)
    this.#free = elementOf('free', HTMLElement)
    this.#stopButton.addEventListener('click', () => { this.stop() })
    name.placeholder = nameOf(peer, peer.peerId)
    name.addEventListener('input', () => { presence.setData(nameData(name.value)) })
    reachability.addEventListener('reachable', () => { this.#tellReachable() })
    reachability.addEventListener('unreachable', () => { this.#tellReachable() })
    this.#rest('')
    this.#tellReachable()
  }

  /**
   * A button for each person who is here, for as long as they are.
   *
   * @param words - of the button, before the name
   */
  showPeople (words: string, invite: (who: PeerId) => Promise<unknown>): void {
    const { presence } = this.#peer.services
    const show = (who: PeerId): void => {
      const button = document.getElementById(String(who)) ?? elementOf('people', HTMLElement).appendChild(this.#button(async () => {
        this.#goOn(`${nameOf(this.#peer, who)} will be asked…`)
        await invite(who)
      }))

      button.id = String(who)
      button.textContent = `${words} ${nameOf(this.#peer, who)}`
    }

    presence.addEventListener('peer:online', ({ detail }) => { show(detail.peer) })
    presence.addEventListener('peer:update', ({ detail }) => { show(detail.peer) })
    presence.addEventListener('peer:offline', ({ detail }) => { document.getElementById(String(detail.peer))?.remove() })

    for (const { peer } of presence) {
      show(peer)
    }
  }

  /** Asks the user whether to accept, for as long as it rings. */
  async ask (remote: RemoteInvitation, words: string, accept: () => Promise<unknown>): Promise<void> {
    const name = nameOf(this.#peer, remote.peer)
    const question = document.createElement('p')
    const yes = this.#button(async () => {
      this.#goOn(`Connecting to ${name}…`)
      await accept()
    })
    const no = this.#button(async () => remote.refuse())

    yes.textContent = 'Accept'
    no.textContent = 'Refuse'
    question.append(`${name} ${words}.`, yes, no)
    elementOf('questions', HTMLElement).append(question)
    await remote.outcome
    question.remove()
  }

  /** Waits for the answer to an invitation, which can be taken back meanwhile. Resolves with the session, if one came of it. */
  async answerTo (local: LocalInvitation): Promise<Session | undefined> {
    const name = nameOf(this.#peer, local.peer)

    this.#goOn(`${name} is asked…`, async () => local.cancel())

    const outcome = await local.outcome

    if (outcome.session == null) {
      this.#rest(wordsForAnswer(name, outcome))
    }

    return outcome.session
  }

  /**
   * Says that a session is open, until one of the two ends it, and then who did.
   *
   * @param words - what the other does, after the name
   */
  async follow (session: Session, words: string): Promise<void> {
    const name = nameOf(this.#peer, session.peer)
    const show = (): void => {
      const now = session.isConnected ? words : 'cannot be reached for the moment; what you do meanwhile comes later'

      this.#goOn(`${name} ${now}.`, async () => session.end())
    }

    this.#session = session
    session.addEventListener('connected', show)
    session.addEventListener('reconnecting', show)
    show()
    this.#rest(wordsForEnd(name, await session.ended))
  }

  /** Stops what goes on, as its button does: takes the invitation back, or ends the session. */
  stop (): void {
    // it rejects where the other side was faster, which is told anyway
    this.#stop?.().catch(() => {})
  }

  #tellReachable (): void {
    if (!this.#free.hidden) {
      this.#words.textContent = this.#peer.services.reachability.isReachable ? 'Whom do you invite?' : 'Connecting to the relay…'
    }
  }

  /** Nothing goes on any more; unless a session came of it that the other wanted the same at the same moment. */
  #rest (words: string): void {
    if (this.#session?.isOpen !== true) {
      this.#show(words, true)
    }
  }

  /** Something goes on, which can be stopped if there is a way. */
  #goOn (words: string, stop?: () => Promise<unknown>): void {
    this.#show(words, false, stop)
  }

  #show (words: string, isFree: boolean, stop?: () => Promise<unknown>): void {
    this.#words.textContent = words
    this.#stop = stop
    this.#stopButton.hidden = stop == null

    if (this.#free.hidden === isFree) {
      this.#free.hidden = !isFree
      // what had the focus is gone: the next is what comes after the words
      this.#words.focus()
    }
  }

  #button (press: () => Promise<unknown>): HTMLButtonElement {
    const button = document.createElement('button')

    button.addEventListener('click', () => {
      press().catch(thrown => { this.#rest(`That did not work: ${wordsForError(thrown)}`) })
    })

    return button
  }
}
