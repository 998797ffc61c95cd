import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { CallUser } from './call-user.ts'
import { NodePeerProcess } from './node-peer-process.ts'
import { PagesServer } from './pages-server.ts'
import { PATIENCE, PATIENT } from './patience.ts'
import { startScene } from './scene.ts'
import type { NodePeerSighting } from './node-peer-process.ts'

// several such waits in one test
vi.setConfig({ testTimeout: 4 * PATIENCE })

const pages = await PagesServer.start(fileURLToPath(new URL('../../examples', import.meta.url)))

afterAll(async () => { await pages[Symbol.asyncDispose]() })

const NORA = { name: 'Nora' }

/** Has a camera, and a microphone, take a second to begin, as real ones do. */
function beSlow (): void {
  const { mediaDevices } = navigator
  const own = mediaDevices.getUserMedia.bind(mediaDevices)

  mediaDevices.getUserMedia = async (constraints) => {
    await new Promise(resolve => { setTimeout(resolve, 1_000) })

    return await own(constraints)
  }
}

/** What the page says of its user in a session. */
const sends = (own: { microphone: boolean, picture: boolean }): NodePeerSighting => ({ saw: 'message', text: JSON.stringify({ ...own, screen: false }) })

describe.each([
  { where: 'behind the relay', way: 'relayed', listen: [] },
  { where: 'that listens itself', way: 'direct', listen: ['/ip4/127.0.0.1/tcp/0/ws'] }
] as const)('a peer in Node $where', ({ way, listen }) => {
  it('is rung by a page and rings it; each hears what the other says, and how it ended', async context => {
    const { browsers, relay } = await startScene(context)
    const [address] = relay.addresses.map(String)
    const nora = new NodePeerProcess()

    context.onTestFinished(() => { nora.kill() })

    const [ada] = await Promise.all([
      CallUser.open(browsers, pages.urlOf('call', { relay: address ?? '' }), 'Ada'),
      nora.ask('start', { ...NORA, room: 'office', relay: address ?? '', listen })
    ])

    /** Waits until Nora has seen that, too. */
    const noraSaw = async (...sightings: NodePeerSighting[]): Promise<void> => {
      await expect.poll(() => nora.told, PATIENT).toEqual(expect.arrayContaining(sightings))
    }

    await ada.enter('office')
    await ada.ring(NORA, 'lunch?')
    await noraSaw({ saw: 'ring', note: 'lunch?' })
    await ada.sees('It rings.')
    await nora.ask('accept', undefined)
    await noraSaw({ saw: 'session', way }, sends({ microphone: true, picture: true }))
    await ada.press('Mute')
    await noraSaw(sends({ microphone: false, picture: true }))
    await nora.ask('say', JSON.stringify({ microphone: false, picture: false }))
    await ada.sees('no camera, muted')
    await nora.ask('end', 'replaced')
    await ada.sees('Nora ended the call: replaced.')
    await noraSaw({ saw: 'end', reason: 'replaced', originator: 'local' })

    await expect.poll(async () => await nora.ask('present', undefined), PATIENT).toEqual(['Ada'])
    await nora.ask('ring', { name: 'Ada', note: 'again?' })
    await ada.isRungBy(NORA)
    await ada.sees('again?')
    await ada.tab.ask(beSlow)
    await ada.press('Accept')
    // as soon as there is one to put off
    await ada.press('Camera off')
    await noraSaw(sends({ microphone: true, picture: false }))
    await nora.ask('say', JSON.stringify({ microphone: true, picture: false }))
    await ada.sees('no camera')
    await ada.press('Hang up')
    await noraSaw({ saw: 'end', reason: 'hangup', originator: 'remote' })
    expect(await ada.log()).toEqual([
      expect.stringMatching(/^Nora\nincoming, \d+:\d\d · “again\?”$/),
      expect.stringMatching(/^Nora\noutgoing, \d+:\d\d · “lunch\?”$/)
    ])
    expect(nora.unhandled).toEqual([])
  })
})
