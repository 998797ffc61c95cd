import { decodeMessage, encodeMessage, message, streamMessage } from 'protons-runtime'
import type { Codec, DecodeOptions } from 'protons-runtime'
import type { Uint8ArrayList } from 'uint8arraylist'

export interface RecordMessage {
  epoch?: Uint8Array<ArrayBuffer>
  sequence?: bigint
  issued?: bigint
  lifetime?: number
  status?: number
  data?: Uint8Array<ArrayBuffer>
  peerRecord?: Uint8Array<ArrayBuffer>
}

export namespace RecordMessage {
  let _codec: Codec<RecordMessage>

  export const codec = (): Codec<RecordMessage> => {
    if (_codec == null) {
      _codec = message<RecordMessage>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if (obj.epoch != null) {
          w.uint32(10)
          w.bytes(obj.epoch)
        }

        if (obj.sequence != null) {
          w.uint32(16)
          w.uint64(obj.sequence)
        }

        if (obj.issued != null) {
          w.uint32(24)
          w.uint64(obj.issued)
        }

        if (obj.lifetime != null) {
          w.uint32(32)
          w.uint32(obj.lifetime)
        }

        if (obj.status != null) {
          w.uint32(40)
          w.uint32(obj.status)
        }

        if (obj.data != null) {
          w.uint32(50)
          w.bytes(obj.data)
        }

        if (obj.peerRecord != null) {
          w.uint32(58)
          w.bytes(obj.peerRecord)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: RecordMessage = {}

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.epoch = reader.bytes()
              break
            }
            case 2: {
              obj.sequence = reader.uint64()
              break
            }
            case 3: {
              obj.issued = reader.uint64()
              break
            }
            case 4: {
              obj.lifetime = reader.uint32()
              break
            }
            case 5: {
              obj.status = reader.uint32()
              break
            }
            case 6: {
              obj.data = reader.bytes()
              break
            }
            case 7: {
              obj.peerRecord = reader.bytes()
              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }

        return obj
      }, function * (reader, length, prefix, opts = {}) {
        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              yield {
                field: `${prefix}.epoch`,
                value: reader.bytes()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.sequence`,
                value: reader.uint64()
              }
              break
            }
            case 3: {
              yield {
                field: `${prefix}.issued`,
                value: reader.uint64()
              }
              break
            }
            case 4: {
              yield {
                field: `${prefix}.lifetime`,
                value: reader.uint32()
              }
              break
            }
            case 5: {
              yield {
                field: `${prefix}.status`,
                value: reader.uint32()
              }
              break
            }
            case 6: {
              yield {
                field: `${prefix}.data`,
                value: reader.bytes()
              }
              break
            }
            case 7: {
              yield {
                field: `${prefix}.peerRecord`,
                value: reader.bytes()
              }
              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }
      })
    }

    return _codec
  }

  export interface RecordMessageEpochFieldEvent {
    field: '$.epoch'
    value: Uint8Array<ArrayBuffer>
  }

  export interface RecordMessageSequenceFieldEvent {
    field: '$.sequence'
    value: bigint
  }

  export interface RecordMessageIssuedFieldEvent {
    field: '$.issued'
    value: bigint
  }

  export interface RecordMessageLifetimeFieldEvent {
    field: '$.lifetime'
    value: number
  }

  export interface RecordMessageStatusFieldEvent {
    field: '$.status'
    value: number
  }

  export interface RecordMessageDataFieldEvent {
    field: '$.data'
    value: Uint8Array<ArrayBuffer>
  }

  export interface RecordMessagePeerRecordFieldEvent {
    field: '$.peerRecord'
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<RecordMessage>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, RecordMessage.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<RecordMessage>): RecordMessage {
    return decodeMessage(buf, RecordMessage.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<RecordMessage>): Generator<RecordMessageEpochFieldEvent | RecordMessageSequenceFieldEvent | RecordMessageIssuedFieldEvent | RecordMessageLifetimeFieldEvent | RecordMessageStatusFieldEvent | RecordMessageDataFieldEvent | RecordMessagePeerRecordFieldEvent> {
    return streamMessage(buf, RecordMessage.codec(), opts)
  }
}
