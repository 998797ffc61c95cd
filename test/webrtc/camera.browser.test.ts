import { afterEach, describe, expect, it } from 'vitest'
import { negotiate } from '../../src/webrtc/index.ts'
import { eventually } from '../invitation/service/eventually.ts'
import { openSession } from '../invitation/service/open-session.ts'
import { startPeers } from '../invitation/service/peers.ts'
import type { Session } from '../../src/index.ts'
import type { ConnectionStats, Negotiation, NegotiationError } from '../../src/webrtc/index.ts'

/** What is to be undone after each test, the last first. */
const undo: Array<() => void | Promise<void>> = []

afterEach(async () => {
  for (let step = undo.pop(); step != null; step = undo.pop()) {
    await step()
  }
})

/** One side of a call, with a peer connection of the browser's own. */
interface Side {
  readonly session: Session
  readonly connection: RTCPeerConnection
  readonly negotiation: Negotiation
  readonly errors: NegotiationError[]
  readonly stats: ConnectionStats[]
}

function join (session: Session): Side {
  const connection = new RTCPeerConnection()
  const negotiation = negotiate(session, connection, { statsInterval: 200 })
  const errors: NegotiationError[] = []
  const stats: ConnectionStats[] = []

  negotiation.addEventListener('error', ({ detail }) => { errors.push(detail) })
  negotiation.addEventListener('stats', ({ detail }) => { stats.push(detail) })

  // without an element that plays it, a browser need not decode what comes
  connection.addEventListener('track', ({ track }) => {
    if (track.kind === 'video') {
      const video = document.createElement('video')

      video.muted = true
      video.srcObject = new MediaStream([track])
      document.body.append(video)
      undo.push(() => { video.remove() })
      void video.play().catch(() => {})
    }
  })
  undo.push(() => { connection.close() })

  return { session, connection, negotiation, errors, stats }
}

/** Two sides with a session between them, which came of an invitation. */
async function call (): Promise<[Side, Side]> {
  const peers = await startPeers(2)

  undo.push(async () => { await peers[Symbol.asyncDispose]() })

  const [ofAda, ofBen] = await openSession(...peers.all)

  return [join(ofAda), join(ofBen)]
}

/** The camera that the browser makes up. */
async function addCamera ({ connection }: Side): Promise<void> {
  const camera = await navigator.mediaDevices.getUserMedia({ audio: true, video: { width: 160, height: 120 } })

  undo.push(() => {
    for (const track of camera.getTracks()) {
      track.stop()
    }
  })

  for (const track of camera.getTracks()) {
    connection.addTrack(track, camera)
  }
}

/** A screen that changes all the time. */
function addScreen ({ connection }: Side): void {
  const canvas = document.createElement('canvas')
  const context = canvas.getContext('2d')
  const paint = setInterval(() => {
    context?.fillRect(Math.random() * canvas.width, Math.random() * canvas.height, 20, 20)
  }, 50)

  context?.fillRect(0, 0, 1, 1)
  undo.push(() => { clearInterval(paint) })
  connection.addTrack(canvas.captureStream(20).getVideoTracks()[0]!)
}

/** How many frames were decoded of each video that comes in. */
async function framesOf ({ connection }: Side): Promise<number[]> {
  const frames: number[] = []

  for (const stats of (await connection.getStats()).values()) {
    if (stats.type === 'inbound-rtp' && stats.kind === 'video') {
      frames.push(stats.framesDecoded)
    }
  }

  return frames
}

/** Resolves when more frames than now were decoded of so many videos on each side. */
async function untilSeen (sides: readonly Side[], videos: number): Promise<void> {
  for (const side of sides) {
    const before = await framesOf(side)

    await eventually(async () => {
      const frames = await framesOf(side)

      expect(frames.filter((count, index) => count > (before[index] ?? 0) + 3)).toHaveLength(videos)
    })
  }
}

const ufragsOf = ({ connection }: Side): string[] => [...connection.localDescription?.sdp.matchAll(/a=ice-ufrag:(\S+)/g) ?? []].map(([, ufrag = '']) => ufrag)

describe('a call between two peers in a browser', () => {
  it('shows each the camera of the other, and tells how it goes', async () => {
    const sides = await call()

    await Promise.all(sides.map(addCamera))
    await untilSeen(sides, 1)

    for (const { errors, stats } of sides) {
      expect(errors).toEqual([])
      await eventually(() => {
        expect(stats.at(-1)).toEqual({
          roundTripTime: expect.any(Number),
          inbound: {
            audio: { bitrate: expect.any(Number), packets: expect.any(Number), packetsLost: expect.any(Number) },
            video: { bitrate: expect.any(Number), packets: expect.any(Number), packetsLost: expect.any(Number) }
          },
          outbound: {
            audio: { bitrate: expect.any(Number), packets: expect.any(Number), packetsLost: expect.any(Number) },
            video: { bitrate: expect.any(Number), packets: expect.any(Number), packetsLost: expect.any(Number) }
          }
        })
        expect(stats.at(-1)?.inbound.video?.bitrate).toBeGreaterThan(0)
        expect(stats.at(-1)?.outbound.video?.packets).toBeGreaterThan(0)
      })
    }
  })

  it('takes what both sides add at the same moment, again and again', async () => {
    const sides = await call()

    await Promise.all(sides.map(addCamera))
    await untilSeen(sides, 1)

    for (let screens = 1; screens <= 3; screens++) {
      sides.forEach(addScreen)
      await untilSeen(sides, 1 + screens)
    }

    await eventually(() => {
      expect(sides.map(({ connection }) => connection.signalingState)).toEqual(['stable', 'stable'])
    })
    expect(sides[0].connection.localDescription?.sdp).toBe(sides[1].connection.remoteDescription?.sdp)
    expect(sides.flatMap(({ errors }) => errors)).toEqual([])
  })

  it('has new paths after a restart that either side asks for, or both', async () => {
    const sides = await call()

    await Promise.all(sides.map(addCamera))
    await untilSeen(sides, 1)

    for (const restarting of [[sides[0]], [sides[1]], sides]) {
      const before = new Set(sides.flatMap(ufragsOf))

      for (const { connection } of restarting) {
        connection.restartIce()
      }

      await eventually(() => {
        expect(sides.map(({ connection }) => connection.signalingState)).toEqual(['stable', 'stable'])
        expect(sides.flatMap(ufragsOf).some(ufrag => before.has(ufrag))).toBe(false)
      })
      await untilSeen(sides, 1)
    }

    expect(sides.map(({ connection }) => connection.connectionState)).toEqual(['connected', 'connected'])
    expect(sides.flatMap(({ errors }) => errors)).toEqual([])
  })

  it('ends with the session, on both sides', async () => {
    const sides = await call()

    await Promise.all(sides.map(addCamera))
    await untilSeen(sides, 1)
    await sides[1].session.end()

    expect(await Promise.all(sides.map(async ({ negotiation }) => await negotiation.ended))).toEqual(['session-ended', 'session-ended'])
    expect(sides.map(({ connection }) => connection.connectionState)).toEqual(['closed', 'closed'])
  })

  it('ends on the side that closes its peer connection, whose session goes on', async () => {
    const [ada, ben] = await call()

    await Promise.all([ada, ben].map(addCamera))
    await untilSeen([ada, ben], 1)
    ada.connection.close()

    expect(await ada.negotiation.ended).toBe('connection-closed')
    expect([ada.session.isOpen, ben.connection.signalingState]).toEqual([true, 'stable'])
    expect([...ada.errors, ...ben.errors]).toEqual([])
  })
})
