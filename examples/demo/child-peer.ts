import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import type { Order, PeerInit, Report } from './messages.ts'

type Kind = Report['kind']
type ReportOf<K extends Kind> = Extract<Report, { kind: K }>

/** What a peer process is started with, and whom the conductor's end of it tells. */
export interface ChildPeerInit extends PeerInit {
  /** Ends every wait. */
  readonly signal: AbortSignal
  readonly onReport: (name: string, report: Report) => void
}

/** The conductor's end of one peer process. The process never outlives the conductor's. */
export class ChildPeer {
  readonly name: string
  readonly #child: ChildProcess
  readonly #signal: AbortSignal
  readonly #reports: Report[] = []
  readonly #waiting = new Set<() => void>()
  #isOver = false
  #mayEnd = false
  #failure: Error | undefined

  constructor ({ signal, onReport, ...init }: ChildPeerInit) {
    const { name } = init

    this.name = name
    this.#signal = signal
    this.#child = fork(new URL('peer-process.ts', import.meta.url), [JSON.stringify(init)])

    this.#child.on('message', message => {
      // only peer-process.ts is at the other end
      const report = message as Report

      this.#reports.push(report)
      onReport(name, report)
      this.#wake()
    })
    this.#child.on('error', error => {
      this.#failure ??= error
      this.#wake()
    })
    this.#child.on('exit', (code, killedBy) => {
      this.#isOver = true

      if (!this.#mayEnd || (code ?? 0) !== 0) {
        this.#failure ??= new Error(`${name}'s process ended: ${killedBy ?? `exit code ${code}`}`)
      }

      this.#wake()
    })
    signal.addEventListener('abort', () => { this.#wake() })
    process.on('exit', () => { this.kill() })
  }

  order (order: Order): void {
    this.#mayEnd ||= order.do === 'stop'
    this.#child.send(order)
  }

  /** As a power cut would: nothing more is said, and nothing cleaned up. */
  kill (): void {
    this.#mayEnd = true
    this.#child.kill('SIGKILL')
  }

  /** What was reported of that kind so far, and matches. */
  reports<K extends Kind> (kind: K, matches: (report: ReportOf<K>) => boolean = () => true): Array<ReportOf<K>> {
    return this.#reports.filter((report): report is ReportOf<K> => report.kind === kind).filter(matches)
  }

  /** Resolves with the first of these, which may have come long ago. */
  async until<K extends Kind> (kind: K, matches?: (report: ReportOf<K>) => boolean): Promise<ReportOf<K>> {
    return this.#until(kind, () => this.reports(kind, matches)[0])
  }

  /** Resolves when the process is over. */
  async ended (): Promise<void> {
    await this.#until('ended', () => this.#isOver && this.#failure == null ? true : undefined)
  }

  async #until<T> (what: string, look: () => T | undefined): Promise<T> {
    for (;;) {
      const found = look()

      if (found !== undefined) {
        return found
      }

      if (this.#failure != null) {
        throw this.#failure
      }

      if (this.#signal.aborted) {
        throw new Error(`waited in vain for ${this.name}: ${what}`)
      }

      await new Promise<void>(resolve => { this.#waiting.add(resolve) })
    }
  }

  #wake (): void {
    for (const resolve of this.#waiting) {
      resolve()
    }

    this.#waiting.clear()
  }
}
