import type { IceCandidate, PeerConnection, SessionDescription, StatsReport } from '../../src/webrtc/index.ts'
import type { Tasks } from './tasks.ts'

/** What a description of a stand-in says. */
interface Content {
  readonly ufrag: string
  /** Whose media it is, line by line. */
  readonly media: readonly string[]
}

let made = 0

/**
 * A peer connection that has no media and no network, and does all the rest as the standard says (W3C, WebRTC, sections 4.4.1
 * and 4.7): chained operations, implicit rollback, when `negotiationneeded` comes, which candidates are taken. Each thing that
 * takes time takes a task, whose turn the test draws.
 */
export class StandInPeerConnection extends EventTarget implements PeerConnection {
  readonly name: string
  signalingState: string = 'stable'
  iceConnectionState: string = 'new'
  /** What went wrong in an operation, by its name. */
  readonly rejections: string[] = []
  readonly taken: IceCandidate[] = []
  restarts = 0
  stats: StatsReport = new Map<string, unknown>()
  /** What operations throw instead of being done, by their names. */
  readonly failing: Map<string, Error> = new Map()
  readonly #tasks: Tasks
  readonly #wanted: string[] = []
  readonly #chain: Array<() => Promise<void>> = []
  #currentLocal: SessionDescription | null = null
  #currentRemote: SessionDescription | null = null
  #pendingLocal: SessionDescription | null = null
  #pendingRemote: SessionDescription | null = null
  /** The credentials that are to be replaced by others. */
  #toReplace = new Set<string>()
  #isNeeded = false
  #updateLater = false
  #generation = 0

  constructor (name: string, tasks: Tasks) {
    super()
    this.name = `${name}-${made++}`
    this.#tasks = tasks
  }

  get localDescription (): SessionDescription | null {
    return this.#pendingLocal ?? this.#currentLocal
  }

  get remoteDescription (): SessionDescription | null {
    return this.#pendingRemote ?? this.#currentRemote
  }

  get media (): readonly string[] {
    return contentOf(this.#currentLocal).media
  }

  get ufrag (): string {
    return contentOf(this.#currentLocal).ufrag
  }

  /** Adds media to be sent. */
  add (media: string): void {
    this.#wanted.push(`${this.name} ${media}`)
    this.#update()
  }

  getTransceivers (): string[] {
    return this.#wanted
  }

  restartIce (): void {
    this.restarts++
    this.#toReplace = new Set([this.#currentLocal, this.#pendingLocal].map(description => contentOf(description).ufrag).filter(ufrag => ufrag !== ''))
    this.#update()
  }

  async setLocalDescription (): Promise<void> {
    await this.#operation('setLocalDescription', async () => {
      const description = this.signalingState === 'have-remote-offer' ? this.#answer() : this.#offer()
      const isNew = contentOf(description).ufrag !== contentOf(this.#currentLocal).ufrag

      await this.#turn()

      if (description.type === 'offer') {
        this.#pendingLocal = description
        this.#become('have-local-offer')
      } else {
        this.#settle(description, this.#pendingRemote)
      }

      if (isNew) {
        this.#gather(contentOf(description).ufrag)
      }
    })
  }

  async setRemoteDescription (description: SessionDescription): Promise<void> {
    await this.#operation('setRemoteDescription', async () => {
      const { media } = contentOf(description)

      await this.#turn()

      if (description.type === 'offer') {
        // implicit rollback
        this.#pendingLocal = null

        if (this.media.some((line, index) => media[index] !== line)) {
          throw new Error('an offer must keep the lines that there are')
        }

        this.#pendingRemote = description
        this.#become('have-remote-offer')
      } else if (this.signalingState === 'have-local-offer') {
        if (contentOf(this.#pendingLocal).media.join() !== media.join()) {
          throw new Error('an answer must have the lines of the offer')
        }

        this.#settle(this.#pendingLocal, description)
      } else {
        throw new Error(`an answer in the state ${this.signalingState}`)
      }
    })
  }

