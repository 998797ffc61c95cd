import { Chance } from './chance.ts'
import { Link } from './link.ts'
import { ModelPeer } from './model-peer.ts'
import { VirtualTime } from './virtual-time.ts'
import type { PeerId } from '@libp2p/interface'
import type { CheckedRecord, Mark, Question } from '../../../src/presence/roster/index.ts'
import type { Nature } from './model-peer.ts'
import type { Observations } from './observations.ts'

/** What goes over gossip. */
export type GossipMessage =
  | { readonly kind: 'record', readonly record: CheckedRecord }
  | { readonly kind: 'suspicion', readonly mark: Mark, readonly author: PeerId }

/** What things cost whoever receives them, bytes. */
export interface Costs {
  /** A record by gossip, copies and gossip's own messages included. */
  readonly record: number
  /** A suspicion by gossip. */
  readonly suspicion: number
  /** A signed record by itself, as in the page of a roster. */
  readonly recordBytes: number
}

export interface NetworkInit {
  readonly seed: number
  readonly costs: Costs
  /** Bytes a second and peer. */
  readonly budget: number
  /** The share of messages that a peer misses. */
  readonly loss?: number
  /** So many links each peer has at most by the doing of others; 12 unless said otherwise. */
  readonly maxLinks?: number
  /** Whether two peers may have a link: the shape of the network. Everybody with everybody unless said otherwise. */
  readonly canLink?: (one: ModelPeer, other: ModelPeer) => boolean
}

/** So many links a peer wants, and so many others may make it have. */
const MIN_LINKS = 5
const MAX_LINKS = 12

/** Bytes of a question, and of an answer without its lines. */
const QUESTION_BYTES = 150

/** So many pages without news are read, one after the other, before no more are asked for. */
const PAGES_WITHOUT_NEWS = 3

/** How long an unanswered question or dial takes to fail, milliseconds. */
const PATIENCE = 5_000

/**
 * The network of the simulation: links between peers, gossip that floods along them hop by hop, dials, questions, and
 * every way in which a link can die. Who is at the other end notices that at once, or by a ping that is not answered.
 */
export class ModelNetwork {
  readonly time: VirtualTime = new VirtualTime()
  readonly chance: Chance
  readonly costs: Costs
  readonly budget: number
  readonly peers: ModelPeer[] = []
  observations: Observations | undefined
  /** Whether a cut runs between two peers at present. */
  isSplit: (one: ModelPeer, other: ModelPeer) => boolean = () => false
  loss: number
  readonly #maxLinks: number
  readonly #canLink: (one: ModelPeer, other: ModelPeer) => boolean
  readonly #byId = new Map<string, ModelPeer>()
  readonly #seeking = new Set<ModelPeer>()

  constructor ({ seed, costs, budget, loss = 0, maxLinks = MAX_LINKS, canLink = () => true }: NetworkInit) {
    this.chance = new Chance(seed)
    this.costs = costs
    this.budget = budget
    this.loss = loss
    this.#maxLinks = maxLinks
    this.#canLink = canLink
  }

  add (nature: Nature = {}): ModelPeer {
    const peer = new ModelPeer(this, this.peers.length + 1, nature)

    this.peers.push(peer)
    this.#byId.set(peer.id.toString(), peer)

    return peer
  }

  peer (id: PeerId): ModelPeer | undefined {
    return this.#byId.get(id.toString())
  }

  get running (): ModelPeer[] {
    return this.peers.filter(peer => peer.isRunning)
  }

  /** Starts a peer, which then looks for links. */
  start (peer: ModelPeer): void {
    peer.start()
    this.#seek(peer)
  }

  leave (peer: ModelPeer): void {
    this.observations?.left(peer)
    peer.leave()
    this.#hangUp(peer, () => this.chance.between(200, 300))
  }

  /** @param isSilent - the power fails; otherwise its system closes its connections */
  crash (peer: ModelPeer, isSilent: boolean = false): void {
    this.observations?.crashed(peer, isSilent)
    peer.crash()
    this.#hangUp(peer, () => isSilent ? this.#pingTime() : this.chance.between(20, 100))
  }

  sleep (peer: ModelPeer, ms: number): void {
    peer.sleep()
    this.#leaveHanging(peer)
    this.time.after(ms, () => {
      if (peer.isRunning) {
        peer.wake()
        this.#resume(peer)
        this.#noticeDead(peer, 0.3)
      }
    })
  }

