import { describe, expect, it } from 'vitest'
import { StatsReader } from '../../src/webrtc/stats.ts'

const report = (...all: unknown[]): Map<number, unknown> => new Map(all.entries())

const camera = (seconds: number, bytesReceived: number): object =>
  ({ type: 'inbound-rtp', kind: 'video', timestamp: seconds * 1_000, bytesReceived, packetsReceived: bytesReceived / 1_000, packetsLost: 2 })

describe('stats', () => {
  it('of nothing are none', () => {
    expect(new StatsReader().read(report())).toEqual({ roundTripTime: undefined, inbound: {}, outbound: {} })
  })

  it('have the round trip of the pair that the transport names', () => {
    const pairs = [
      { type: 'candidate-pair', id: 'old', nominated: true, state: 'succeeded', currentRoundTripTime: 9 },
      { type: 'candidate-pair', id: 'new', nominated: true, state: 'succeeded', currentRoundTripTime: 0.25 }
    ]

    expect(new StatsReader().read(report(...pairs, { type: 'transport', selectedCandidatePairId: 'new' })).roundTripTime).toBe(250)
  })

  it('have, where the transport names none, that of the pair that was nominated', () => {
    const pairs = [
      { type: 'candidate-pair', id: 'a', nominated: false, state: 'succeeded', currentRoundTripTime: 9 },
      { type: 'candidate-pair', id: 'b', nominated: true, state: 'failed', currentRoundTripTime: 9 },
      { type: 'candidate-pair', id: 'c', nominated: true, state: 'succeeded', currentRoundTripTime: 0.004 }
    ]

    expect(new StatsReader().read(report(...pairs)).roundTripTime).toBe(4)
  })

  it('have bits a second from the second snapshot on, by the clock of the report', () => {
    const reader = new StatsReader()

    expect(reader.read(report(camera(10, 50_000))).inbound).toEqual({ video: { bitrate: undefined, packets: 50, packetsLost: 2 } })
    expect(reader.read(report(camera(12, 150_000))).inbound).toEqual({ video: { bitrate: 400_000, packets: 150, packetsLost: 2 } })
    expect(reader.read(report(camera(12, 150_000))).inbound.video?.bitrate).toBeUndefined()
  })

  it('never have less than no bits a second, when a track is taken away', () => {
    const reader = new StatsReader()

    reader.read(report(camera(1, 50_000), camera(1, 50_000)))
    expect(reader.read(report(camera(2, 60_000))).inbound.video?.bitrate).toBe(0)
  })

  it('tell audio from video and in from out, and add up several of a kind', () => {
    const layer = { type: 'outbound-rtp', kind: 'video', timestamp: 1_000, bytesSent: 1_000, packetsSent: 10 }
    const microphone = { type: 'outbound-rtp', kind: 'audio', timestamp: 1_000, bytesSent: 100, packetsSent: 1 }
    const heard = { type: 'remote-inbound-rtp', kind: 'video', timestamp: 900, packetsLost: 3 }

    expect(new StatsReader().read(report(layer, layer, microphone, heard, camera(1, 1_000)))).toEqual({
      roundTripTime: undefined,
      inbound: { video: { bitrate: undefined, packets: 1, packetsLost: 2 } },
      outbound: {
        audio: { bitrate: undefined, packets: 1, packetsLost: undefined },
        video: { bitrate: undefined, packets: 20, packetsLost: 3 }
      }
    })
  })

  it('take a report of anything', () => {
    const odd = report(null, 5, 'x', [], {}, { type: 'inbound-rtp' }, { type: 'inbound-rtp', kind: 'video', bytesReceived: '9', timestamp: null }, { type: 'candidate-pair', nominated: true, state: 'succeeded', currentRoundTripTime: '9' })

    expect(new StatsReader().read(odd)).toEqual({ roundTripTime: undefined, inbound: { video: { bitrate: undefined, packets: 0, packetsLost: 0 } }, outbound: {} })
  })
})
