import type { Link, LinkListener } from '../../src/link/index.ts'
import type { Word } from '../../src/wire/index.ts'

/** Writes down what links tell, and does in turn what the test says. */
export class RecordingListener implements LinkListener {
  ups = 0
  downs = 0
  /** One entry for each call. */
  readonly chunks: Word[][] = []
  readonly failures: Error[] = []
  /** In the order of the calls. */
  readonly calls: string[] = []
  onUp: (link: Link) => void = () => {}
  onHeard: (link: Link, words: Word[]) => void = () => {}

  get words (): Word[] {
    return this.chunks.flat()
  }

  up (link: Link): void {
    this.ups++
    this.calls.push('up')
    this.onUp(link)
  }

  down (): void {
    this.downs++
    this.calls.push('down')
  }

  heard (link: Link, words: Word[]): void {
    this.chunks.push(words)
    this.calls.push('heard')
    this.onHeard(link, words)
  }

  failed (_: Link, error: Error): void {
    this.failures.push(error)
    this.calls.push('failed')
  }
}
