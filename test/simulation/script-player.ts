import { createSwarm, NotRunningError, OutOfTimeError } from '../../src/swarm/index.ts'
import { SimulatedUser } from './simulated-user.ts'
import type { Duration, Swarm, SwarmNode, SwarmPeer } from '../../src/swarm/index.ts'
import type { Fact, History, Trouble } from './history.ts'
import type { Event, Script, Step } from './script.ts'
import type { Stream } from '@libp2p/interface'

/** Milliseconds that nodes have to meet before anything begins. */
const MEETING_TIME = 3_000

/** What the network is like in good weather. */
const GOOD_WEATHER = { latency: '30 ms', jitter: '10 ms' } as const

/** How long everything that is live may take to end in good weather: ringing of 60 s, a confirm, last words of 30 s, and timers that a page held back. */
const END_TIME = '5 min'

/** How long it may take until all that was said is read: until all links stand again (30 s), and 10 s more. */
const TALK_TIME = '41 s'

/** How long peers may take to see in good weather who is there: as long as the longest lifetime of a record. */
const SIGHT_TIME = '10 min'

/** Longer than a signalling stream stays open that nobody uses: 120 s, after last words of 30 s. */
const IDLE_TIME = '3 min'

/**
 * How long things that went wrong are felt when they are over, milliseconds: until a dial that hangs is given up (10 s), the pause behind it is
 * over (10 s), and what is owed was said again; or until a link that was cut has redialled.
 */
const RECOVERY: { readonly [Verb in Exclude<Event['verb'], 'invite' | 'status'>]: number } = {
  crash: 25_000,
  stop: 25_000,
  'close-page': 25_000,
  hide: 5_000,
  skew: 0,
  cut: 5_000,
  'half-open': 25_000,
  stall: 25_000,
  part: 25_000,
  'part-one-way': 25_000,
  fill: 25_000,
  shape: 5_000
}

type NetworkTrouble = Extract<Event, { verb: 'cut' | 'half-open' | 'stall' | 'part' | 'part-one-way' | 'fill' | 'shape' }>

export interface Played {
  readonly history: History
  readonly trace: string
  /** Virtual time that it took, milliseconds. */
  readonly time: number
}

/** Plays a script on a swarm of its own, to the very end, and gives all that was seen. */
export async function play (script: Script): Promise<Played> {
  const unhandled: string[] = []
  const note = (thrown: unknown): void => { unhandled.push(`nobody handled: ${String(thrown)}`) }

  process.on('unhandledRejection', note)

  try {
    return await new ScriptPlayer(script).play(unhandled)
  } finally {
    process.off('unhandledRejection', note)
  }
}

class ScriptPlayer {
  readonly #script: Script
  readonly #facts: Fact[] = []
  readonly #troubles: Trouble[] = []
  readonly #users: ReadonlyMap<string, SimulatedUser>
  readonly #remains: string[] = []
  readonly #names = new Map<string, string>()
  readonly #nodes = new Map<string, SwarmNode>()
  /** Of faults that end by themselves. */
  readonly #timers = new Set<ReturnType<typeof setTimeout>>()
  /** What was begun, and takes its time. */
  readonly #waiting: Array<Promise<void>> = []

  constructor (script: Script) {
    this.#script = script
    this.#users = new Map(script.peers.map(({ name }) => [name, new SimulatedUser(name, this.#facts, peer => this.#names.get(peer) ?? 'a stranger')]))
  }

  async play (unhandled: readonly string[]): Promise<Played> {
    const { peers, relays, seed, connected, glare, busy, steps } = this.#script

    await using swarm: Swarm = await createSwarm({
      peers,
      relays,
      seed,
      connected,
      prepare: (peer) => {
        this.#names.set(peer.peerId.toString(), peer.name)
        peer.invitation.setPolicy({ glare, busy, admit: remote => this.#user(peer.name).admit(remote) })
        this.#user(peer.name).prepare(peer)
      }
    })

    for (const node of Object.values({ ...swarm.peers, ...swarm.relays })) {
      this.#nodes.set(node.name, node)
    }

    await swarm.advance(MEETING_TIME)

    const start = swarm.now

    for (const step of steps) {
      await swarm.advance(start + step.at - swarm.now)
      this.#perform(swarm, step)
    }

    const calmFrom = await this.#calm(swarm)

    await this.#finish(swarm)

    return {
      history: {
        facts: this.#facts,
        calmFrom,
        troubles: this.#troubles,
        isConnected: connected,
        wasHidden: steps.some(({ verb }) => verb === 'hide'),
        remains: [...this.#remains, ...unhandled]
      },
      trace: swarm.trace,
      time: swarm.now
    }
  }

  #perform (swarm: Swarm, step: Step): void {
    if (step.verb !== 'invite' && step.verb !== 'status') {
      const from = performance.now()

      this.#troubles.push({ from, until: from + ('lasts' in step ? step.lasts : 0) + RECOVERY[step.verb] })
    }

    switch (step.verb) {
      case 'invite':
        this.#user(step.caller).invite(swarm.peers[step.callee]!, step)
        break
      case 'status':
        if (swarm.peers[step.peer]!.isRunning) {
          swarm.peers[step.peer]!.presence.setStatus(step.status)
        }
        break
      case 'hide':
        swarm.peers[step.peer]!.hide()
        this.#later(step.lasts, () => { swarm.peers[step.peer]!.show() })
        break
      case 'skew':
        swarm.peers[step.peer]!.skew(step.by)
        break
      case 'crash':
      case 'stop':
      case 'close-page':
        this.#end(swarm, step)
        break
      default:
        this.#harm(swarm, step)
    }
  }

  /** What is wrong with the network. */
  #harm ({ network }: Swarm, step: NetworkTrouble): void {
    if (step.verb === 'fill') {
      const node = this.#node(step.node)

      network.fill(node)
      this.#later(step.lasts, () => { network.heal(node) })

      return
    }

    const one = this.#node(step.one)
    const other = step.other == null ? undefined : this.#node(step.other)

    switch (step.verb) {
      case 'cut':
        network.cut(one, other)
        break
      case 'half-open':
        network.halfOpen(one, other)
        break
      case 'stall':
        network.stall(one, other)
        this.#later(step.lasts, () => { network.heal(one, other) })
        break
      case 'part':
      case 'part-one-way':
        network.partition(one, other, { oneWay: step.verb === 'part-one-way' })
        this.#later(step.lasts, () => { network.heal(one, other) })
        break
      case 'shape':
        network.shape(step.way, one, other)
        this.#later(step.lasts, () => { network.shape(GOOD_WEATHER, one, other) })
    }
  }

  /** A node ends in one of three ways, and is started again later. */
  #end (swarm: Swarm, { verb, node: name, lasts, memory }: Extract<Event, { verb: 'crash' | 'stop' | 'close-page' }>): void {
    const node = this.#node(name)
    const page = swarm.peers[name]
    const user = this.#users.get(name)
    const run = user?.run
    const over = (): void => { user?.over(run) }

    if (!node.isRunning) {
      return
    }

    if (verb === 'stop') {
      this.#wait(node.stop().then(over))
    } else if (verb === 'close-page' && page != null) {
      this.#wait(page.closePage().then(over))
    } else {
      node.crash()
      over()
    }

    this.#later(lasts, () => { this.#restart(node, memory) })
  }

