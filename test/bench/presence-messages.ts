import type { Received } from './presence-meter.ts'

/** What a process with peers is told to do, what it asks, and what it answers. Times are those of `Date.now()`, one clock for all processes. */
export interface Orders {
  /** A new peer, which dials these addresses. Answered once it has. */
  add: { asks: { readonly dial: readonly string[] }, answers: { readonly id: string, readonly address: string, readonly connectedAt: number } }
  /** Stops a peer as an app does; answered when it is. */
  stop: { asks: { readonly id: string }, answers: { readonly at: number } }
  measure: { asks: Record<string, never>, answers: Measurement }
}

/** Sums over all peers of one process, since it began. */
export interface Measurement {
  readonly at: number
  readonly gossip: Received
  readonly exchange: Received
  /** Bytes that came in on all its sockets. */
  readonly socketBytes: number
  /** Milliseconds of processor time. */
  readonly cpu: number
  /** Records that one of its peers has heard, of others. */
  readonly heard: number
  /** Milliseconds for which the last of these is good. */
  readonly lifetime: number
  /** By how many milliseconds at least its event loop was late in one case of a hundred, since this was asked last. */
  readonly lateness: number
}

/** A peer came or went, as another was told. */
export interface Sighting {
  readonly by: string
  readonly of: string
  readonly reason?: string
  readonly at: number
}

export type ToHost = { [Name in keyof Orders]: { readonly order: Name, readonly number: number, readonly asks: Orders[Name]['asks'] } }[keyof Orders]

export type FromHost =
  | { readonly sightings: readonly Sighting[] }
  | { readonly number: number, readonly answers: unknown }
  | { readonly number: number, readonly failed: string }
