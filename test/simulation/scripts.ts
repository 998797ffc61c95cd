import * as fc from 'fast-check'
import type { Event, Plan, Script, Step } from './script.ts'

const PEERS = ['ada', 'ben', 'cleo', 'dora', 'emil', 'fay', 'gus', 'hana'] as const
const RELAYS = ['rita', 'rolf'] as const

export const MOST_PEERS: number = PEERS.length

export interface ScriptBounds {
  /** Peers, 2 to 8. */
  readonly peers: number
  /** The most invitations in one script; about half as many on average. */
  readonly invitations: number
}

/** Milliseconds in which everything begins; what began then is followed to its end. */
const LENGTH = 30_000

/** Milliseconds that a clock may be off: two that differ by more than 300 s are strangers to each other, which is documented. */
const CLOCK_ERROR = 140_000

/** Chance's hold on nodes: whatever it draws becomes one of those that there are, so that fewer nodes are a smaller script. */
interface Cast {
  readonly peers: readonly string[]
  readonly nodes: readonly string[]
}

type Casting<T> = (cast: Cast) => T

const at = fc.integer({ min: 0, max: LENGTH })
const index = fc.nat(1_000)
const someone = index.map(drawn => ({ peers }: Cast) => peers[drawn % peers.length]!)
const anyNode = index.map(drawn => ({ nodes }: Cast) => nodes[drawn % nodes.length]!)

/** Two that differ. */
const pair = fc.tuple(index, index).map(([one, apart]) => ({ peers }: Cast): readonly [string, string] => {
  const first = one % peers.length

  return [peers[first]!, peers[(first + 1 + apart % (peers.length - 1)) % peers.length]!]
})

/** A way between two nodes, or those of one with all others. */
const way = fc.tuple(index, fc.option(index)).map(([one, apart]) => ({ nodes }: Cast) => {
  const first = one % nodes.length

  return { one: nodes[first]!, other: apart == null ? null : nodes[(first + 1 + apart % (nodes.length - 1)) % nodes.length]! }
})

/** Short faults are over before anything has noticed, long ones outlast every limit. */
const lasts = fc.oneof(fc.integer({ min: 1, max: 2_000 }), fc.integer({ min: 2_000, max: 20_000 }), fc.integer({ min: 20_000, max: 80_000 }))

const plan: fc.Arbitrary<Plan> = fc.record({
  answer: fc.oneof(
    { weight: 5, arbitrary: fc.constant('accept') },
    { weight: 3, arbitrary: fc.constantFrom('refuse', 'ignore', 'nothing', 'accept-and-refuse', 'policy-ignore', 'policy-refuse') }
  ),
  after: fc.oneof(fc.integer({ min: 0, max: 200 }), fc.integer({ min: 0, max: 5_000 }), fc.integer({ min: 0, max: 20_000 })),
  messages: fc.nat(20),
  hangsUp: fc.constantFrom('caller', 'callee', 'both', 'nobody'),
  talks: fc.oneof(fc.integer({ min: 0, max: 200 }), fc.integer({ min: 0, max: 10_000 }))
})

const invitation = fc.record({
  plan,
  ringTime: fc.oneof({ weight: 1, arbitrary: fc.constant(60_000) }, { weight: 9, arbitrary: fc.integer({ min: 1_000, max: 20_000 }) }),
  deliveryTime: fc.oneof({ weight: 1, arbitrary: fc.constant(30_000) }, { weight: 9, arbitrary: fc.integer({ min: 1_000, max: 10_000 }) }),
  cancelAfter: fc.option(fc.oneof(fc.integer({ min: 0, max: 200 }), fc.integer({ min: 0, max: 10_000 })), { freq: 3 })
})

const invite = fc.tuple(at, pair, invitation).map(([moment, two, rest]) => (cast: Cast): Step[] => {
  const [caller, callee] = two(cast)

  return [{ at: moment, verb: 'invite', caller, callee, ...rest }]
})

/** Two that invite each other at almost the same time. */
const glare = fc.tuple(at, fc.integer({ min: 0, max: 150 }), pair, invitation, invitation).map(([moment, apart, two, one, other]) => (cast: Cast): Step[] => {
  const [caller, callee] = two(cast)

  return [
    { at: moment, verb: 'invite', caller, callee, ...one },
    { at: moment + apart, verb: 'invite', caller: callee, callee: caller, ...other }
  ]
})

