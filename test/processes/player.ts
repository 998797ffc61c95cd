import { InvitationError } from 'libp2p-invitation'
import { setTimeout as sleep } from 'node:timers/promises'
import type { InvitationService, LocalInvitation, LocalInvitationOptions, Outcome, Payload, RefusalReason, RemoteInvitation, Session } from 'libp2p-invitation'
import { Chance } from './chance.ts'
import type { Part, Sighting } from './messages.ts'

/** The errors that a verb may well meet when the other side, or the network, is faster. */
const EXPECTED = new Set(['AlreadyEndedError', 'AlreadyAcceptedError', 'AbortError', 'SessionEndedError'])

const REASONS: readonly RefusalReason[] = ['declined', 'busy', 'do-not-disturb', 'no-answer', 'unavailable', 'not-allowed']

/** A user who does anything at any moment: draws lots about every invitation, out and in, and says what came of it. */
export class Player {
  readonly #service: InvitationService
  readonly #chance: Chance
  /** Milliseconds of the library's time that pass in one. */
  readonly #pace: number
  readonly #tell: (sighting: Sighting) => void
  #pendingVerbs = 0
  readonly #handles = new Set<WeakRef<LocalInvitation | RemoteInvitation>>()
  /** Forgets what nobody refers to any more: what this user keeps must not grow while others measure the heap. */
  readonly #collected = new FinalizationRegistry<WeakRef<LocalInvitation | RemoteInvitation>>(handle => { this.#handles.delete(handle) })
  #longestRing: number | undefined
  #isTalking = false

  constructor (service: InvitationService, seed: number, pace: number, tell: (sighting: Sighting) => void) {
    this.#service = service
    this.#chance = new Chance(seed)
    this.#pace = pace
    this.#tell = tell

    service.addEventListener('invitation:state', ({ detail: { invitation, ...change } }) => { tell({ ...named(invitation), saw: 'state', change }) })
    service.addEventListener('invitation:missed', ({ detail: { invitation } }) => { tell({ ...named(invitation), saw: 'missed' }) })
    service.addEventListener('session:ended', ({ detail: { session: { id, role }, end: { reason, originator } } }) => { tell({ id, role, saw: 'session-end', end: { reason, originator } }) })
    service.addEventListener('session:opened', ({ detail }) => {
      if (this.#isTalking) {
        void this.#listen(detail)
        void this.#talk(detail)
      }
    })
    service.addEventListener('invitation:received', ({ detail }) => {
      this.#keep(detail)
      void this.#answer(detail)
    })
  }

  get pendingVerbs (): number {
    return this.#pendingVerbs
  }

