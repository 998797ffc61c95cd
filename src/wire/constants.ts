/** Bytes of an invitation id: 128 random bits, as a UUID has, so that nobody meets a second one. */
export const ID_BYTES = 16

/** Largest content or response, and largest part of a message, bytes (text: as UTF-8). Agora RTM 1.x allows the same 8 KiB. */
export const MAX_PAYLOAD_BYTES = 8_192

/** Largest channel id, bytes as UTF-8; Agora RTM 1.x allows the same 64. */
export const MAX_CHANNEL_ID_BYTES = 64

/** Largest invite token, bytes as UTF-8: 48 bytes in base64, more than any random one needs. */
export const MAX_TOKEN_BYTES = 64

/** Largest text beside the refusal reason `custom`, bytes as UTF-8. */
export const MAX_REASON_TEXT_BYTES = 256

/** Largest message in a session, bytes (text: as UTF-8): an offer with many candidates and codecs takes some 10 kB. */
export const MAX_MESSAGE_BYTES = 65_536

/** Largest frame without its length prefix, bytes: one payload and every other field at its limit, and room to grow. */
export const MAX_FRAME_BYTES = 16_384

/** Longest length prefix, bytes: as many as the varint of `MAX_FRAME_BYTES` takes. */
export const MAX_PREFIX_BYTES = 3

/** Shortest ring time apart from 0, milliseconds: in less, nobody answers. */
export const MIN_RING_TIME = 1_000

/** Longest ring time, and oldest age, milliseconds: 600 s, as ZIM allows. */
export const MAX_RING_TIME = 600_000

/** What an invite that gives no ring time means, milliseconds. A fact of the wire, whatever a library's own default is. */
export const ABSENT_RING_TIME = 60_000
