import type { StatsReport } from './peer-connection.ts'

/** What is known of all that goes one way, of one kind. */
export interface MediaStats {
  /** Bits a second since the last snapshot; undefined in the first one. Headers do not count. */
  readonly bitrate: number | undefined
  /** How many packets there were, from the start. */
  readonly packets: number
  /** How many of them were lost, from the start; of what goes out, as the other side says, and undefined until it has. */
  readonly packetsLost: number | undefined
}

/** One snapshot of a peer connection: what any browser tells (W3C, Identifiers for WebRTC's Statistics API). */
export interface ConnectionStats {
  /** From here to the other side and back, milliseconds, as last measured by ICE; undefined until it is connected. */
  readonly roundTripTime: number | undefined
  readonly inbound: { readonly audio?: MediaStats, readonly video?: MediaStats }
  readonly outbound: { readonly audio?: MediaStats, readonly video?: MediaStats }
}

type Kind = 'audio' | 'video'
type Stats = Readonly<Record<string, unknown>>

/** What was counted of one way and kind, and when, in milliseconds. */
interface Count {
  bytes: number
  packets: number
  lost: number | undefined
  at: number
}

/** Makes snapshots of reports; knows the one before, to tell how fast things go. */
export class StatsReader {
  #before = new Map<string, Count>()

  read (report: StatsReport): ConnectionStats {
    const all: Stats[] = []

    report.forEach(stats => {
      if (typeof stats === 'object' && stats !== null) {
        all.push(Object.fromEntries(Object.entries(stats)))
      }
    })

    const counts = new Map<string, Count>()

    for (const stats of all) {
      countIn(counts, stats)
    }

    const snapshot: ConnectionStats = {
      roundTripTime: roundTripTimeOf(all),
      inbound: this.#media(counts, 'inbound'),
      outbound: this.#media(counts, 'outbound')
    }

    this.#before = counts

    return snapshot
  }

  #media (counts: ReadonlyMap<string, Count>, way: 'inbound' | 'outbound'): { audio?: MediaStats, video?: MediaStats } {
    const media: { audio?: MediaStats, video?: MediaStats } = {}

    for (const kind of ['audio', 'video'] as const) {
      const count = counts.get(`${way} ${kind}`)

      if (count != null) {
        media[kind] = { bitrate: bitrateOf(this.#before.get(`${way} ${kind}`), count), packets: count.packets, packetsLost: count.lost }
      }
    }

    return media
  }
}

/** Adds what one entry of a report says of packets to what others said; there may be several of a kind. */
function countIn (counts: Map<string, Count>, stats: Stats): void {
  const { type, kind } = stats

  if (kind !== 'audio' && kind !== 'video') {
    return
  }

  switch (type) {
    case 'inbound-rtp':
      add(counts, 'inbound', kind, { bytes: numberOf(stats, 'bytesReceived'), packets: numberOf(stats, 'packetsReceived'), lost: numberOf(stats, 'packetsLost'), at: numberOf(stats, 'timestamp') })
      break
    case 'outbound-rtp':
      add(counts, 'outbound', kind, { bytes: numberOf(stats, 'bytesSent'), packets: numberOf(stats, 'packetsSent'), lost: undefined, at: numberOf(stats, 'timestamp') })
      break
    case 'remote-inbound-rtp':
      // what the other side received is what this side sent
      add(counts, 'outbound', kind, { bytes: 0, packets: 0, lost: numberOf(stats, 'packetsLost'), at: 0 })
      break
    default:
      break
  }
}

function add (counts: Map<string, Count>, way: 'inbound' | 'outbound', kind: Kind, { bytes, packets, lost, at }: Count): void {
  const count = counts.get(`${way} ${kind}`) ?? { bytes: 0, packets: 0, lost: undefined, at: 0 }

  counts.set(`${way} ${kind}`, {
    bytes: count.bytes + bytes,
    packets: count.packets + packets,
    lost: lost == null ? count.lost : (count.lost ?? 0) + lost,
    at: Math.max(count.at, at)
  })
}

function bitrateOf (before: Count | undefined, { bytes, at }: Count): number | undefined {
  if (before == null || at <= before.at) {
    return undefined
  }

  // a track that was taken away takes its count with it
  return Math.max(0, bytes - before.bytes) * 8_000 / (at - before.at)
}

/** That of the pair of candidates in use: the one that the transport names, or where it names none, one that was nominated. */
function roundTripTimeOf (all: readonly Stats[]): number | undefined {
  const selected = new Set(all.flatMap(stats => typeof stats['selectedCandidatePairId'] === 'string' ? [stats['selectedCandidatePairId']] : []))
  const pair = all.find(({ type, id, nominated, state }) =>
    type === 'candidate-pair' && (selected.size > 0 ? typeof id === 'string' && selected.has(id) : nominated === true && state === 'succeeded'))
  const seconds = pair?.['currentRoundTripTime']

  return typeof seconds === 'number' ? seconds * 1_000 : undefined
}

function numberOf (stats: Stats, name: string): number {
  const value = stats[name]

  return typeof value === 'number' ? value : 0
}