  /** How many handles are still referred to, by the library for example. */
  get handles (): number {
    return [...this.#handles].filter(handle => handle.deref() != null).length
  }

  /** Sends so many invitations, each to one of these peers; done when every one has ended. */
  async play (peers: readonly string[], { count, inFlight, glare, longestRing, talk = false }: Part): Promise<void> {
    let left = count

    this.#longestRing = longestRing
    this.#isTalking = talk
    this.#service.setPolicy({ glare })

    await Promise.all(Array.from({ length: inFlight }, async () => {
      while (left > 0) {
        left--
        await this.#invite(peers[this.#chance.between(0, peers.length - 1)]!)
        await this.#pause(0, 300)
      }
    }))
  }

  /** Invites that peer, and takes it back as soon as it was delivered. Resolves to whether it was; one that gave way to the peer's own has got there, too. */
  async ring (peer: string): Promise<boolean> {
    const local = this.#service.createLocalInvitation(peer)

    this.#keep(local)

    const delivered = new Promise<boolean>(resolve => { local.addEventListener('delivered', () => { resolve(true) }) })

    await this.#try(local, async () => { await local.send() })

    const isDelivered = await Promise.race([delivered, local.outcome.then(({ reason }) => reason === 'glare')])

    void this.#try(local, async () => { await local.cancel() })

    return isDelivered
  }

  async endSessions (): Promise<void> {
    await Promise.all(this.#service.list().map(async invitation => {
      if (invitation.session?.isOpen === true) {
        await this.#try(invitation, async () => { await invitation.session?.end() })
      }
    }))
  }

  async #invite (peer: string): Promise<void> {
    const plan = this.#chance.pick({ wait: 58, cancel: 20, 'cancel at once': 6, 'cancel when it rings': 8, 'cancel unsent': 2, 'give up sending': 6 })
    const local = this.#service.createLocalInvitation(peer, this.#inviteOptions(plan === 'cancel'))
    const cancel = async (): Promise<void> => { await local.cancel() }

    this.#keep(local)

    if (plan === 'cancel unsent') {
      await this.#try(local, cancel)
      return
    }

    if (plan === 'cancel when it rings') {
      local.addEventListener('ringing', () => { void this.#try(local, cancel) })
    }

    if (this.#chance.next() < 0.4) {
      local.addEventListener('accepted', () => { void this.#hangUp(local) })
    }

    const signal = plan === 'give up sending' ? AbortSignal.timeout(this.#chance.between(0, 300)) : undefined
    const sent = this.#try(local, async () => { await local.send(signal == null ? {} : { signal }) })

    if (plan === 'cancel at once') {
      await this.#try(local, cancel)
    } else if (plan === 'cancel') {
      await this.#pause(0, 3_000)
      await this.#try(local, cancel)
    }

    await sent
    await local.outcome
  }

  #inviteOptions (canRingForEver: boolean): LocalInvitationOptions {
    return {
      ...(this.#chance.next() < 0.7 && { content: this.#payload() }),
      ...(this.#chance.next() < 0.3 && { channelId: `room-${this.#chance.between(1, 9)}` }),
      ringTime: canRingForEver && this.#chance.next() < 0.2 ? 0 : this.#chance.between(1_000, this.#longestRing ?? (this.#chance.next() < 0.9 ? 6_000 : 40_000)),
      deliveryTime: this.#chance.between(1_000, 10_000)
    }
  }

  async #answer (remote: RemoteInvitation): Promise<void> {
    const plan = this.#chance.pick({ accept: 28, 'accept later': 26, refuse: 10, 'refuse later': 10, ignore: 8, 'ignore, then accept': 3, nothing: 8, 'accept and hang up': 4, 'accept and refuse': 3 })
    const accept = async (): Promise<void> => { await remote.accept(this.#chance.next() < 0.5 ? {} : { response: this.#payload() }) }
    const refuse = async (): Promise<void> => { await remote.refuse({ reason: REASONS[this.#chance.between(0, REASONS.length - 1)] ?? 'declined' }) }
    const accepted = plan.startsWith('accept') && this.#chance.next() < 0.3

    if (accepted) {
      remote.addEventListener('accepted', () => { void this.#hangUp(remote) })
    }

    if (plan.endsWith('later')) {
      await this.#pause(0, 3_000)
    }

    switch (plan) {
      case 'accept':
      case 'accept later':
        return await this.#try(remote, accept)
      case 'refuse':
      case 'refuse later':
        return await this.#try(remote, refuse)
      case 'ignore':
        return await this.#try(remote, async () => { remote.ignore() })
      case 'ignore, then accept':
        await this.#try(remote, async () => { remote.ignore() })
        await this.#pause(0, 1_000)
        return await this.#try(remote, accept)
      case 'accept and hang up':
        return await this.#try(remote, async () => { await (await remote.accept()).end() })
      case 'accept and refuse':
        await Promise.all([this.#try(remote, accept), this.#try(remote, refuse)])
        return
      case 'nothing':
    }
  }

  async #hangUp (invitation: LocalInvitation | RemoteInvitation): Promise<void> {
    if (this.#chance.next() < 0.8) {
      await this.#pause(0, 3_000)
    }

    await this.#try(invitation, async () => { await invitation.session?.end() })
  }

  /** Says a few numbers, from 0 up. */
  async #talk (session: Session): Promise<void> {
    const count = this.#chance.between(0, 4)

    for (let number = 0; number < count; number++) {
      await this.#try(session, async () => { await session.send(String(number)) })
    }
  }

  /** Hears what the other side's `#talk` says, each number once and in order. */
  async #listen (session: Session): Promise<void> {
    let next = 0

    for await (const { data } of session) {
      if (data !== String(next++)) {
        this.#tell({ ...named(session), saw: 'fault', error: `message ${next - 1} is ${String(data)}` })
      }
    }
  }

  /** Calls a verb. What it may throw is part of the play; anything else is told. */
  async #try (invitation: Pick<Sighting, 'id' | 'role'>, verb: () => Promise<void>): Promise<void> {
    this.#pendingVerbs++

    try {
      await verb()
    } catch (thrown) {
      if (!(thrown instanceof InvitationError) || !EXPECTED.has(thrown.name)) {
        this.#tell({ ...named(invitation), saw: 'fault', error: String(thrown instanceof Error ? thrown.stack : thrown) })
      }
    } finally {
      this.#pendingVerbs--
    }
  }

  #keep (invitation: LocalInvitation | RemoteInvitation): void {
    const handle = new WeakRef(invitation)

    this.#handles.add(handle)
    this.#collected.register(invitation, handle)
    void this.#tellOutcome(named(invitation), invitation.outcome)
  }

  /** (Holds on to nothing but the promise, so that the handle can go.) */
  async #tellOutcome (name: Pick<Sighting, 'id' | 'role'>, outcome: Promise<Outcome>): Promise<void> {
    const { at: _at, response, text: _text, session: _session, ...end } = await outcome

    this.#tell({ ...name, saw: 'outcome', end, ...(response != null && { response }) })
  }

  #payload (): Payload {
    const length = this.#chance.next() < 0.9 ? this.#chance.between(0, 200) : this.#chance.between(200, 8_192)

    return this.#chance.next() < 0.5 ? this.#chance.bytes(length) : 'x'.repeat(length)
  }

  /** So many milliseconds of the library's time. */
  async #pause (least: number, most: number): Promise<void> {
    await sleep(this.#chance.between(least, most) / this.#pace)
  }
}

const named = ({ id, role }: Pick<Sighting, 'id' | 'role'>): Pick<Sighting, 'id' | 'role'> => ({ id, role })
