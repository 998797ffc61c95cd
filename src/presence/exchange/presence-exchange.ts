import type { AbortOptions, Connection, Logger, PeerId, Stream } from '@libp2p/interface'
import type { Environment, Timer } from '../../environment/index.ts'
import { NotStartedError } from '../../errors/index.ts'
import { Answerer } from './answerer.ts'
import { FORGET_INTERVAL, MAX_STREAMS_PER_CONNECTION, PROTOCOL_NAME, PROTOCOL_VERSION } from './constants.ts'
import { StreamGivenUpError } from './errors.ts'
import type { ExchangeContext } from './exchange-context.ts'
import type { Answer, Exchange, ExchangeComponents, ExchangeInit, Question } from './index.ts'
import { checkQuestion, encodeFrame } from './message-codec.ts'
import { Neighbour } from './neighbour.ts'

/** One run of it, from `start` to `stop`. */
interface Run {
  readonly context: ExchangeContext
  readonly stopping: AbortController
}

/** The handler of the protocol, and all peers that streams stand to. */
export class PresenceExchange implements Exchange {
  readonly #components: ExchangeComponents
  readonly #init: ExchangeInit
  readonly #environment: Environment
  readonly #protocol: string
  readonly #log: Logger
  readonly #neighbours = new Map<string, Neighbour>()
  #run: Run | undefined
  /** Runs while there are neighbours to whom nothing stands. */
  #forgetting: Timer | undefined

  constructor (components: ExchangeComponents, init: ExchangeInit, environment: Environment) {
    this.#components = components
    this.#init = init
    this.#environment = environment
    this.#protocol = `/${init.protocolPrefix}/${PROTOCOL_NAME}/${PROTOCOL_VERSION}`
    this.#log = components.logger.forComponent('libp2p:invitation:presence:exchange')
  }

  async start (): Promise<void> {
    if (this.#run != null) {
      return
    }

    this.#run = this.#newRun()

    try {
      await this.#components.registrar.handle(this.#protocol, this.#onStream, {
        runOnLimitedConnection: true,
        maxInboundStreams: MAX_STREAMS_PER_CONNECTION,
        maxOutboundStreams: MAX_STREAMS_PER_CONNECTION
      })
    } catch (thrown) {
      this.#run = undefined

      throw thrown
    }
  }

  async stop (): Promise<void> {
    const run = this.#run

    if (run == null) {
      return
    }

    this.#run = undefined
    run.stopping.abort(new NotStartedError('the exchange was stopped'))

    // in this very turn: nothing that a peer says is taken any more
    const closed = [...this.#neighbours.values()].map(async neighbour => { await neighbour.close() })

    await this.#components.registrar.unhandle(this.#protocol)
    await Promise.all(closed)
    this.#neighbours.clear()
    this.#forgetting?.stop()
    this.#forgetting = undefined
  }

  async ask (peer: PeerId, question: Question, { signal }: AbortOptions = {}): Promise<Answer> {
    const run = this.#run

    if (run == null) {
      throw new NotStartedError('the exchange is not started')
    }

    checkQuestion(question)

    return await this.#neighbour(peer, run).ask(question, signal ?? undefined)
  }

  handOver (topic: string, message: Uint8Array, peers?: readonly PeerId[]): number {
    const frame = encodeFrame({ kind: 'handover', topic, message })
    const neighbours = peers == null ? [...this.#neighbours.values()] : peers.map(peer => this.#neighbours.get(peer.toString()))

    return neighbours.reduce((count, neighbour) => count + (neighbour?.handOver(frame) ?? 0), 0)
  }

  #newRun (): Run {
    const { connectionManager } = this.#components
    const { desk, pageBytesRate } = this.#init
    const stopping = new AbortController()
    const context = {
      environment: this.#environment,
      log: this.#log,
      desk,
      answerer: new Answerer(desk, this.#environment, this.#log, pageBytesRate),
      protocol: this.#protocol,
      stopped: stopping.signal,
      connections: (peer: PeerId) => connectionManager.getConnections(peer)
    }

    return { context, stopping }
  }

  /** Runs to its end at once, so that the stream has its reader before a byte or the end of it can come. */
  readonly #onStream = (stream: Stream, connection: Connection): void => {
    if (this.#run == null) {
      stream.abort(new StreamGivenUpError('stopped'))
    } else {
      this.#neighbour(connection.remotePeer, this.#run).take(stream, connection)
    }
  }

  #neighbour (peer: PeerId, { context }: Run): Neighbour {
    const key = peer.toString()
    let neighbour = this.#neighbours.get(key)

    if (neighbour == null) {
      neighbour = new Neighbour(peer, context, () => { this.#startForgetting() })
      this.#neighbours.set(key, neighbour)
    }

    return neighbour
  }

  /** Whoever comes back before its allowance is whole again has what is left of it. */
  #startForgetting (): void {
    if (this.#run != null) {
      this.#forgetting ??= this.#environment.startTimer(FORGET_INTERVAL, () => { this.#forget() })
    }
  }

  #forget (): void {
    this.#forgetting = undefined

    for (const [key, neighbour] of this.#neighbours) {
      if (neighbour.isForgettable) {
        this.#neighbours.delete(key)
      } else if (neighbour.isUnused) {
        this.#startForgetting()
      }
    }
  }
}
