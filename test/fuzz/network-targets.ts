import assert from 'node:assert/strict'
import { multiaddr } from '@multiformats/multiaddr'
import { toString } from 'uint8arrays/to-string'
import { InvalidArgumentError } from '../../src/errors/index.ts'
import { signallingAddresses, webRTCAddresses } from '../../src/link/dial-addresses.ts'
import { peerOf, readRelayAddress, relayOf } from '../../src/reachability/relay-address.ts'
import { Destination, HopMessage, StopMessage } from '../../src/relay/circuit-message.ts'
import { HopType, MAX_MESSAGE_BYTES, Status, StopType } from '../../src/relay/constants.ts'
import { FrameWatch } from '../../src/relay/frame-watch.ts'
import { MalformedSignalError } from '../../src/webrtc/errors.ts'
import { readSignal, writeSignal } from '../../src/webrtc/signal.ts'
import { chunksOf } from './chunks.ts'
import { outcomeOf } from './outcome.ts'
import type { PeerId } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { Target } from './target.ts'

const RELAY = '12D3KooWGzxzKZYveHXtpG6AsrUJBcWxHBFS2HsEoGTxrMLvKXtf'
const PEER = '12D3KooWJWoaqZhDaoEFshF7Rh1bpY9ohihFhzcW6d69Lr2NASuq'

const ADDRESSES = [
  `/dns4/relay.example/tcp/443/wss/p2p/${RELAY}`,
  `/ip4/192.0.2.1/tcp/4001/ws/p2p/${RELAY}/p2p-circuit`,
  `/ip6/2001:db8::1/tcp/4001/p2p/${RELAY}/p2p-circuit/p2p/${PEER}`,
  `/ip4/192.0.2.1/tcp/4001/ws/p2p/${RELAY}/p2p-circuit/webrtc/p2p/${PEER}`,
  `/p2p/${RELAY}/p2p-circuit/p2p-circuit`,
  '/unix/a%2Fp2p-circuit%2Fb',
  '/dns4/a/tcp/1/http-path/b%2Fp2p-circuit'
]

const text = (...texts: readonly string[]): Uint8Array[] => texts.map(one => new TextEncoder().encode(one))

/** What the other side's negotiator says; mutated as JSON, which is text. */
const signal: Target = {
  name: 'webrtc-signal',
  form: 'bytes',
  share: 200,
  maxBytes: 4_096,
  seeds: text(
    '{"description":{"type":"offer","sdp":"v=0"}}',
    '{"description":{"type":"answer","sdp":""}}',
    '{"description":{"type":"rollback","sdp":""}}',
    '{"candidate":null}',
    '{"candidate":{"candidate":"candidate:1 1 udp 1 192.0.2.1 1 typ host","sdpMid":"0","sdpMLineIndex":0,"usernameFragment":"abcd"}}',
    '{"candidate":{"candidate":"","sdpMid":null,"sdpMLineIndex":65535,"usernameFragment":null}}',
    '{"candidate":{"candidate":"","sdpMLineIndex":65536}}',
    '{"later":1}',
    '{"__proto__":{"candidate":null}}',
    '[]',
    'null'
  ),
  start: () => {
    const decoder = new TextDecoder()

    return input => outcomeOf(() => {
      const said = decoder.decode(input)
      const read = readSignal(said)

      assert.throws(() => readSignal(input), MalformedSignalError)

      if (read == null) {
        return 'none'
      }

      assert.deepStrictEqual(readSignal(writeSignal(read)), read)

      return Object.keys(read).join()
    }, MalformedSignalError)
  }
}

/** What comes to a relay on a stream of its protocol: whatever these throw aborts the stream. */
const circuitMessage: Target = {
  name: 'circuit-message',
  form: 'fields',
  share: 200,
  maxBytes: MAX_MESSAGE_BYTES,
  seeds: [
    HopMessage.encode({ type: HopType.RESERVE }),
    HopMessage.encode({ type: HopType.CONNECT, peer: Destination.encode({ id: Uint8Array.from({ length: 38 }, (_, at) => at) }) }),
    HopMessage.encode({ type: HopType.STATUS, status: Status.OK }),
    StopMessage.encode({ type: StopType.STATUS, status: Status.OK })
  ],
  start: () => input => outcomeOf(() => {
    const { type, peer } = HopMessage.decode(input)
    const { status } = StopMessage.decode(input)
    const hop = `${type === HopType.RESERVE} ${type === HopType.CONNECT} ${status === Status.OK}`

    return peer == null ? hop : `${hop} ${toString(Destination.decode(peer).id, 'base58btc').length > 0}`
  }, Error)
}

/** The yamux frames on a relay's connections, however they are cut. */
const frameWatch: Target = {
  name: 'frame-watch',
  form: 'bytes',
  share: 250,
  maxBytes: 4_096,
  seeds: [[0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2, 1, 2], [0, 1, 0, 1, 0, 0, 0, 1, 255, 255, 255, 255], [0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 4, 1]].map(bytes => Uint8Array.from(bytes)),
  start: () => input => {
    const isSmall = new FrameWatch(1_024).read(input)
    const watch = new FrameWatch(1_024)

    assert.equal([...chunksOf(input)].every(chunk => watch.read(chunk)), isSmall)

    return `${isSmall}`
  }
}

/** What is made of one address of a peer, which it gave itself. */
function lookAt (address: Multiaddr, peer: PeerId): string {
  const relay = relayOf(address)

  if (relay != null) {
    assert.ok(readRelayAddress(relay.address).relay.equals(relay.relay))
  }

  const known = signallingAddresses(peer, [address], () => false).length + webRTCAddresses(peer, [address]).length

  return `${peerOf(address) != null} ${relay != null} ${known}`
}

const somebody = readRelayAddress(ADDRESSES[0]).relay

/** The address of a relay, as text. */
const relayAddress: Target = {
  name: 'relay-address',
  form: 'bytes',
  share: 20,
  maxBytes: 1_024,
  seeds: text(...ADDRESSES),
  start: () => {
    const decoder = new TextDecoder()

    return input => outcomeOf(() => {
      const { relay, address } = readRelayAddress(decoder.decode(input))

      assert.ok(readRelayAddress(address.toString()).relay.equals(relay))

      return lookAt(address, somebody)
    }, InvalidArgumentError)
  }
}

/** An address of a peer as it is in its signed record, as bytes. */
const peerAddress: Target = {
  name: 'peer-address',
  form: 'bytes',
  share: 30,
  maxBytes: 1_024,
  seeds: [...ADDRESSES.map(address => multiaddr(address).bytes), Uint8Array.of(54, 14, ...text('a/b/p2p-circuit')[0]!)],
  start: () => input => {
    let address: Multiaddr

    try {
      address = multiaddr(input)
    } catch {
      // whoever reads a record refuses it by that
      return 'no address'
    }

    return lookAt(address, somebody)
  }
}

/** What reads the rest: negotiations, relays, addresses. */
export const NETWORK_TARGETS: readonly Target[] = [signal, circuitMessage, frameWatch, relayAddress, peerAddress]
