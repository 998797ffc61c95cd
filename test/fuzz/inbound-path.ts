import assert from 'node:assert/strict'
import { setImmediate as turn } from 'node:timers/promises'
import { TypedEventEmitter } from 'main-event'
import { invitation } from '../../src/index.ts'
import { FrameDecoder, MalformedFrameError } from '../../src/wire/index.ts'
import { HandMovedEnvironment } from '../environment/hand-moved-environment.ts'
import { chunksOf, hashOf } from './chunks.ts'
import { StrangerConnection, StrangerStream, UnreachableError } from './stranger.ts'
import type { ComponentLogger, Libp2pEvents, Logger, PeerId, Startable, StreamHandler } from '@libp2p/interface'
import type { InvitationComponents, InvitationId, InvitationService, RemoteInvitation } from '../../src/index.ts'

/** The id of the victim's own invitation, as its bytes are: all the same. */
export const OWN_ID: InvitationId = 'ee'.repeat(16)

/** Most that the victim may have live of one stranger: its own invitation, eight that ring, and sessions. */
const MAX_LISTED = 48

/** Longer than anything lives of which nobody says anything any more, milliseconds. */
const EVERYTHING_IS_OVER = 700_000

/** Longest pause between two chunks, milliseconds: in some inputs an invitation runs out between two words. */
const PAUSES = [0, 0, 0, 0, 1, 500, 5_000, 20_000]

/** What is logged as an error and is one of ours: of a stranger who cannot be reached there are others. */
const FAULTS = [TypeError, RangeError, ReferenceError, SyntaxError]

/** A service as an app has it, in an environment of its own, with one stranger connected. What it logs as an error is kept. */
export class Victim {
  readonly #environment = Object.assign(new HandMovedEnvironment(), { randomBytes: (length: number) => new Uint8Array(length).fill(0xee) })
  readonly #handlers = new Map<string, StreamHandler>()
  readonly #errors: Error[] = []
  readonly #rung: InvitationId[] = []
  readonly #messages: number[] = []
  readonly #service: InvitationService & Startable
  readonly #stranger: PeerId
  readonly #connection: StrangerConnection
  readonly #stream: StrangerStream

  constructor (self: PeerId, stranger: PeerId) {
    const logger = recordingLogger(this.#errors)
    const log = logger.forComponent('stranger')

    this.#stranger = stranger
    this.#connection = new StrangerConnection(stranger, log)
    this.#stream = new StrangerStream(log)

    // of libp2p's parts only what the service uses
    const components = {
      peerId: self,
      logger,
      events: new TypedEventEmitter<Libp2pEvents>(),
      peerStore: { get: async () => { throw new UnreachableError('nothing is known of anybody') } },
      registrar: {
        handle: async (protocol: string, handler: StreamHandler) => { this.#handlers.set(protocol, handler) },
        unhandle: async (protocol: string) => { this.#handlers.delete(protocol) }
      },
      connectionManager: {
        getConnections: () => [this.#connection],
        openConnection: async () => { throw new UnreachableError('nobody can be dialled') }
      }
    } as unknown as InvitationComponents

    this.#service = invitation()(components, this.#environment)
    this.#service.addEventListener('invitation:received', ({ detail }) => { this.#react(detail) })
    this.#service.addEventListener('session:opened', ({ detail }) => {
      detail.addEventListener('message', ({ detail: { data } }) => { this.#messages.push(data.length) })
    })
  }

  /** Starts it, and has it invite the stranger if it is to. */
  async start (invites: boolean): Promise<void> {
    await this.#service.start()

    for (const handler of this.#handlers.values()) {
      await handler(this.#stream, this.#connection)
    }

    if (invites) {
      await this.#service.invite(this.#stranger)
    }

    await turn()
  }

  /** Lets the stranger say this, in chunks, and holds what comes of it against what may come of it. Says what came of it. */
  async hear (input: Uint8Array): Promise<string> {
    const refusal = refusalOf(input)
    const isPatient = hashOf(input) % 2 === 0

    for (const chunk of chunksOf(input)) {
      if (!this.#stream.wasReset) {
        this.#stream.onData(chunk)
        await turn()
        this.#environment.advance(isPatient ? 0 : PAUSES[chunk.length % PAUSES.length] ?? 0)
        assert.ok(this.#service.list().length <= MAX_LISTED)
      }
    }

    await turn()

    // who does not answer in time is taken for gone, whatever it said before
    if (isPatient || refusal != null) {
      assert.equal(this.#stream.wasReset, refusal != null, 'the stream is reset by what is malformed, and by nothing else')
    }

    this.#checkAnswers()

    return refusal ?? `rung ${this.#rung.length > 0}, messages ${this.#messages.length > 0}, states ${this.#service.list().map(({ state }) => state).toSorted().join()}`
  }

  /** The stranger is gone, and all ends; then the service is stopped. */
  async end (): Promise<void> {
    this.#stream.onRemoteReset()
    await this.#environment.pass(EVERYTHING_IS_OVER)
    assert.deepStrictEqual(this.#service.list(), [])

    const stopped = this.#service.stop()

    await this.#environment.pass(EVERYTHING_IS_OVER)
    await stopped
    assert.equal(this.#environment.pendingTimers, 0)
    assert.deepStrictEqual(this.#errors.filter(error => FAULTS.some(fault => error instanceof fault)), [])
    assert.equal(new Set(this.#rung).size, this.#rung.length, 'nothing rings twice')
  }

  /** A user who accepts some, refuses some, and lets some ring: the id decides. */
  #react (remote: RemoteInvitation): void {
    this.#rung.push(remote.id)

    switch (Number.parseInt(remote.id.slice(-1), 16) % 4) {
      case 0:
        void remote.refuse().catch(() => {})
        break
      case 1:
        remote.ignore()
        break
      case 2:
        break
      default:
        void remote.accept().catch(() => {})
    }
  }

  /** What the victim says is well-formed, whatever it hears. */
  #checkAnswers (): void {
    const decoder = new FrameDecoder()

    for (const answer of this.#stream.answers) {
      decoder.push(answer)
    }
  }
}

/** The name of the error by which a decoder refuses this; undefined if it does not. */
function refusalOf (input: Uint8Array): string | undefined {
  try {
    new FrameDecoder().push(input)

    return undefined
  } catch (thrown) {
    return thrown instanceof MalformedFrameError ? thrown.name : 'no named error'
  }
}

function recordingLogger (errors: Error[]): ComponentLogger {
  const log: Logger = Object.assign(() => {}, {
    enabled: false,
    trace: () => {},
    error: (_format: unknown, ...args: unknown[]) => { errors.push(...args.filter(arg => arg instanceof Error)) },
    newScope: () => log
  })

  return { forComponent: () => log }
}
