/**
 * The wire: words, their bytes, and what is allowed. Pure; `SPEC.md` says the same for other languages.
 *
 * ```
 * words ──encodeFrames──▶ bytes of a stream ──FrameDecoder.push──▶ words
 * ```
 *
 * What goes out is checked where it comes from, at the API, by the `check…` functions, which throw the errors for wrong
 * use. What comes in is checked by the decoder, which throws a `MalformedFrameError`: then the stream is to be aborted.
 */
export * from './words.ts'
export * from './constants.ts'
export * from './errors.ts'
export { decodeWord, encodeFrames, encodeWord } from './codec.ts'
export { FrameDecoder } from './frame-decoder.ts'
export { idFromBytes } from './invitation-id.ts'
export { checkChannelId, checkMessage, checkPayload, checkReason, checkReasonText, checkRingTime, checkToken } from './validation.ts'