  /** @param isMoved - its connections do not come back, and it knows that soon; otherwise they last if nobody gives up */
  cutOff (peer: ModelPeer, ms: number, isMoved: boolean): void {
    peer.cutOff()
    this.#leaveHanging(peer)

    if (isMoved) {
      for (const link of peer.links) {
        link.isBroken = true
        this.time.after(this.chance.between(50, 1_000), () => { this.#drop(peer, link) })
      }
    }

    this.time.after(ms, () => {
      if (peer.isCutOff) {
        peer.reconnect()
        this.#resume(peer)
        this.#noticeDead(peer, 0.5)
        this.#seek(peer)
      }
    })
  }

  /** Both ends notice at once. */
  break (link: Link): void {
    link.isBroken = true

    for (const end of link.ends) {
      this.#drop(end, link)
    }
  }

  /** Cuts the network in two, or heals it; the links between the two die. */
  split (isSplit: (one: ModelPeer, other: ModelPeer) => boolean): void {
    this.isSplit = isSplit

    for (const peer of this.peers) {
      for (const link of peer.links) {
        const isCut = isSplit(...link.ends)

        if (isCut && !link.isCut) {
          for (const end of link.ends) {
            this.#noticeIfDead(end, link, this.#pingTime())
          }
        }

        link.isCut = isCut
      }
    }
  }

  connect (one: ModelPeer, other: ModelPeer): void {
    const link = new Link(one, other, this.time.now)

    for (const end of link.ends) {
      const peer = link.from(end)

      if (end.links.length === 0) {
        end.linkedSince = this.time.now
      }

      end.links.push(link)

      if (!end.hasMet) {
        end.hasMet = true
        this.observations?.joined(end)
      }

      end.act(at => {
        end.membership.reached(peer.id)
        end.membership.neighbours(end.links.length, at.now)
      })
    }
  }

  gossip (from: ModelPeer, message: GossipMessage): void {
    this.#flood(message, [from], new Set([from]))
  }

  /** Dials a peer that was lost, and keeps the connection. */
  probe (from: ModelPeer, id: PeerId): void {
    const peer = this.peer(id)

    if (peer != null && this.#canReach(from, peer) && peer.nature.isDialable !== false) {
      this.time.after(this.chance.between(50, 400), () => {
        if (!this.#canReach(from, peer)) {
          this.#failProbe(from, id)
        } else if (from.links.some(link => link.from(from) === peer)) {
          from.act(() => { from.membership.reached(id) })
        } else {
          this.connect(from, peer)
        }
      })
    } else {
      // a closed port answers, an empty address does not
      this.time.after(this.chance.happens(0.5) ? this.chance.between(50, 400) : PATIENCE, () => { this.#failProbe(from, id) })
    }
  }

  /** Asks any neighbour, page by page, for as long as the pages bring news. */
  ask (from: ModelPeer, question: Question): void {
    const link = this.chance.pick(from.links)
    const neighbour = link?.from(from)
    const digest = from.membership.roster.digestWith(from.id, from.epoch)

    const askForPage = (pagesWithoutNews: number, before?: bigint): void => {
      this.time.after(this.#trip(), () => {
        if (link?.isLive !== true || neighbour == null) {
          // a connection that is closed fails what waits for it
          this.time.after(link?.isBroken === false ? PATIENCE : 100, () => { from.act(({ now }) => { from.membership.unanswered(question, now) }) })

          return
        }

        neighbour.received.pages += QUESTION_BYTES

        const page = neighbour.answer(question === 'comparison' ? digest : undefined, before)

        this.time.after(this.#trip(), () => {
          from.act(at => {
            from.received.pages += QUESTION_BYTES + page.bytes

            const without = from.take(page.lines, at) ? 0 : pagesWithoutNews + 1

            if (page.next == null || without >= PAGES_WITHOUT_NEWS) {
              from.membership.answered(question, at.now)
            } else {
              askForPage(without, page.next)
            }
          })
        })
      })
    }

    askForPage(0)
  }

  #trip (): number {
    return this.chance.between(20, 150)
  }

  #flood (message: GossipMessage, frontier: readonly ModelPeer[], seen: Set<ModelPeer>): void {
    const next: ModelPeer[] = []
    const { now } = this.time

    for (const peer of frontier) {
      for (const link of peer.links) {
        const other = link.from(peer)

        if (seen.has(other)) {
          continue
        }

        if (link.carries(now)) {
          seen.add(other)
          next.push(other)
        } else if (link.keeps(now)) {
          this.#keepOn(link, other, message, seen)
        }
      }
    }

    if (next.length > 0) {
      this.time.after(this.chance.between(10, 80), () => { this.#arrive(message, next, seen) })
    }
  }

  #arrive (message: GossipMessage, peers: readonly ModelPeer[], seen: Set<ModelPeer>): void {
    for (const peer of peers) {
      if (!peer.isUp) {
        this.#keep(peer, message, seen)
      }
    }

    // a message that one peer misses reaches those behind it on other ways
    this.#flood(message, peers.filter(peer => peer.isUp && ((this.loss > 0 && this.chance.happens(this.loss)) || peer.receive(message))), seen)
  }

  /** What was on its way when a peer went is sent again if it is back before somebody gives up. */
  #keep (peer: ModelPeer, message: GossipMessage, seen: Set<ModelPeer>): void {
    seen.delete(peer)

    for (const link of peer.links) {
      this.#keepOn(link, peer, message, seen)
    }
  }

