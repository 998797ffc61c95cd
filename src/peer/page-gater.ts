import { isPrivate, isPrivateIp } from '@libp2p/utils'
import { CODE_P2P, CODE_P2P_CIRCUIT, CODE_TLS, CODE_WS } from '@multiformats/multiaddr'
import type { ConnectionGater } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'

/** Where a page came from: its `location`. */
export interface PageOrigin {
  /** With the colon at its end. */
  readonly protocol: string
  /** IPv6 addresses in brackets. */
  readonly hostname: string
}

/**
 * Decides what a page dials. libp2p's own rule for browsers, nothing insecure and nothing private, makes everything fail with
 * `DialDeniedError` on a page that itself is insecure or private. It stays for pages that came by https, since browsers refuse
 * insecure dials there; and a page of the internet must not dial into its user's network because of what a stranger
 * announced.
 *
 * @param given - addresses that the app itself gave: those are dialled wherever they are
 */
export function pageGater (given: readonly Multiaddr[], page: PageOrigin): ConnectionGater {
  const hosts = new Set(given.map(hostOf))
  const isInsecure = page.protocol === 'http:'
  const allowsPrivate = isInsecure && isPrivateHost(page.hostname)

  return {
    denyDialMultiaddr: (address) => {
      // by way of a relay nothing is dialled but the relay, which is asked about by itself if there is no connection to it
      if (hosts.has(hostOf(address)) || isRelayed(address)) {
        return false
      }

      return (isPrivate(address) && !allowsPrivate) || (isInsecureWebSocket(address) && !isInsecure)
    }
  }
}

/** An address without the id of its peer. */
function hostOf (address: Multiaddr): string {
  return address.decapsulateCode(CODE_P2P).toString()
}

function isRelayed (address: Multiaddr): boolean {
  return address.getComponents().some(({ code }) => code === CODE_P2P_CIRCUIT)
}

function isInsecureWebSocket (address: Multiaddr): boolean {
  const codes = new Set(address.getComponents().map(({ code }) => code))

  return codes.has(CODE_WS) && !codes.has(CODE_TLS)
}

/** Names without a dot, such as localhost, are of one's own network; so are those of RFC 6761 and 6762. */
function isPrivateHost (hostname: string): boolean {
  const host = hostname.replaceAll(/[[\]]/g, '')

  return isPrivateIp(host) ?? (!host.includes('.') || host.endsWith('.localhost') || host.endsWith('.local'))
}
