import { Key } from 'interface-datastore/key'
import { fromString } from 'uint8arrays/from-string'
import { toString } from 'uint8arrays/to-string'
import { asError, InvalidArgumentError, RateLimitedError, throwIfAborted } from '../errors/index.ts'
import { MAX_PEERS_OF_TOKEN, MAX_TOKEN_TIME, MAX_TOKENS, MIN_TOKEN_TIME, NAMESPACE, TOKEN_BYTES, TOKEN_TIME } from './constants.ts'
import type { AbortOptions, Logger, PeerId, Startable } from '@libp2p/interface'
import type { Datastore } from 'interface-datastore'
import type { Environment } from '../environment/index.ts'
import type { InviteToken, InviteTokenOptions, InviteTokens, InviteTokensComponents } from './index.ts'

/** The tokens that are good, in memory and in the node's datastore. */
export class InviteTokenService implements InviteTokens, Startable {
  readonly #datastore: Datastore
  readonly #environment: Environment
  readonly #log: Logger
  /** By their text. */
  readonly #tokens = new Map<string, InviteToken>()
  #lastWrite: Promise<void> = Promise.resolve()

  constructor ({ datastore, logger }: InviteTokensComponents, environment: Environment) {
    this.#datastore = datastore
    this.#environment = environment
    this.#log = logger.forComponent('libp2p:invitation:tokens')
  }

  /** Takes up what an earlier run has kept, before anybody can call. Where that cannot be read, its links stay shut. */
  async start (): Promise<void> {
    try {
      for await (const { key, value } of this.#datastore.query({ prefix: `${NAMESPACE}/` })) {
        const token = decode(key.name(), value)

        if (token != null) {
          this.#tokens.set(token.token, token)
        }
      }
    } catch (thrown) {
      this.#log.error('could not read the invite tokens - %e', asError(thrown))
    }

    this.#forgetWhatRanOut()
  }

  async stop (): Promise<void> {
    await this.#lastWrite
  }

  async create ({ lifetime = TOKEN_TIME, peers, signal }: InviteTokenOptions = {}): Promise<string> {
    throwIfAborted(signal)

    if (lifetime !== 0 && !isWhole(lifetime, MIN_TOKEN_TIME, MAX_TOKEN_TIME)) {
      throw new InvalidArgumentError(`lifetime must be 0, or ${MIN_TOKEN_TIME} to ${MAX_TOKEN_TIME} whole milliseconds`)
    }

    if (peers !== undefined && !isWhole(peers, 1, MAX_PEERS_OF_TOKEN)) {
      throw new InvalidArgumentError(`peers must be a whole number from 1 to ${MAX_PEERS_OF_TOKEN}`)
    }

    this.#forgetWhatRanOut()

    if (this.#tokens.size >= MAX_TOKENS) {
      throw new RateLimitedError(`${MAX_TOKENS} invite tokens are good already`)
    }

    const token = toString(this.#environment.randomBytes(TOKEN_BYTES), 'base32')
    const until = lifetime === 0 ? undefined : this.#environment.date() + lifetime

    try {
      await this.#keep({ token, until, peers, usedBy: [] }, signal)
    } catch (thrown) {
      this.#tokens.delete(token)

      throw asError(thrown)
    }

    return token
  }

  async revoke (token: string, { signal }: AbortOptions = {}): Promise<void> {
    if (this.#tokens.delete(token)) {
      await this.#write(async () => { await this.#datastore.delete(keyOf(token), optionsOf(signal)) })
    }
  }

  list (): InviteToken[] {
    return [...this.#tokens.values()].filter(token => this.#isGood(token))
  }

  admits (text: string, peer: PeerId): boolean {
    const token = this.#tokens.get(text)

    if (token == null || !this.#isGood(token)) {
      return false
    }

    const name = peer.toString()
    const { peers, usedBy } = token

    if (peers !== undefined && !usedBy.includes(name)) {
      if (usedBy.length >= peers) {
        return false
      }

      this.#keep({ ...token, usedBy: [...usedBy, name] }).catch(this.#onFailedWrite)
    }

    return true
  }

  #isGood ({ until }: InviteToken): boolean {
    return until === undefined || until > this.#environment.date()
  }

  #forgetWhatRanOut (): void {
    for (const token of this.#tokens.values()) {
      if (!this.#isGood(token)) {
        this.revoke(token.token).catch(this.#onFailedWrite)
      }
    }
  }

  /** At once for whoever calls now; resolves when it is so for later runs, too. */
  async #keep (token: InviteToken, signal?: AbortSignal): Promise<void> {
    this.#tokens.set(token.token, token)
    await this.#write(async () => { await this.#datastore.put(keyOf(token.token), encode(token), optionsOf(signal)) })
  }

  /** One after the other: a store need not keep the order of what it is told at once. */
  async #write (work: () => Promise<void>): Promise<void> {
    const written = this.#lastWrite.then(work)

    this.#lastWrite = written.catch(() => {})
    await written
  }

  readonly #onFailedWrite = (thrown: unknown): void => {
    this.#log.error('could not keep what became of an invite token - %e', asError(thrown))
  }
}

const keyOf = (token: string): Key => new Key(`${NAMESPACE}/${token}`)

const optionsOf = (signal: AbortSignal | undefined): AbortOptions => signal == null ? {} : { signal }

const isWhole = (number: unknown, least: number, most: number): boolean => Number.isInteger(number) && Number(number) >= least && Number(number) <= most

const encode = ({ until, peers, usedBy }: InviteToken): Uint8Array => fromString(JSON.stringify({ until, peers, usedBy }))

/** Whatever else is there by such a key is no token. */
function decode (token: string, value: Uint8Array): InviteToken | undefined {
  try {
    const { until, peers, usedBy } = JSON.parse(toString(value))

    return isNumberOrNone(until) && isNumberOrNone(peers) && Array.isArray(usedBy) ? { token, until, peers, usedBy } : undefined
  } catch {
    return undefined
  }
}

const isNumberOrNone = (value: unknown): value is number | undefined => value === undefined || typeof value === 'number'
