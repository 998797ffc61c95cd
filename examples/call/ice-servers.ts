/**
 * Servers that help two machines behind different routers to find a way to each other: STUN, and TURN where that is not enough. Between
 * tabs of one machine, and between machines in one network, none is needed.
 */
export const ICE_SERVERS: RTCIceServer[] = []
