import { Session } from 'node:inspector/promises'
import type { Profiler } from 'node:inspector/promises'

/** Which characters of scripts ran, by the scripts' URLs: 1 for each that did. */
export type Reached = Map<string, Uint8Array>

/**
 * What of some scripts has run, as V8 counts it, block by block. V8 counts blocks of those scripts only that are loaded after `start`.
 */
export class Coverage implements Disposable {
  readonly #session: Session
  readonly #isWatched: (url: string) => boolean
  readonly #reached: Reached = new Map()

  private constructor (session: Session, isWatched: (url: string) => boolean) {
    this.#session = session
    this.#isWatched = isWatched
  }

  /** @param isWatched - whether it matters what a script does, by its URL */
  static async start (isWatched: (url: string) => boolean): Promise<Coverage> {
    const session = new Session()

    session.connect()
    await session.post('Profiler.enable')
    await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })

    return new Coverage(session, isWatched)
  }

  /** Another one for which everything is news. It ends with this one, and what one of them takes the other does not see. */
  afresh (): Coverage {
    return new Coverage(this.#session, this.#isWatched)
  }

  /** All that was adopted. */
  get reached (): ReadonlyMap<string, Uint8Array> {
    return this.#reached
  }

  /** What ran since the last time. */
  async take (): Promise<Reached> {
    const { result } = await this.#session.post('Profiler.takePreciseCoverage')

    return new Map(result.filter(({ url }) => this.#isWatched(url)).map(script => [script.url, charactersOf(script)]))
  }

  /** Whether something is in it that never ran before, as far as was adopted. */
  isNews (reached: Reached): boolean {
    for (const [url, characters] of reached) {
      const before = this.#reached.get(url)

      for (let at = 0; at < characters.length; at++) {
        if (characters[at] === 1 && before?.[at] !== 1) {
          return true
        }
      }
    }

    return false
  }

  /** It is no news from now on. */
  adopt (reached: Reached): void {
    for (const [url, characters] of reached) {
      const before = this.#reached.get(url) ?? new Uint8Array()
      const both = new Uint8Array(Math.max(before.length, characters.length))

      both.set(before)

      for (let at = 0; at < characters.length; at++) {
        both[at]! |= characters[at]!
      }

      this.#reached.set(url, both)
    }
  }

  [Symbol.dispose] (): void {
    this.#session.disconnect()
  }
}

/** In the order in which V8 tells of them, functions within functions and blocks within blocks, the inner ones say it better. */
function charactersOf ({ functions }: Profiler.ScriptCoverage): Uint8Array {
  const ranges = functions.flatMap(({ ranges: inOne }) => inOne)
  const characters = new Uint8Array(Math.max(0, ...ranges.map(({ endOffset }) => endOffset)))

  for (const { startOffset, endOffset, count } of ranges.toSorted((a, b) => a.startOffset - b.startOffset || b.endOffset - a.endOffset)) {
    characters.fill(count > 0 ? 1 : 0, startOffset, endOffset)
  }

  return characters
}
