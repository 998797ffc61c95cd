import { describe, expect, it } from 'vitest'
import { megabytes } from '../hostile/heap.ts'
import { createClient, eventually, inWaves, startStockRelay, stopClient } from './nodes.ts'
import { RelayProcess } from './relay-process.ts'
import type { Multiaddr } from '@multiformats/multiaddr'

const TABS = 1_000
const WARM_UP = 100

/** Bytes that a relay may still refer to when a thousand tabs have come and gone. */
const MOST_HELD = 2 * 2 ** 20

/** Opens a tab that is to be reached by way of a relay, and closes it; whether the relay took it. */
async function openAndClose (relay: Multiaddr): Promise<boolean> {
  const tab = await createClient({ relay })

  try {
    await tab.start()

    return tab.getMultiaddrs().some(address => address.toString().includes('/p2p-circuit/'))
  } catch (err) {
    if (String(err).includes('RESERVATION_REFUSED')) {
      return false
    }

    throw err
  } finally {
    await stopClient(tab)
  }
}

/** How many of so many are taken. */
async function openAndCloseMany (relay: Multiaddr, count: number): Promise<number> {
  let taken = 0

  await inWaves(count, 4, async () => {
    if (await openAndClose(relay)) {
      taken++
    }
  })

  return taken
}

describe('tabs that come and go', { timeout: 600_000 }, () => {
  it(`are all given a reservation, ${TABS} of them, and leave nothing behind`, async () => {
    const relay = await RelayProcess.start()

    try {
      expect(await openAndCloseMany(relay.address, WARM_UP)).toBe(WARM_UP)

      const before = await relay.figures()

      expect(await openAndCloseMany(relay.address, TABS)).toBe(TABS)

      const atOnce = await relay.figures()
      let after = atOnce

      // peers are forgotten some seconds after they have gone
      await eventually(async () => {
        after = await relay.figures()
        expect(after.status).toMatchObject({ connections: 0, peers: 0, reservations: 0, relayed: 0 })
        expect(after.held - before.held).toBeLessThan(MOST_HELD)
      })
      console.log(`${TABS} tabs opened and closed: ${megabytes(before.held)} held before, ${megabytes(atOnce.held)} at once after, ${megabytes(after.held)} a while later`)
    } finally {
      await relay.kill()
    }
  })

  it('are refused from the 16th on by a relay with libp2p’s own settings', async () => {
    const relay = await startStockRelay()
    const [address] = relay.getMultiaddrs()

    expect(await openAndCloseMany(address!, 15)).toBe(15)
    expect(await openAndClose(address!)).toBe(false)
  })
})
