import { peerIdFromString } from '@libp2p/peer-id'
import { isPeerId, serviceCapabilities, serviceDependencies } from '@libp2p/interface'
import { GuardedEventTarget } from '../environment/index.ts'
import { InvalidArgumentError, NotFoundError, NotStartedError, RateLimitedError } from '../errors/index.ts'
import { links } from '../link/index.ts'
import { checkChannelId, checkPayload, checkRingTime, checkToken, ID_BYTES, idFromBytes } from '../wire/index.ts'
import { Announcements } from './announcements.ts'
import { newCaller } from './caller-machine.ts'
import { DELIVERY_TIME, FAREWELL_TIME, MAX_DELIVERY_TIME, MAX_TOMBSTONES, MAX_TOMBSTONES_OF_PEER, MIN_DELIVERY_TIME, RING_TIME, SWEEP_TIME } from './constants.ts'
import { Dialogue } from './dialogue.ts'
import { InviteGate } from './invite-gate.ts'
import { LocalInvitationHandle } from './local-invitation-handle.ts'
import { Policy } from './policy.ts'
import { PresenceWatch } from './presence-watch.ts'
import { serviceOf } from './service-of.ts'
import { Tombstones } from './tombstones.ts'
import type { AbortOptions, Logger, PeerId, Startable } from '@libp2p/interface'
import type { Environment, Page, Timer } from '../environment/index.ts'
import type { Link, LinkListener, Links } from '../link/index.ts'
import type { InvitationId, Word } from '../wire/index.ts'
import type { CallerVerb, DialogueContext } from './dialogue.ts'
import type { InvitationComponents, InvitationInit, InvitationPolicy, InvitationService, InvitationServiceEvents, InviteTokenSource, LocalInvitation, LocalInvitationOptions, PolicyName } from './index.ts'
import type { InviteGateContext } from './invite-gate.ts'
import type { CallerVerbs } from './local-invitation-handle.ts'
import type { PolicyContext } from './policy.ts'
import type { RemoteInvitationHandle } from './remote-invitation-handle.ts'

/** Makes the service. (The class stays inside: its declaration could not be written without its symbols' types.) */
export function createInvitationService (components: InvitationComponents, init: InvitationInit, environment: Environment, page: Page | undefined): InvitationService & Startable {
  return new InvitationServer(components, init, environment, page)
}

/** The invitation service: the dialogues with all peers, what bounds them, and the way in and out for users. */
class InvitationServer extends GuardedEventTarget<InvitationServiceEvents> implements InvitationService, Startable, LinkListener, CallerVerbs, DialogueContext, InviteGateContext, PolicyContext {
  readonly [Symbol.toStringTag]: string = 'libp2p-invitation/invitation'
  readonly [serviceCapabilities]: string[] = ['libp2p-invitation/invitation']
  readonly [serviceDependencies]: string[] = ['@libp2p/identify']
  readonly environment: Environment
  readonly tombstones: Tombstones = new Tombstones({ most: MAX_TOMBSTONES, mostOfPeer: MAX_TOMBSTONES_OF_PEER })
  readonly announcements: Announcements
  readonly log: Logger
  readonly gate: InviteGate
  readonly policy: Policy
  readonly presence: PresenceWatch
  readonly #components: InvitationComponents
  readonly #links: Links
  readonly #page: Page | undefined
  readonly #dialogues = new Map<string, Dialogue>()
  #tokens: InviteTokenSource | undefined
  #sweeping: Timer | undefined
  /** From start to stop; aborted as soon as this peer leaves. */
  #run: AbortController | undefined
  /** Called when the last dialogue is finished, while `stop` waits for that. */
  #onQuiet: (() => void) | undefined