const event: fc.Arbitrary<Casting<Event>> = fc.oneof(
  fc.tuple(someone, fc.constantFrom('online', 'away', 'busy', 'do-not-disturb')).map(([peer, status]) => (cast: Cast): Event => ({ verb: 'status', peer: peer(cast), status })),
  fc.tuple(fc.constantFrom('crash', 'stop', 'close-page'), anyNode, lasts, fc.boolean()).map(([verb, node, time, memory]) => (cast: Cast): Event => ({ verb, node: node(cast), lasts: time, memory })),
  fc.tuple(someone, lasts).map(([peer, time]) => (cast: Cast): Event => ({ verb: 'hide', peer: peer(cast), lasts: time })),
  fc.tuple(someone, fc.integer({ min: -CLOCK_ERROR, max: CLOCK_ERROR })).map(([peer, by]) => (cast: Cast): Event => ({ verb: 'skew', peer: peer(cast), by })),
  fc.tuple(fc.constantFrom('cut', 'half-open'), way).map(([verb, between]) => (cast: Cast): Event => ({ verb, ...between(cast) })),
  fc.tuple(fc.constantFrom('stall', 'part', 'part-one-way'), way, lasts).map(([verb, between, time]) => (cast: Cast): Event => ({ verb, ...between(cast), lasts: time })),
  fc.tuple(anyNode, lasts).map(([node, time]) => (cast: Cast): Event => ({ verb: 'fill', node: node(cast), lasts: time })),
  fc.tuple(way, lasts, fc.integer({ min: 0, max: 3_000 }), fc.integer({ min: 0, max: 1_000 })).map(([between, time, latency, jitter]) => (cast: Cast): Event =>
    ({ verb: 'shape', ...between(cast), lasts: time, way: { latency, jitter } }))
)

const fault = fc.tuple(at, event).map(([moment, what]) => (cast: Cast): Step[] => [{ at: moment, ...what(cast) }])

/** Scripts of every kind. They shrink to few peers, few steps, early times and mild faults. */
export function scripts ({ peers: mostPeers, invitations }: ScriptBounds): fc.Arbitrary<Script> {
  return fc.record({
    seed: fc.nat(),
    peers: fc.integer({ min: 2, max: mostPeers }),
    relays: fc.nat(RELAYS.length),
    /** Who of the peers is behind the relays, by bits. */
    behind: fc.nat(2 ** mostPeers - 1),
    connected: fc.boolean(),
    glare: fc.constantFrom('accept', 'accept', 'ring', 'off'),
    busy: fc.constantFrom('ring', 'ring', 'refuse'),
    idles: fc.constantFrom(false, false, false, false, false, false, false, true),
    calls: fc.array(fc.oneof({ weight: 4, arbitrary: invite }, { weight: 1, arbitrary: glare }), { minLength: 1, maxLength: invitations, size: 'max' }),
    // few of them leave the time in which it shows what does not recover
    faults: fc.oneof(fc.array(fault, { maxLength: 3, size: 'max' }), fc.array(fault, { maxLength: invitations, size: 'max' }))
  }).map(({ seed, peers, relays: relayCount, behind, connected, glare: glarePolicy, busy, idles, calls, faults }): Script => {
    const names = PEERS.slice(0, peers)
    const relays = RELAYS.slice(0, relayCount)
    const cast: Cast = { peers: names, nodes: [...names, ...relays] }

    return {
      seed,
      peers: names.map((name, position) => ({ name, behind: (behind >> position & 1) === 1 ? relays : [] })),
      relays,
      connected,
      glare: glarePolicy,
      busy,
      idles,
      steps: withMemory([...calls, ...faults].flatMap(casting => casting(cast))).toSorted((one, other) => one.at - other.at)
    }
  })
}

/** Who starts again without memory after its clock was set back cannot know how far it had come, and is not heard until its clock is there again: documented. */
function withMemory (steps: readonly Step[]): Step[] {
  const skewed = new Set(steps.flatMap(step => step.verb === 'skew' ? [step.peer] : []))

  return steps.map(step => 'memory' in step && skewed.has(step.node) ? { ...step, memory: true } : step)
}
