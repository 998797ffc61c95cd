import type { InvitationId, Word } from '../../src/wire/index.ts'

/** All words that came in, on whichever stream, and a way to wait for more. */
export class Inbox {
  /** The words that came in since it was last emptied. */
  readonly words: Word[] = []
  readonly #watches = new Set<() => void>()

  add (words: readonly Word[]): void {
    for (const word of words) {
      this.words.push(word)
    }

    this.look()
  }

  /** Something may have changed. */
  look (): void {
    for (const watch of this.#watches) {
      watch()
    }
  }

  empty (): void {
    this.words.length = 0
  }

  has (kind: Word['kind'], id?: InvitationId): boolean {
    return this.words.some(word => word.kind === kind && (id == null || word.id === id))
  }

  count (kind: Word['kind'], id?: InvitationId): number {
    return this.words.filter(word => word.kind === kind && (id == null || word.id === id)).length
  }

  /** The first word of that kind, of any invitation or of that one, once it is there. */
  async hear<Kind extends Word['kind']> (kind: Kind, id?: InvitationId): Promise<Extract<Word, { kind: Kind }>> {
    await this.until(() => this.has(kind, id))

    const found = this.words.find(word => word.kind === kind && (id == null || word.id === id))

    return found as Extract<Word, { kind: Kind }>
  }

  /** Waits until the condition holds: looked at whenever a word comes in, or a stream ends. */
  async until (holds: () => boolean): Promise<void> {
    if (holds()) {
      return
    }

    await new Promise<void>(resolve => {
      const watch = (): void => {
        if (holds()) {
          this.#watches.delete(watch)
          resolve()
        }
      }

      this.#watches.add(watch)
    })
  }
}
