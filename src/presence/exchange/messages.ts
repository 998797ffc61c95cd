/** Who is in that room? Answered by one page. */
export interface AskMessage {
  readonly kind: 'ask'
  /** Of the asker's choice; the page has the same. */
  readonly id: number
  readonly topic: string
  readonly before?: bigint
  readonly digest?: Uint8Array
}

/** What an answer is: a page, or why there is none. */
export type Outcome = 'page' | 'same' | 'unknown-room' | 'busy'

/** The answer to an ask. */
export interface PageMessage {
  readonly kind: 'page'
  readonly id: number
  readonly outcome: Outcome
  /** Empty unless the outcome is `page`. */
  readonly entries: Uint8Array
  /** Only where the outcome is `page`. */
  readonly next?: bigint
}

/** What the sender says about itself in that room. */
export interface HandoverMessage {
  readonly kind: 'handover'
  readonly topic: string
  readonly message: Uint8Array
}

/** One message on a stream; either side may send any. */
export type Message = AskMessage | PageMessage | HandoverMessage
