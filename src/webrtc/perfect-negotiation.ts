import { asError } from '../errors/index.ts'
import { MAX_CANDIDATES } from './constants.ts'
import { CandidateError, LocalDescriptionError, RemoteDescriptionError, TooManyCandidatesError } from './errors.ts'
import type { NegotiationError } from './errors.ts'
import type { IceCandidate, PeerConnection, SessionDescription } from './peer-connection.ts'
import type { Signal } from './signal.ts'

export interface PerfectNegotiationInit {
  readonly peerConnection: PeerConnection
  /** Whether this side takes its own offer back when two cross; the other side must not. */
  readonly isPolite: boolean
  readonly say: (signal: Signal) => void
  readonly failed: (error: NegotiationError) => void
}

/**
 * The perfect negotiation of the standard (W3C, WebRTC, "Perfect negotiation example"): either side makes an offer whenever
 * its peer connection asks for one, and of two that cross one is kept. It never rejects; what fails is told.
 *
 * Where the example takes messages as they come, `hear` is to be called with one after another: so none can come while an answer
 * is being set, and what is not taken yet stays unread, where it is bounded.
 */
export class PerfectNegotiation {
  readonly #init: PerfectNegotiationInit
  #isMakingOffer = false
  /** Whether the last description was an offer that gave way to one of this side: its candidates are of no use. */
  #isIgnoringOffer = false
  /** How many candidates came since the last description. */
  #candidates = 0

  constructor (init: PerfectNegotiationInit) {
    this.#init = init
  }

  /** Makes an offer, as `negotiationneeded` asks for. */
  async offer (): Promise<void> {
    this.#isMakingOffer = true
    await this.#describe()
    this.#isMakingOffer = false
  }

  /** Takes what the other side said; resolves when that is done. */
  async hear (signal: Signal): Promise<void> {
    if ('description' in signal) {
      await this.#hearDescription(signal.description)
    } else {
      await this.#hearCandidate(signal.candidate)
    }
  }

  async #hearDescription (description: SessionDescription): Promise<void> {
    const { peerConnection, isPolite, failed } = this.#init
    const crosses = description.type === 'offer' && (this.#isMakingOffer || peerConnection.signalingState === 'have-local-offer')

    this.#isIgnoringOffer = crosses && !isPolite
    this.#candidates = 0

    if (this.#isIgnoringOffer) {
      return
    }

    try {
      // of a polite side this takes back its own offer, if there is one
      await peerConnection.setRemoteDescription(description)
    } catch (thrown) {
      failed(new RemoteDescriptionError(`the ${description.type} of the other side was not taken`, { cause: asError(thrown) }))
      return
    }

    if (description.type === 'offer') {
      await this.#describe()
    }
  }

  async #hearCandidate (candidate: IceCandidate | null): Promise<void> {
    const { peerConnection, failed } = this.#init

    this.#candidates++

    if (this.#candidates > MAX_CANDIDATES) {
      if (this.#candidates === MAX_CANDIDATES + 1) {
        failed(new TooManyCandidatesError(`more than ${MAX_CANDIDATES} candidates came after one description`))
      }

      return
    }

    try {
      await peerConnection.addIceCandidate(candidate)
    } catch (thrown) {
      if (!this.#isIgnoringOffer) {
        failed(new CandidateError('a candidate of the other side was not taken', { cause: asError(thrown) }))
      }
    }
  }

  /** Describes this side: an answer if there is an offer to answer, else an offer. */
  async #describe (): Promise<void> {
    const { peerConnection, say, failed } = this.#init

    try {
      await peerConnection.setLocalDescription()
    } catch (thrown) {
      failed(new LocalDescriptionError('this side could not be described', { cause: asError(thrown) }))
      return
    }

    const { type, sdp } = peerConnection.localDescription ?? {}

    if ((type === 'offer' || type === 'answer') && sdp != null) {
      say({ description: { type, sdp } })
    }
  }
}
