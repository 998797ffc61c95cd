import { byteStream } from '@libp2p/utils'
import { pipe } from 'it-pipe'
import { FrameDecoder } from 'libp2p-invitation/wire'
import type { Stream, StreamMessageEvent } from '@libp2p/interface'
import type { Word } from 'libp2p-invitation/wire'

/** Echoes bytes as they come, with nothing between. */
export const ECHO_PROTOCOL = '/bench/echo/1.0.0'

/** The two ways to read words from a stream. On both, each word is answered with itself. */
export const READING_PROTOCOLS = { 'it-pipe': '/bench/it-pipe/1.0.0', listener: '/bench/listener/1.0.0' } as const

export type Reading = keyof typeof READING_PROTOCOLS

/** Tells what one chunk of bytes held. */
type Heard = (words: Word[]) => void

/** Reads words until the stream ends, as the link does, or from the event itself. */
export const READERS: { readonly [Name in Reading]: (stream: Stream, heard: Heard) => void } = {
  'it-pipe': (stream, heard) => { void readByPipeline(stream, heard) },
  listener: readByListener
}

async function readByPipeline (stream: Stream, heard: Heard): Promise<void> {
  const bytes = byteStream(stream)
  const decoder = new FrameDecoder()

  await pipe(
    async function * () {
      for (let chunk = await bytes.read(); chunk != null; chunk = await bytes.read()) {
        yield chunk
      }
    },
    async function * (source) {
      for await (const chunk of source) {
        yield decoder.push(chunk)
      }
    },
    async source => {
      for await (const words of source) {
        heard(words)
      }
    }
  )
}

function readByListener (stream: Stream, heard: Heard): void {
  const decoder = new FrameDecoder()

  stream.addEventListener('message', ({ data }: StreamMessageEvent) => { heard(decoder.push(data)) })
}