  async addIceCandidate (candidate: IceCandidate | null): Promise<void> {
    await this.#operation('addIceCandidate', async () => {
      if (this.remoteDescription == null) {
        throw new Error('a candidate before any description')
      }

      await this.#turn()

      const known = [this.#currentRemote, this.#pendingRemote].map(description => contentOf(description).ufrag)

      if (candidate?.usernameFragment != null && !known.includes(candidate.usernameFragment)) {
        throw new Error(`a candidate of ${candidate.usernameFragment}, which is not among ${known.join(', ')}`)
      }

      if (candidate != null) {
        this.taken.push(candidate)
      }
    })
  }

  async getStats (): Promise<StatsReport> {
    return this.stats
  }

  close (): void {
    this.signalingState = 'closed'
    this.iceConnectionState = 'closed'
  }

  /** ICE comes to another state. */
  turnIce (state: string): void {
    this.iceConnectionState = state
    this.dispatchEvent(new Event('iceconnectionstatechange'))
  }

  /** What was agreed on last: what this side said, and what the other did. */
  get agreed (): ReadonlyArray<string | undefined> {
    return [this.#currentLocal?.sdp, this.#currentRemote?.sdp]
  }

  /** What was added, and is not agreed on yet. */
  get missing (): string[] {
    return this.#wanted.filter(media => !this.media.includes(media))
  }

  #offer (): SessionDescription {
    const { ufrag, media } = contentOf(this.#currentLocal)

    return this.#describe('offer', ufrag === '' || this.#toReplace.has(ufrag) ? undefined : ufrag, [...media, ...this.missing])
  }

  #answer (): SessionDescription {
    const { ufrag } = contentOf(this.#currentLocal)
    const isRestart = ufrag === '' || contentOf(this.#pendingRemote).ufrag !== contentOf(this.#currentRemote).ufrag

    return this.#describe('answer', isRestart ? undefined : ufrag, contentOf(this.#pendingRemote).media)
  }

  #describe (type: 'offer' | 'answer', ufrag: string = `${this.name} ${this.#generation++}`, media: readonly string[]): SessionDescription {
    return { type, sdp: JSON.stringify({ ufrag, media }) }
  }

  #settle (local: SessionDescription | null, remote: SessionDescription | null): void {
    this.#currentLocal = local
    this.#currentRemote = remote
    this.#pendingLocal = null
    this.#pendingRemote = null

    if (!this.#toReplace.has(contentOf(local).ufrag)) {
      this.#toReplace.clear()
    }

    this.#become('stable')
  }

  #become (state: string): void {
    this.signalingState = state

    if (state === 'stable') {
      this.#isNeeded = false
      this.#update()
    }
  }

  /** What is under way when it is closed is never done, and its promise never settled. */
  async #turn (): Promise<void> {
    await this.#tasks.next(this.name)

    if (this.signalingState === 'closed') {
      await new Promise<never>(() => {})
    }
  }

  #gather (ufrag: string): void {
    for (const candidate of [{ candidate: 'host', sdpMid: '0', sdpMLineIndex: 0, usernameFragment: ufrag }, { candidate: '', usernameFragment: ufrag }, null]) {
      this.#tasks.queue(this.name, () => {
        if (this.signalingState !== 'closed') {
          this.dispatchEvent(Object.assign(new Event('icecandidate'), { candidate }))
        }
      })
    }
  }

  /** The standard's "update the negotiation-needed flag". */
  #update (): void {
    if (this.#chain.length > 0) {
      this.#updateLater = true
      return
    }

    this.#tasks.queue(this.name, () => {
      if (this.#chain.length > 0) {
        this.#updateLater = true
      } else if (this.signalingState === 'stable') {
        const isNeeded = this.missing.length > 0 || this.#toReplace.size > 0
        const isNews = isNeeded && !this.#isNeeded

        this.#isNeeded = isNeeded

        if (isNews) {
          this.dispatchEvent(new Event('negotiationneeded'))
        }
      }
    })
  }

  /** The standard's "chain an operation". */
  async #operation (name: string, steps: () => Promise<void>): Promise<void> {
    if (this.signalingState === 'closed') {
      throw new Error('the peer connection is closed')
    }

    await new Promise<void>((resolve, reject) => {
      this.#chain.push(async () => {
        let settle = resolve

        try {
          const failure = this.failing.get(name)

          if (failure != null) {
            throw failure
          }

          await steps()
        } catch (thrown) {
          this.rejections.push(`${name}: ${String(thrown)}`)
          settle = () => { reject(thrown) }
        }

        this.#chain.shift()
        settle()
        void this.#chain[0]?.()

        if (this.#chain.length === 0 && this.#updateLater) {
          this.#updateLater = false
          this.#update()
        }
      })

      if (this.#chain.length === 1) {
        void this.#chain[0]?.()
      }
    })
  }
}

function contentOf (description: SessionDescription | null): Content {
  return description == null ? { ufrag: '', media: [] } : JSON.parse(description.sdp) as Content
}
