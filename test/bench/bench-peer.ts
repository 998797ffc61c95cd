/** The other process: accepts what it is invited to, unless it is to let it ring, and echoes. Driven by `Pair`. */
import { encodeFrames } from 'libp2p-invitation/wire'
import { RING } from './content.ts'
import { ECHO_PROTOCOL, READERS, READING_PROTOCOLS } from './frames.ts'
import { heldBytes, startNode } from './node.ts'
import type { StreamMessageEvent } from '@libp2p/interface'
import type { Reading } from './frames.ts'

const node = await startNode()

node.services.invitation.addEventListener('invitation:received', ({ detail }) => {
  if (typeof detail.content !== 'string' || !detail.content.startsWith(RING)) {
    void detail.accept()
  }
})

await node.handle(ECHO_PROTOCOL, stream => {
  stream.addEventListener('message', ({ data }: StreamMessageEvent) => { stream.send(data) })
})

for (const reading of Object.keys(READING_PROTOCOLS) as Reading[]) {
  await node.handle(READING_PROTOCOLS[reading], stream => {
    READERS[reading](stream, words => { stream.send(encodeFrames(words)) })
  })
}

process.on('message', () => {
  void heldBytes().then(heap => process.send?.({ heap }))
})

process.on('disconnect', () => { process.exit() })

process.send?.({ peerId: node.peerId.toString(), addresses: node.getMultiaddrs().map(address => address.toString()) })