  #restart (node: SwarmNode, memory: boolean): void {
    if (!node.isRunning) {
      // one that crashed again before it had started was not to start
      this.#wait(node.restart({ memory }).catch((thrown: unknown) => {
        if (!(thrown instanceof NotRunningError)) {
          throw thrown
        }
      }))
    }
  }

  /** Nothing is wrong any more, and all run. */
  async #calm (swarm: Swarm): Promise<number> {
    for (const timer of this.#timers) {
      clearTimeout(timer)
    }

    swarm.network.heal()
    swarm.network.shape(GOOD_WEATHER)

    for (const peer of Object.values(swarm.peers)) {
      peer.show()
    }

    await swarm.run(Promise.all(this.#waiting))

    for (const node of this.#nodes.values()) {
      this.#restart(node, true)
    }

    await swarm.run(Promise.all(this.#waiting))

    return performance.now()
  }

  /** Lets everything end that lives, and writes down what does not, or is left behind. */
  async #finish (swarm: Swarm): Promise<void> {
    const peers = Object.values(swarm.peers)
    await this.#expect(swarm, END_TIME, () => remaining(peers, peer => peer.invitation.list().filter(({ end }) => end == null).map(({ id, state }) => `${id} is ${state}`)))

    // of a session that nobody ended, what is owed is said
    await swarm.advance(TALK_TIME)

    for (const user of this.#users.values()) {
      user.endAll()
    }

    await this.#expect(swarm, END_TIME, () => remaining(peers, peer => peer.invitation.list().map(({ id, state, session }) => `${id} is ${state}${session?.isOpen === true ? ', its session open' : ''}`)))

    if (this.#script.connected) {
      await this.#expect(swarm, SIGHT_TIME, () => remaining(peers, peer => peers.filter(other => other !== peer).flatMap((other) => {
        const seen = peer.presence.get(other.peerId)?.status

        return seen === other.presence.status ? [] : [`sees ${other.name} ${seen ?? 'nowhere'}, not ${other.presence.status}`]
      })))
    }

    if (this.#script.idles) {
      await this.#expect(swarm, IDLE_TIME, () => remaining(peers, peer => signallingStreams(peer).map(({ id }) => `stream ${id} is open, and nobody uses it`)))
    }
  }

  /** Lets time pass until nothing remains, and writes down what does. */
  async #expect (swarm: Swarm, within: Duration, left: () => string[]): Promise<void> {
    try {
      await swarm.until(() => left().length === 0, { within })
    } catch (thrown) {
      if (!(thrown instanceof OutOfTimeError)) {
        throw thrown
      }

      this.#remains.push(...left().map(what => `after ${within}, ${what}`))
    }
  }

  #node (name: string): SwarmNode {
    return this.#nodes.get(name)!
  }

  #user (name: string): SimulatedUser {
    return this.#users.get(name)!
  }

  #later (ms: number, act: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      act()
    }, ms)

    this.#timers.add(timer)
  }

  #wait (work: Promise<void>): void {
    this.#waiting.push(work)
  }
}

/** What remains at each of the peers. */
function remaining (peers: readonly SwarmPeer[], of: (peer: SwarmPeer) => string[]): string[] {
  return peers.flatMap(peer => of(peer).map(what => `${peer.name}: ${what}`))
}

function signallingStreams ({ libp2p }: SwarmPeer): Stream[] {
  return libp2p.getConnections().flatMap(({ streams }) => streams).filter(({ protocol }) => protocol.endsWith('/invitation/1.0.0'))
}
