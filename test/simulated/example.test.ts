import { readFile } from 'node:fs/promises'
import { createSwarm } from 'libp2p-invitation/swarm'
import { expect, it } from 'vitest'
import type { RemoteInvitation } from 'libp2p-invitation'

it('stops ringing when the caller has been out of reach for 15 seconds', async () => {
  await using swarm = await createSwarm({ peers: ['ada', 'ben'] })
  const { ada, ben } = swarm.peers
  const rung: RemoteInvitation[] = []

  ben.invitation.addEventListener('invitation:received', ({ detail }) => { rung.push(detail) })

  await swarm.run(ada.invitation.invite(ben.peerId, { content: 'lunch?' }))
  await swarm.until(() => rung[0]?.state === 'ringing')

  ada.crash()
  await swarm.advance('20 s')

  expect(rung[0]?.end).toMatchObject({ state: 'canceled', reason: 'caller-gone' })
})

it('the example of the documentation is the one above', async () => {
  const [face, here] = await Promise.all(['../../src/swarm/index.ts', './example.test.ts'].map(async file => await readFile(new URL(file, import.meta.url), 'utf8')))
  const [, example = ''] = /```TypeScript\n(.*?) \* ```/s.exec(face!) ?? []
  const [imports = '', code = ''] = example.replaceAll(/^ \* ?/gm, '').split('\n\nit(')

  expect(here).toContain(imports)
  expect(here).toContain(`\nit(${code}`)
})