  constructor (components: InvitationComponents, init: InvitationInit, environment: Environment, page: Page | undefined) {
    super((thrown, type) => { this.log.error('a listener of %s failed - %e', type, thrown) })
    this.environment = environment
    this.#page = page
    this.#components = components
    this.log = components.logger.forComponent('libp2p:invitation')
    this.#links = links({ listener: this, protocolPrefix: init.protocolPrefix })(components, environment)
    this.announcements = new Announcements(environment, this)
    this.presence = new PresenceWatch(components, peer => { this.#dialogues.get(peer.toString())?.seen() })
    this.policy = new Policy(this)
    this.policy.change(init.policy ?? {})
    this.gate = new InviteGate(this, init)
  }

  isStarted (): boolean {
    return this.#run != null
  }

  async start (): Promise<void> {
    if (this.#run != null) {
      return
    }

    this.#run = new AbortController()
    this.#tokens = serviceOf(() => this.#components.inviteTokens)
    await this.#links.start()
    this.#sweepLater()
    this.presence.start(this.#run.signal)
    // within that event itself: later there is no turn of the event loop any more
    this.#page?.window.addEventListener('pagehide', () => { this.#leaveDialogues() }, { signal: this.#run.signal })
  }

  /** Ends everything that is live, and gives the last words a moment to be heard: connections close in the phase after this one. */
  async beforeStop (): Promise<void> {
    if (this.#run == null) {
      return
    }

    this.#leave(this.#run)

    if (this.#dialogues.size > 0) {
      const { promise, resolve } = Promise.withResolvers<void>()
      const timer = this.environment.startTimer(FAREWELL_TIME, resolve)

      this.#onQuiet = resolve
      await promise
      timer.stop()
      this.#onQuiet = undefined
    }
  }

  async stop (): Promise<void> {
    if (this.#run == null) {
      return
    }

    // again: where nobody called `beforeStop`, as libp2p does, this is the first time
    this.#leave(this.#run)
    this.#run = undefined
    this.#sweeping?.stop()

    for (const dialogue of this.#dialogues.values()) {
      dialogue.giveUp()
    }

    this.#dialogues.clear()
    await this.#links.stop()
  }

  createLocalInvitation (peer: PeerId | string, options: LocalInvitationOptions = {}): LocalInvitationHandle {
    const callee = this.#checkPeer(peer)
    const { content, channelId, token, ringTime = RING_TIME, deliveryTime = DELIVERY_TIME } = options

    if (content !== undefined) {
      checkPayload('content', content)
    }

    if (channelId !== undefined) {
      checkChannelId(channelId)
    }

    if (token !== undefined) {
      checkToken(token)
    }

    checkRingTime(ringTime)

    if (!Number.isInteger(deliveryTime) || deliveryTime < MIN_DELIVERY_TIME || deliveryTime > MAX_DELIVERY_TIME) {
      throw new InvalidArgumentError(`deliveryTime must be ${MIN_DELIVERY_TIME} to ${MAX_DELIVERY_TIME} whole milliseconds`)
    }

    const id: InvitationId = idFromBytes('id', this.environment.randomBytes(ID_BYTES))

    return new LocalInvitationHandle({
      peer: callee,
      id,
      content,
      channelId,
      token,
      deliveryTime,
      state: newCaller(id, ringTime),
      date: this.environment.date(),
      onListenerError: this.onListenerError
    }, this)
  }

  async invite (peer: PeerId | string, { signal, ...options }: LocalInvitationOptions & AbortOptions = {}): Promise<LocalInvitation> {
    const local = this.createLocalInvitation(peer, options)

    await local.send(signal == null ? {} : { signal })

    return local
  }

  get (id: InvitationId): LocalInvitationHandle | RemoteInvitationHandle {
    const found = this.list().find(handle => handle.id === id)

    if (found == null) {
      throw new NotFoundError('no live invitation has that id')
    }

    return found
  }

  list (): Array<LocalInvitationHandle | RemoteInvitationHandle> {
    return [...this.#dialogues.values()].flatMap(({ handles }) => handles).filter(handle => handle.role === 'caller' || handle.current.announced)
  }

  setPolicy (policy: PolicyName | Partial<InvitationPolicy>): void {
    this.policy.change(policy)
  }

  // what the callers' handles ask

  send (handle: LocalInvitationHandle): void {
    if (this.#run == null || this.#run.signal.aborted) {
      throw new NotStartedError('the invitation service is not started')
    }

    if (this.#count(({ liveOut }) => liveOut) >= this.gate.limits.live) {
      throw new RateLimitedError(`${this.gate.limits.live} invitations are live already`)
    }

    this.#dialogueWith(handle.peer).send(handle)
  }

  act (handle: LocalInvitationHandle, input: CallerVerb): void {
    this.#dialogueWith(handle.peer).actAsCaller(handle, input)
  }

  // what the dialogues tell

  finished (dialogue: Dialogue): void {
    this.#dialogues.delete(dialogue.peer.toString())

    if (this.#dialogues.size === 0) {
      this.#onQuiet?.()
    }
  }

  // what the gate and the policy ask

  isGuest (peer: PeerId, token: string | undefined): boolean {
    return token !== undefined && this.#tokens?.admits(token, peer) === true
  }

  liveIn (ofContacts: boolean): number {
    return this.#count(({ peer, liveIn }) => liveIn > 0 && this.gate.isContact(peer) === ofContacts ? liveIn : 0)
  }

  get isLeaving (): boolean {
    return this.#run?.signal.aborted === true
  }

  isBusyWithout (peer: PeerId): boolean {
    const isContact = this.gate.isContact(peer)

    return [...this.#dialogues.values()].some(other => !other.peer.equals(peer) &&
      (other.isOnCall || (other.liveIn > 0 && (!isContact || this.gate.isContact(other.peer)))))
  }

  // what the links tell

  up (link: Link): void {
    this.#dialogues.get(link.peer.toString())?.linkCameUp()
  }

  down (link: Link): void {
    this.#dialogues.get(link.peer.toString())?.linkWentDown()
  }

  heard (link: Link, words: Word[]): void {
    this.#dialogueWith(link.peer).hear(words)
  }

  failed (link: Link, error: Error): void {
    this.log('no link to %p - %e', link.peer, error)

    if (error.name === 'UnsupportedProtocolError') {
      this.#dialogues.get(link.peer.toString())?.unsupported()
    }
  }

  // the rest is this service's own

  /** From now on nothing begins any more, and all that is live ends. */
  #leave (run: AbortController): void {
    run.abort()

    this.#leaveDialogues()
  }

  #leaveDialogues (): void {
    for (const dialogue of this.#dialogues.values()) {
      dialogue.leave()
    }
  }

  #count (of: (dialogue: Dialogue) => number): number {
    return [...this.#dialogues.values()].reduce((sum, dialogue) => sum + of(dialogue), 0)
  }

  #dialogueWith (peer: PeerId): Dialogue {
    const name = peer.toString()
    let dialogue = this.#dialogues.get(name)

    if (dialogue == null) {
      dialogue = new Dialogue(this, this.#links.to(peer))
      this.#dialogues.set(name, dialogue)
    }

    return dialogue
  }

  #checkPeer (peer: PeerId | string): PeerId {
    const callee = isPeerId(peer) ? peer : parsePeerId(peer)

    if (callee.equals(this.#components.peerId)) {
      throw new InvalidArgumentError('a peer does not invite itself')
    }

    return callee
  }

  #sweepLater (): void {
    this.#sweeping = this.environment.startTimer(SWEEP_TIME, () => {
      this.tombstones.sweep(this.environment.now())
      this.gate.sweep()
      this.#sweepLater()
    })
  }
}

function parsePeerId (peer: string): PeerId {
  try {
    return peerIdFromString(peer)
  } catch (err) {
    throw new InvalidArgumentError('not a peer id', { cause: err })
  }
}
