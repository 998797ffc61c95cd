import { HANDOVERS_HEARD_RATE, HANDOVERS_SAID_RATE, QUESTION_RATE, REFUSAL_RATE } from './constants.ts'
import { TokenBucket } from '../../limits/index.ts'

/** How much one peer may do, over all its streams. Pure: the time is given. */
export class PeerAllowance {
  readonly questions: TokenBucket
  readonly refusals: TokenBucket
  readonly handoversHeard: TokenBucket
  /** What we may do, so that a peer that counts as we do is content with us. */
  readonly handoversSaid: TokenBucket

  constructor (now: number) {
    this.questions = new TokenBucket(QUESTION_RATE, now)
    this.refusals = new TokenBucket(REFUSAL_RATE, now)
    this.handoversHeard = new TokenBucket(HANDOVERS_HEARD_RATE, now)
    this.handoversSaid = new TokenBucket(HANDOVERS_SAID_RATE, now)
  }

  /** Whether nothing is used up: then it is as good as a new one. */
  isWhole (now: number): boolean {
    return [this.questions, this.refusals, this.handoversHeard, this.handoversSaid].every(bucket => bucket.isFull(now))
  }
}
