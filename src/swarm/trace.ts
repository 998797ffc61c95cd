import { NETWORK, TIME_WIDTH } from './constants.ts'

/** What happened, in lines of text: when, to whom, and what. */
export class Trace {
  readonly #now: () => number
  readonly #width: number
  readonly #lines: string[] = []
  /** What each peer, by its id, and each invitation, by its own, is called: ids are nothing to read. */
  readonly #peers = new Map<string, string>()
  readonly #invitations = new Map<string, number>()

  /**
   * @param now - milliseconds
   * @param names - of all nodes
   */
  constructor (now: () => number, names: readonly string[]) {
    this.#now = now
    this.#width = Math.max(...[...names, NETWORK].map(({ length }) => length))
  }

  get text (): string {
    return this.#lines.map(line => `${line}\n`).join('')
  }

  /** From now on a peer goes by its name. */
  name (peer: { toString(): string }, name: string): void {
    this.#peers.set(peer.toString(), name)
  }

  nameOf (peer: { toString(): string }): string {
    return this.#peers.get(peer.toString()) ?? peer.toString()
  }

  /** The number of an invitation: the first that anything was told of is 1. */
  numberOf (invitation: string): number {
    const number = this.#invitations.get(invitation) ?? this.#invitations.size + 1

    this.#invitations.set(invitation, number)

    return number
  }

  add (name: string, what: string): void {
    this.#lines.push(`${(this.#now() / 1_000).toFixed(3).padStart(TIME_WIDTH)}  ${name.padEnd(this.#width)}  ${what}`)
  }
}