  #keepOn (link: Link, peer: ModelPeer, message: GossipMessage, seen: Set<ModelPeer>): void {
    link.kept.push(() => {
      if (!seen.has(peer)) {
        seen.add(peer)
        this.#arrive(message, [peer], seen)
      }
    })
  }

  /** Of links that lasted, what was sent meanwhile arrives now: as TCP does it, not at once. */
  #resume (peer: ModelPeer): void {
    for (const link of peer.links) {
      this.time.after(this.chance.between(50, 3_000), () => {
        if (link.isLive) {
          for (const arrive of link.kept.splice(0)) {
            arrive()
          }
        }
      })
    }
  }

  #canReach (one: ModelPeer, other: ModelPeer): boolean {
    return one.isUp && other.isUp && !this.isSplit(one, other)
  }

  #failProbe (from: ModelPeer, id: PeerId): void {
    from.act(({ now }) => {
      if (!from.links.some(link => link.from(from).id.equals(id))) {
        from.membership.unreachable(id, from.links.length > 0, now)
      }
    })
  }

  /** Looks for links, one after the other, until it has enough. */
  #seek (peer: ModelPeer): void {
    if (this.#seeking.has(peer)) {
      return
    }

    this.#seeking.add(peer)
    this.time.after(this.chance.between(50, 1_500), () => {
      this.#seeking.delete(peer)

      if (!peer.isRunning || peer.links.length >= MIN_LINKS) {
        return
      }

      const linked = new Set(peer.links.map(link => link.from(peer)))
      const other = this.chance.pick(this.peers.filter(one => one !== peer && one.nature.isDialable !== false && one.links.length < this.#maxLinks &&
        !linked.has(one) && this.#canLink(peer, one) && this.#canReach(peer, one)))

      if (other != null) {
        this.connect(peer, other)
      }

      this.#seek(peer)
    })
  }

  /** The peer is no longer there: the other end of each of its links notices after a while. */
  #hangUp (peer: ModelPeer, delay: () => number): void {
    for (const link of peer.links.splice(0)) {
      const other = link.from(peer)

      link.isBroken = true
      this.time.after(delay(), () => { this.#drop(other, link) })
    }
  }

  /** The peer does not answer pings: the other end of each link gives it up, unless it is back by then. */
  #leaveHanging (peer: ModelPeer): void {
    for (const link of peer.links) {
      this.#noticeIfDead(link.from(peer), link, this.#pingTime())
    }
  }

  /** The peer is back: of each link that the other end gave up it learns from that end, or by a ping that is not answered. */
  #noticeDead (peer: ModelPeer, shareByPing: number): void {
    for (const link of peer.links) {
      this.#noticeIfDead(peer, link, this.chance.happens(shareByPing) ? this.#pingTime() : this.chance.between(50, 500))
    }
  }

  #noticeIfDead (end: ModelPeer, link: Link, ms: number): void {
    this.time.after(ms, () => {
      if (!link.isLive) {
        this.#drop(end, link)
      }
    })
  }

  /** Time until a ping was due and not answered. */
  #pingTime (): number {
    return this.chance.between(5_000, 20_000)
  }

  /** One end gives a link up. The other end is told, if it can be. */
  #drop (end: ModelPeer, link: Link): void {
    // who sleeps drops nothing; what it believes in then it finds out when it is awake
    if (!end.isRunning || end.isAsleep || !end.links.includes(link)) {
      return
    }

    const other = link.from(end)

    end.links.splice(end.links.indexOf(link), 1)
    link.isBroken = true

    if (end.links.length === 0) {
      end.linkedSince = Infinity
    }

    end.act(({ now }) => {
      if (end.links.length === 0) {
        end.membership.offline()
      } else if (!end.links.some(one => one.from(end) === other)) {
        end.membership.lost(other.id, now)
      }

      end.membership.neighbours(end.links.length, now)
    })
    this.#seek(end)

    if (other.links.includes(link)) {
      this.time.after(this.#canReach(end, other) ? 50 : this.#pingTime(), () => { this.#drop(other, link) })
    }
  }
}
