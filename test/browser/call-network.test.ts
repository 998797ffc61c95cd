import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { CallUser } from './call-user.ts'
import { PagesServer } from './pages-server.ts'
import { PATIENCE, PATIENT } from './patience.ts'
import { pathOf } from './programs.ts'
import { startScene } from './scene.ts'
import { VirtualNetwork } from './virtual-network.ts'
import type { TestContext } from 'vitest'

// several such waits in one test
vi.setConfig({ testTimeout: 6 * PATIENCE })

const pages = await PagesServer.start(fileURLToPath(new URL('../../examples', import.meta.url)))

afterAll(async () => { await pages[Symbol.asyncDispose]() })

/** A network with no host on it, until the test is finished. */
async function startNetwork ({ skip, onTestFinished }: TestContext): Promise<VirtualNetwork> {
  const network = await VirtualNetwork.start(pathOf('ip') ?? skip('there is no ip here'))

  onTestFinished(async () => { await network[Symbol.asyncDispose]() })

  return network
}

/** By what the connection goes in ICE that the page has had for all its calls: each restart gives it another name. */
async function iceName ({ tab }: CallUser): Promise<string | undefined> {
  return await tab.ask(() => {
    const [connection, ...others] = window.watched ?? []

    return others.length > 0 ? 'not one call' : /a=ice-ufrag:(\S+)/.exec(connection?.localDescription?.sdp ?? '')?.[1]
  })
}

describe('two who talk by the page of examples/call', () => {
  it('are told that one lost the network, and see each other again when that one is back, by another address', async context => {
    // begun before the pages, so that it ends after them
    const network = await startNetwork(context)
    const { browsers, relay } = await startScene(context)

    // a browser says on the console that it cannot reach the relay
    browsers.expect('WebSocket')

    const url = pages.urlOf('call', { relay: String(relay.addresses[0]) })
    const hosts = [await network.addHost('10.0.0.1'), await network.addHost('10.0.0.2')] as const
    const ports = Array.from(decodeURIComponent(url).matchAll(/127\.0\.0\.1(?::|\/tcp\/)(\d+)/g), ([, port]) => Number(port))
    const [ada, ben] = await Promise.all([
      hosts[0].reach(...ports).then(async () => await CallUser.in(await browsers.openIn(hosts[0], url), 'Ada')),
      hosts[1].reach(...ports).then(async () => await CallUser.in(await browsers.openIn(hosts[1], url), 'Ben'))
    ])
    const both = [ada, ben]

    await Promise.all(both.map(async user => { await user.enter('office') }))
    await ada.ring(ben, 'lunch?')
    await ben.isRungBy(ada)
    await ben.press('Accept')
    await Promise.all(both.map(async user => { await user.seesPictures() }))

    const names = await Promise.all(both.map(iceName))

    await hosts[1].cutOff()
    await Promise.all([
      ada.sees('Reconnecting… Ben neither sees nor hears you'),
      ben.sees('Reconnecting… Ada neither sees nor hears you')
    ])

    const frames = await Promise.all(both.map(async user => await user.framesDecoded()))

    // so is the link between the two that goes by way of the relay, and with it what the session says
    await expect.poll(() => relay.status().connections, PATIENT).toBe(1)
    expect(await Promise.all(both.map(async user => await user.framesDecoded()))).toEqual(frames)

    await hosts[1].join('10.0.0.3')
    await Promise.all(both.map(async user => { await user.seesPictures() }))
    await Promise.all(both.map(async user => { await user.seesNoMore('Reconnecting…') }))

    for (const [index, user] of both.entries()) {
      expect(await iceName(user)).toEqual(expect.not.stringMatching(`^(${names[index]}|not one call)$`))
    }

    // it is still the same session
    await ada.press('Mute')
    await ben.sees('muted')
    await ben.press('Hang up')
    await Promise.all([ada.sees('Ben hung up.'), ben.sees('You hung up.')])
    expect(await ada.log()).toEqual([expect.stringMatching(/^Ben\noutgoing, \d+:\d\d · “lunch\?”$/)])
    expect(await ben.log()).toEqual([expect.stringMatching(/^Ada\nincoming, \d+:\d\d · “lunch\?”$/)])
  })
})
