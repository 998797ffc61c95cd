/** What the callee's process is asked for. */
export interface CalleeOrders {
  /** Starts a node that lets in contacts; answers with where it is, and with a token that was revoked. */
  readonly start: { asks: { readonly contacts: readonly string[] }, answers: { readonly address: string, readonly revoked: string } }
  /** Begins to measure. */
  readonly begin: { asks: undefined, answers: undefined }
  /** What was measured since. */
  readonly measured: { asks: undefined, answers: CalleeMeasure }
}

export interface CalleeMeasure {
  /** How late the event loop was, milliseconds; looked at each millisecond. */
  readonly delay: { readonly p50: number, readonly p99: number, readonly max: number }
  /** Which part of one processor it took. It says more than the delay on a machine that has other work, too. */
  readonly busy: number
  /** Bytes held at the beginning, and now. */
  readonly heldBefore: number
  readonly heldAfter: number
  /** What rang, by peer id. */
  readonly rang: readonly string[]
  /** Invitations that are still live. */
  readonly live: number
}

/** What the strangers' process is asked for. */
export interface StrangersOrders {
  /** Starts as many nodes, and has each open a stream. */
  readonly start: { asks: { readonly address: string, readonly strangers: number, readonly tokens: readonly string[] }, answers: undefined }
  /** Invites so often a second, all together, until `end`. */
  readonly flood: { asks: { readonly perSecond: number }, answers: undefined }
  readonly end: { asks: undefined, answers: StrangersMeasure }
}

export interface StrangersMeasure {
  readonly invites: number
  /** Bytes that came back on the streams, and streams that were ended, by whichever side. */
  readonly bytesBack: number
  readonly streamsEnded: number
}
