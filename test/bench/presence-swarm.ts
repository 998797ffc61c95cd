import { availableParallelism } from 'node:os'
import { LonePeer } from '../swarm/lone-peer.ts'
import { until } from '../swarm/until.ts'
import { PresenceProcess } from './presence-process.ts'
import type { Measurement, Sighting } from './presence-messages.ts'

interface Peer {
  readonly id: string
  readonly address: string
  readonly process: PresenceProcess
  readonly connectedAt: number
  /** Whom it sees, and since when. */
  readonly sees: Map<string, number>
}

/** How many others a new peer dials. */
const DIALS = 4

/** So many peers join at a time, but never more than there are. */
const WAVE = 5

/** Many peers over websockets on one address, in as many processes as there are processors: one alone has not the time for 200. */
export class PresenceSwarm {
  /** How often somebody was told that a peer is gone that was there. */
  falselyGone = 0
  readonly #processes: PresenceProcess[]
  readonly #peers = new Map<string, Peer>()
  /** What a peer was told before it was known here: it hears of others while it is still dialling. */
  readonly #early = new Map<string, Sighting[]>()
  /** Those that were stopped or cut off, and when they were last seen off a roster. */
  readonly #departed = new Map<string, number>()
  #added = 0

  constructor () {
    this.#processes = Array.from({ length: Math.max(2, availableParallelism()) }, () => new PresenceProcess(sighting => { this.#hear(sighting) }))
  }

  get size (): number {
    return this.#peers.size
  }

  /** Grows to so many peers, and waits until everybody sees everybody. */
  async growTo (size: number): Promise<void> {
    while (this.size < size) {
      await Promise.all(Array.from({ length: Math.min(WAVE, Math.max(1, this.size), size - this.size) }, async () => { await this.#add() }))
      await this.#settled()
    }
  }

  /** One more peer: milliseconds after it had a connection until it saw all others, and until all of them saw it. */
  async newcomer (): Promise<{ seesAll: number, seenByAll: number }> {
    const peer = await this.#add()

    await this.#settled()

    const others = [...this.#peers.values()].filter(other => other !== peer)

    return {
      seesAll: Math.max(...others.map(({ id }) => peer.sees.get(id) ?? NaN)) - peer.connectedAt,
      seenByAll: Math.max(...others.map(({ sees }) => sees.get(peer.id) ?? NaN)) - peer.connectedAt
    }
  }

  /** A peer is stopped: milliseconds until it was on no roster. */
  async goodbye (): Promise<number> {
    const [{ id, process: host }] = sample([...this.#peers.values()], 1) as [Peer]

    this.#peers.delete(id)
    this.#departed.set(id, NaN)

    const { at } = await host.ask('stop', { id })

    return await this.#goneFromAll(id) - at
  }

  /** A peer's process is killed: milliseconds until it was on no roster. */
  async crash (): Promise<number> {
    const peer = await LonePeer.start(this.#addressesToDial())
    const { id } = peer
    const blind = (): number => [...this.#peers.values()].filter(({ sees }) => !sees.has(id)).length

    await until(() => blind() === 0, () => `${blind()} of ${this.size} peers do not see one that has a process of its own`)
    this.#departed.set(id, NaN)

    const at = Date.now()

    await peer.kill()

    return await this.#goneFromAll(id) - at
  }

  async measure (): Promise<Measurement[]> {
    return await Promise.all(this.#processes.map(async host => await host.ask('measure', {})))
  }

  async end (): Promise<void> {
    await Promise.all(this.#processes.map(async host => { await host.end() }))
  }

  async #add (): Promise<Peer> {
    const host = this.#processes[this.#added++ % this.#processes.length]!
    const { id, address, connectedAt } = await host.ask('add', { dial: this.#addressesToDial() })
    const peer: Peer = { id, address, process: host, connectedAt, sees: new Map() }

    this.#peers.set(id, peer)
    this.#early.get(id)?.forEach(sighting => { this.#hear(sighting) })
    this.#early.delete(id)

    return peer
  }

  /** Waits until a peer is on no roster; resolves to when the last one heard of it. */
  async #goneFromAll (id: string): Promise<number> {
    const misled = (): number => [...this.#peers.values()].filter(({ sees }) => sees.has(id)).length

    await until(() => misled() === 0, () => `${misled()} of ${this.size} peers still see one that has gone`)

    return this.#departed.get(id)!
  }

  #addressesToDial (): string[] {
    return sample([...this.#peers.values()], DIALS).map(({ address }) => address)
  }

  /** Waits until everybody sees just all others. */
  async #settled (): Promise<void> {
    const short = (): number => [...this.#peers.values()].filter(({ sees }) => sees.size !== this.size - 1).length

    await until(() => short() === 0, () => `${short()} of ${this.size} peers do not see just all the others`)
  }

  #hear (sighting: Sighting): void {
    const { by, of, reason, at } = sighting
    const peer = this.#peers.get(by)

    if (this.#departed.has(by)) {
      return
    }

    if (peer == null) {
      this.#early.set(by, [...this.#early.get(by) ?? [], sighting])
    } else if (reason == null) {
      peer.sees.set(of, at)
    } else {
      peer.sees.delete(of)

      if (this.#departed.has(of)) {
        this.#departed.set(of, at)
      } else {
        this.falselyGone++
      }
    }
  }
}

function sample<Thing> (things: Thing[], count: number): Thing[] {
  const left = [...things]

  return Array.from({ length: Math.min(count, left.length) }, () => left.splice(Math.floor(Math.random() * left.length), 1)[0]!)
}
