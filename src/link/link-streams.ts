import type { Connection, PeerId } from '@libp2p/interface'
import type { Word } from '../wire/index.ts'
import { MAX_INBOUND_STREAMS } from './constants.ts'
import { StreamGivenUpError } from './errors.ts'
import type { LinkContext } from './link-context.ts'
import type { OpenedStream } from './stream-opener.ts'
import { WordStream } from './word-stream.ts'
import type { WordStreamEvents } from './word-stream.ts'

/** What the streams tell the link that holds them. */
export interface LinkStreamsEvents {
  /** A chunk of bytes came in on this stream, and these words ended in it. */
  heard(stream: WordStream, words: Word[]): void
  /** Nothing more can be said on this stream. Told once for each. */
  ended(stream: WordStream, error?: Error): void
  /** A stream is closed on both sides, or was reset, and is kept no longer. */
  dropped(): void
}

/** The streams of one link, from their opening until they are closed on both sides. All are read. */
export class LinkStreams implements WordStreamEvents {
  readonly #peer: PeerId
  readonly #context: LinkContext
  readonly #events: LinkStreamsEvents
  readonly #streams = new Set<WordStream>()
  /** The stream for whose sake none is read. */
  #backedUp: WordStream | undefined

  constructor (peer: PeerId, context: LinkContext, events: LinkStreamsEvents) {
    this.#peer = peer
    this.#context = context
    this.#events = events
  }

  get size (): number {
    return this.#streams.size
  }

  /** The newest that can be written to. */
  get newest (): WordStream | undefined {
    return [...this.#streams].findLast(({ isStanding }) => isStanding)
  }

  /** Reads one more. Of the peer's, the oldest goes when there are more than MAX_INBOUND_STREAMS. */
  add (opened: OpenedStream): WordStream {
    const stream = new WordStream(opened, this.#context.environment, this)

    this.#streams.add(stream)
    this.#context.streamCount?.increment({ opened: 1 })
    this.#context.log('%s stream %s with %p', stream.direction, opened.stream.id, this.#peer)

    if (this.#backedUp != null) {
      stream.pause()
    }

    void this.#dropWhenClosed(stream)
    this.#bound()

    return stream
  }

  /** Reads all of them, however much waits to be written. */
  readOn (): void {
    this.#setBackedUp(undefined)
  }

  /** Closes, in order, all that stand, except this one. */
  close (except?: WordStream): void {
    for (const stream of this.#streams) {
      if (stream !== except && stream.isStanding) {
        void stream.close()
      }
    }
  }

  /** Closes all, in order, within `limit` milliseconds and until `signal` aborts. Never rejects. */
  async stop (limit: number, signal?: AbortSignal): Promise<void> {
    await Promise.all([...this.#streams].map(async stream => { await stream.close(limit, signal) }))
  }

  /** The peer was not reached on this connection: resets all that are there. */
  giveUp (connection: Connection, error: Error): void {
    // a peer that does not know the protocol any more is there
    if (error.name !== 'UnsupportedProtocolError') {
      this.#context.opener.suspect(connection)
    }

    for (const stream of this.#streams) {
      if (stream.connection === connection) {
        stream.abort(error)
      }
    }
  }

  // what each of them tells

  heard (stream: WordStream, words: Word[]): void {
    this.#events.heard(stream, words)
  }

  backedUp (stream: WordStream, isBackedUp: boolean): void {
    this.#setBackedUp(isBackedUp ? stream : undefined)
  }

  ended (stream: WordStream, error?: Error): void {
    if (error != null) {
      this.#context.log.error('%s stream with %p ended - %e', stream.direction, this.#peer, error)
    }

    if (this.#backedUp === stream) {
      this.#setBackedUp(undefined)
    }

    this.#events.ended(stream, error)
  }

  // the rest is its own

  #bound (): void {
    const inbound = [...this.#streams].filter(({ direction, isStanding }) => direction === 'inbound' && isStanding)

    if (inbound.length > MAX_INBOUND_STREAMS) {
      inbound[0]?.abort(new StreamGivenUpError(`more than ${MAX_INBOUND_STREAMS} streams of one peer`))
    }
  }

  async #dropWhenClosed (stream: WordStream): Promise<void> {
    await stream.closed

    this.#streams.delete(stream)
    this.#context.streamCount?.increment({ closed: 1 })
    this.#events.dropped()
  }

  #setBackedUp (stream: WordStream | undefined): void {
    this.#backedUp = stream

    for (const each of this.#streams) {
      if (stream == null) {
        each.resume()
      } else {
        each.pause()
      }
    }
  }
}
