/**
 * Where the relay is: what the address of the page says (`?relay=…`, as often as there are relays), or else the relay of the server
 * that the page came from, which is dialled at the very place that the page was.
 *
 * @throws {Error} neither is there; the message says so to people
 */
export async function relayAddresses (): Promise<string[]> {
  const given = new URLSearchParams(location.search).getAll('relay')

  return given.length > 0 ? given : [`${ownHost()}/p2p/${await ownRelay()}`]
}

async function ownRelay (): Promise<string> {
  const answer = await fetch('/relay.json').catch(() => undefined)
  const { peerId } = answer?.ok === true ? await answer.json().catch(() => ({})) as { peerId?: unknown } : {}

  if (typeof peerId !== 'string') {
    throw new Error('This page knows no relay, so it cannot find anybody. Serve it by its npm script, which brings a relay, or add ?relay= and a relay\'s address to the address of the page.')
  }

  return peerId
}

/** The host of the page, as a multiaddr of a websocket. */
function ownHost (): string {
  const { hostname, port, protocol } = location
  const host = hostname.replaceAll(/[[\]]/g, '')
  const kind = host.includes(':') ? 'ip6' : /^[\d.]+$/.test(host) ? 'ip4' : 'dns'
  const [defaultPort, websocket] = protocol === 'https:' ? ['443', 'tls/ws'] : ['80', 'ws']

  return `/${kind}/${host}/tcp/${port === '' ? defaultPort : port}/${websocket}`
}
