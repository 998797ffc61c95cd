import type { CounterGroup } from '@libp2p/interface'
import { expect, it, vi } from 'vitest'
import { links } from '../../src/link/index.ts'
import { encodeFrames } from '../../src/wire/index.ts'
import { HandMovedEnvironment } from '../environment/hand-moved-environment.ts'
import { RecordingListener } from './recording-listener.ts'
import { newPeerId, stubComponents, stubConnection } from './stub-components.ts'
import { word } from './words.ts'

it('streams and words are counted', async () => {
  const counts: Record<string, number> = {}
  const registerCounterGroup = (name: string): CounterGroup => ({
    increment: (values) => {
      for (const [label, by] of Object.entries(values)) {
        counts[`${name} ${label}`] = (counts[`${name} ${label}`] ?? 0) + Number(by)
      }
    },
    reset: () => {}
  })
  const components = { ...await stubComponents(), metrics: { registerCounterGroup } }
  const connection = stubConnection(await newPeerId())
  const listener = new RecordingListener()
  const all = links({ listener })(components, new HandMovedEnvironment())
  const link = all.to(connection.remotePeer)

  components.connections.push(connection)
  await all.start()
  link.setOwed(true)
  await vi.waitFor(() => { expect(link.isUp).toBe(true) })
  link.say([word(1), word(2)])
  connection.remotes[0]!.send(encodeFrames([word(3)]))
  await vi.waitFor(() => { expect(listener.words).toHaveLength(1) })
  await connection.remotes[0]!.close()
  await all.stop()

  expect(counts).toEqual({
    'libp2p_invitation_link_streams_total opened': 1,
    'libp2p_invitation_link_streams_total closed': 1,
    'libp2p_invitation_link_words_total out': 2,
    'libp2p_invitation_link_words_total in': 1
  })
})
