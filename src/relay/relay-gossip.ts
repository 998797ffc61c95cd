import { gossipsub } from '@libp2p/gossipsub'
import { gossipsubPreset } from '../presence/gossipsub-preset.ts'
import { MAX_GOSSIP_STREAMS, MAX_RPC_BYTES, RPC_LIMITS, SCORE_TIME } from './constants.ts'

/** The gossip of a relay: the preset of presence, within bounds for whatever its clients send. */
export function relayGossip (): ReturnType<typeof gossipsub> {
  return gossipsub(gossipsubPreset({
    maxInboundStreams: MAX_GOSSIP_STREAMS,
    maxInboundDataLength: MAX_RPC_BYTES,
    decodeRpcLimits: RPC_LIMITS,
    scoreParams: { retainScore: SCORE_TIME }
  }))
}
