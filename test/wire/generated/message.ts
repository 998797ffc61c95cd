import { decodeMessage, encodeMessage, message, streamMessage } from 'protons-runtime'
import type { Codec, DecodeOptions } from 'protons-runtime'
import type { Uint8ArrayList } from 'uint8arraylist'

export interface Message {
  kind?: number
  id?: Uint8Array<ArrayBuffer>
  reason?: number
  text?: Uint8Array<ArrayBuffer>
  data?: Uint8Array<ArrayBuffer>
  ringTime?: number
  age?: number
  channelId?: Uint8Array<ArrayBuffer>
  reasonText?: Uint8Array<ArrayBuffer>
  kept?: Uint8Array<ArrayBuffer>
  byCallee?: boolean
  number?: number
  more?: boolean
  heard?: number
  window?: number
  lane?: number
  token?: Uint8Array<ArrayBuffer>
}

export namespace Message {
  let _codec: Codec<Message>

  export const codec = (): Codec<Message> => {
    if (_codec == null) {
      _codec = message<Message>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if (obj.kind != null) {
          w.uint32(8)
          w.uint32(obj.kind)
        }

        if (obj.id != null) {
          w.uint32(18)
          w.bytes(obj.id)
        }

        if (obj.reason != null) {
          w.uint32(24)
          w.uint32(obj.reason)
        }

        if (obj.text != null) {
          w.uint32(34)
          w.bytes(obj.text)
        }

        if (obj.data != null) {
          w.uint32(42)
          w.bytes(obj.data)
        }

        if (obj.ringTime != null) {
          w.uint32(48)
          w.uint32(obj.ringTime)
        }

        if (obj.age != null) {
          w.uint32(56)
          w.uint32(obj.age)
        }

        if (obj.channelId != null) {
          w.uint32(66)
          w.bytes(obj.channelId)
        }

        if (obj.reasonText != null) {
          w.uint32(74)
          w.bytes(obj.reasonText)
        }

        if (obj.kept != null) {
          w.uint32(82)
          w.bytes(obj.kept)
        }

        if (obj.byCallee != null) {
          w.uint32(88)
          w.bool(obj.byCallee)
        }

        if (obj.number != null) {
          w.uint32(96)
          w.uint64Number(obj.number)
        }

        if (obj.more != null) {
          w.uint32(104)
          w.bool(obj.more)
        }

        if (obj.heard != null) {
          w.uint32(112)
          w.uint64Number(obj.heard)
        }

        if (obj.window != null) {
          w.uint32(120)
          w.uint32(obj.window)
        }

        if (obj.lane != null) {
          w.uint32(128)
          w.uint32(obj.lane)
        }

        if (obj.token != null) {
          w.uint32(138)
          w.bytes(obj.token)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: Message = {}

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.kind = reader.uint32()
              break
            }
            case 2: {
              obj.id = reader.bytes()
              break
            }
            case 3: {
              obj.reason = reader.uint32()
              break
            }
            case 4: {
              obj.text = reader.bytes()
              break
            }
            case 5: {
              obj.data = reader.bytes()
              break
            }
            case 6: {
              obj.ringTime = reader.uint32()
              break
            }
            case 7: {
              obj.age = reader.uint32()
              break
            }
            case 8: {
              obj.channelId = reader.bytes()
              break
            }
            case 9: {
              obj.reasonText = reader.bytes()
              break
            }
            case 10: {
              obj.kept = reader.bytes()
              break
            }
            case 11: {
              obj.byCallee = reader.bool()
              break
            }
            case 12: {
              obj.number = reader.uint64Number()
              break
            }
            case 13: {
              obj.more = reader.bool()
              break
            }
            case 14: {
              obj.heard = reader.uint64Number()
              break
            }
            case 15: {
              obj.window = reader.uint32()
              break
            }
            case 16: {
              obj.lane = reader.uint32()
              break
            }
            case 17: {
              obj.token = reader.bytes()
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
                field: `${prefix}.kind`,
                value: reader.uint32()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.id`,
                value: reader.bytes()
              }
              break
            }
            case 3: {
              yield {
                field: `${prefix}.reason`,
                value: reader.uint32()
              }
              break
            }
            case 4: {
              yield {
                field: `${prefix}.text`,
                value: reader.bytes()
              }
              break
            }
            case 5: {
              yield {
                field: `${prefix}.data`,
                value: reader.bytes()
              }
              break
            }
            case 6: {
              yield {
                field: `${prefix}.ringTime`,
                value: reader.uint32()
              }
              break
            }
            case 7: {
              yield {
                field: `${prefix}.age`,
                value: reader.uint32()
              }
              break
            }
            case 8: {
              yield {
                field: `${prefix}.channelId`,
                value: reader.bytes()
              }
              break
            }
            case 9: {
              yield {
                field: `${prefix}.reasonText`,
                value: reader.bytes()
              }
              break
            }
            case 10: {
              yield {
                field: `${prefix}.kept`,
                value: reader.bytes()
              }
              break
            }
            case 11: {
              yield {
                field: `${prefix}.byCallee`,
                value: reader.bool()
              }
              break
            }
            case 12: {
              yield {
                field: `${prefix}.number`,
                value: reader.uint64Number()
              }
              break
            }
            case 13: {
              yield {
                field: `${prefix}.more`,
                value: reader.bool()
              }
              break
            }
            case 14: {
              yield {
                field: `${prefix}.heard`,
                value: reader.uint64Number()
              }
              break
            }
            case 15: {
              yield {
                field: `${prefix}.window`,
                value: reader.uint32()
              }
              break
            }
            case 16: {
              yield {
                field: `${prefix}.lane`,
                value: reader.uint32()
              }
              break
            }
            case 17: {
              yield {
                field: `${prefix}.token`,
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

  export interface MessageKindFieldEvent {
    field: '$.kind'
    value: number
  }

  export interface MessageIdFieldEvent {
    field: '$.id'
    value: Uint8Array<ArrayBuffer>
  }

  export interface MessageReasonFieldEvent {
    field: '$.reason'
    value: number
  }

  export interface MessageTextFieldEvent {
    field: '$.text'
    value: Uint8Array<ArrayBuffer>
  }

  export interface MessageDataFieldEvent {
    field: '$.data'
    value: Uint8Array<ArrayBuffer>
  }

  export interface MessageRingTimeFieldEvent {
    field: '$.ringTime'
    value: number
  }

  export interface MessageAgeFieldEvent {
    field: '$.age'
    value: number
  }

  export interface MessageChannelIdFieldEvent {
    field: '$.channelId'
    value: Uint8Array<ArrayBuffer>
  }

  export interface MessageReasonTextFieldEvent {
    field: '$.reasonText'
    value: Uint8Array<ArrayBuffer>
  }

  export interface MessageKeptFieldEvent {
    field: '$.kept'
    value: Uint8Array<ArrayBuffer>
  }

  export interface MessageByCalleeFieldEvent {
    field: '$.byCallee'
    value: boolean
  }

  export interface MessageNumberFieldEvent {
    field: '$.number'
    value: number
  }

  export interface MessageMoreFieldEvent {
    field: '$.more'
    value: boolean
  }

  export interface MessageHeardFieldEvent {
    field: '$.heard'
    value: number
  }

  export interface MessageWindowFieldEvent {
    field: '$.window'
    value: number
  }

  export interface MessageLaneFieldEvent {
    field: '$.lane'
    value: number
  }

  export interface MessageTokenFieldEvent {
    field: '$.token'
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<Message>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Message.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Message>): Message {
    return decodeMessage(buf, Message.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Message>): Generator<MessageKindFieldEvent | MessageIdFieldEvent | MessageReasonFieldEvent | MessageTextFieldEvent | MessageDataFieldEvent | MessageRingTimeFieldEvent | MessageAgeFieldEvent | MessageChannelIdFieldEvent | MessageReasonTextFieldEvent | MessageKeptFieldEvent | MessageByCalleeFieldEvent | MessageNumberFieldEvent | MessageMoreFieldEvent | MessageHeardFieldEvent | MessageWindowFieldEvent | MessageLaneFieldEvent | MessageTokenFieldEvent> {
    return streamMessage(buf, Message.codec(), opts)
  }
}
