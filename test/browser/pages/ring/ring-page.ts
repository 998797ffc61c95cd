/** What a test may ask of the page. */
export interface RingPage {
  readonly peerId: string
  /** Whom this peer sees, by peer id. */
  present(): string[]
  /** Rings somebody. What becomes of it is heard. */
  invite(peer: string, content: string): Promise<void>
  /** Accepts what rings. */
  accept(response: string): Promise<void>
  /** What happened to the invitations, in order: what was received, and how each ended. */
  readonly heard: readonly string[]
}

declare global {
  interface Window {
    /** Resolves when the peer can be reached by way of the relay. */
    ringPage: Promise<RingPage>
  }
}
