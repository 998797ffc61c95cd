import type { TestPeer } from './test-peer.ts'

/**
 * What happened on all peers, in the one order in which it did: `ben received`, `ada delivered`. They live in one process, so
 * this order is that of cause and effect.
 */
export class CommonLog {
  readonly entries: string[] = []

  /** Writes down every state that any invitation enters on that peer, for as long as its process is there. */
  watch ({ name, service, gone: { signal } }: TestPeer): void {
    service.addEventListener('invitation:state', ({ detail: { state } }) => { this.note(`${name} ${state}`) }, { signal })
    service.addEventListener('invitation:undelivered', () => { this.note(`${name} undelivered`) }, { signal })
    service.addEventListener('invitation:missed', () => { this.note(`${name} missed`) }, { signal })
    service.addEventListener('session:ended', ({ detail: { end } }) => { this.note(`${name} session ${end.reason}`) }, { signal })
  }

  note (entry: string): void {
    this.entries.push(entry)
  }
}
