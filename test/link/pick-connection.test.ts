import type { Connection } from '@libp2p/interface'
import { beforeAll, describe, expect, it } from 'vitest'
import { isBetter, pickConnection } from '../../src/link/pick-connection.ts'
import { newPeerId, stubConnection } from './stub-components.ts'

const all = (): boolean => true
let connection: (properties: Partial<Connection>) => Connection

beforeAll(async () => {
  const peer = await newPeerId()

  connection = properties => stubConnection(peer, properties)
})

describe('the connection to open a stream on', () => {
  it('is the newest', () => {
    const [older, newest, old] = [2, 3, 1].map(open => connection({ timeline: { open } }))

    expect(pickConnection([older!, newest!, old!], all)).toBe(newest)
  })

  it('is one without limits, if there is one', () => {
    const limited = connection({ timeline: { open: 2 }, limits: { seconds: 120 } })
    const unlimited = connection({ timeline: { open: 1 } })

    expect(pickConnection([limited, unlimited], all)).toBe(unlimited)
    expect(pickConnection([unlimited, limited], all)).toBe(unlimited)
  })

  it('is one that shows at once when the peer is gone, rather than a newer one over WebRTC', () => {
    const webRTC = connection({ timeline: { open: 2 }, multiplexer: '/webrtc' })
    const direct = connection({ timeline: { open: 1 } })

    expect(pickConnection([direct, webRTC], all)).toBe(direct)
    expect(pickConnection([webRTC, direct], all)).toBe(direct)
  })

  it('is one over WebRTC, rather than a newer one with limits', () => {
    const webRTC = connection({ timeline: { open: 1 }, multiplexer: '/webrtc' })
    const limited = connection({ timeline: { open: 2 }, limits: { seconds: 120 } })

    expect(pickConnection([webRTC, limited], all)).toBe(webRTC)
    expect(pickConnection([limited, webRTC], all)).toBe(webRTC)
  })

  it('is one with limits, if there is no other', () => {
    const limited = connection({ limits: { bytes: 1n } })

    expect(pickConnection([limited], all)).toBe(limited)
  })

  it('is none that closes or is not trusted', () => {
    const closing = connection({ status: 'closing' })
    const dead = connection({})

    expect(pickConnection([closing, dead], one => one !== dead)).toBe(undefined)
    expect(pickConnection([], all)).toBe(undefined)
  })
})

describe('a connection to move to', () => {
  it('is of a better rank, and not only newer', () => {
    const ranked = [connection({}), connection({ multiplexer: '/webrtc' }), connection({ limits: {} })]
    const newer = connection({ timeline: { open: 9 } })

    expect(ranked.map(one => ranked.map(other => isBetter(one, other)))).toEqual([
      [false, true, true],
      [false, false, true],
      [false, false, false]
    ])
    expect(isBetter(newer, ranked[0]!)).toBe(false)
  })
})
