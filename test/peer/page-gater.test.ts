import { multiaddr } from '@multiformats/multiaddr'
import { describe, expect, it } from 'vitest'
import { pageGater } from '../../src/peer/page-gater.ts'
import type { PageOrigin } from '../../src/peer/page-gater.ts'

const RELAY = '12D3KooWPjceQrSwdWXPyLLeABRXmuqt69Rg3sBYbU1Nft9HyQ6X'
const PEER = '12D3KooWNvSZnPi3RrhrTwEY4LuuBeB6K6facKUCJcyWG1aoDd2p'

const SECURE = `/dns4/relay.example.org/tcp/443/tls/ws/p2p/${RELAY}`
const INSECURE = `/dns4/relay.example.org/tcp/80/ws/p2p/${RELAY}`
const PRIVATE = `/ip4/192.168.1.7/tcp/443/tls/ws/p2p/${RELAY}`
const INSECURE_PRIVATE = `/ip4/127.0.0.1/tcp/4002/ws/p2p/${RELAY}`

const ALL = [SECURE, INSECURE, PRIVATE, INSECURE_PRIVATE]

/** Which of the addresses a page dials. */
async function dialled (page: PageOrigin, addresses: readonly string[], given: readonly string[] = []): Promise<string[]> {
  const gater = pageGater(given.map(address => multiaddr(address)), page)
  const denied = await Promise.all(addresses.map(async address => gater.denyDialMultiaddr?.(multiaddr(address))))

  return addresses.filter((_, i) => denied[i] === false)
}

describe('what a page dials', () => {
  it.each(['https://app.example.org', 'https://localhost', 'https://192.168.1.2', 'file:///app.html'])('is secure and public if the page is %s', async (page) => {
    expect(await dialled(new URL(page), ALL)).toEqual([SECURE])
  })

  it.each(['http://app.example.org', 'http://8.8.8.8', 'http://localhost.example.org'])('may be insecure but is public if the page is %s', async (page) => {
    expect(await dialled(new URL(page), ALL)).toEqual([SECURE, INSECURE])
  })

  it.each(['http://localhost:5173', 'http://app.localhost', 'http://127.0.0.1', 'http://[::1]:8080', 'http://10.1.2.3', 'http://[fd00::2]', 'http://box', 'http://box.local'])('is anything if the page is %s', async (page) => {
    expect(await dialled(new URL(page), ALL)).toEqual(ALL)
  })

  it('is what the app gave wherever that is, whichever peer is there', async () => {
    const page = new URL('https://app.example.org')

    expect(await dialled(page, ALL, [INSECURE_PRIVATE])).toEqual([SECURE, INSECURE_PRIVATE])
    expect(await dialled(page, ['/ip4/127.0.0.1/tcp/4002/ws'], [INSECURE_PRIVATE])).toHaveLength(1)
    expect(await dialled(page, ['/ip4/127.0.0.1/tcp/4003/ws', `/ip4/127.0.0.2/tcp/4002/ws/p2p/${RELAY}`], [INSECURE_PRIVATE])).toEqual([])
  })

  it('is any peer by way of a relay, since the relay is asked about by itself', async () => {
    const relayed = [`${INSECURE_PRIVATE}/p2p-circuit/p2p/${PEER}`, `${INSECURE}/p2p-circuit/webrtc/p2p/${PEER}`]

    expect(await dialled(new URL('https://app.example.org'), relayed)).toEqual(relayed)
  })
})
