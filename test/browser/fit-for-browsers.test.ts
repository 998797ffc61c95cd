import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { fitForBrowsers } from './fit-for-browsers.ts'

const { fit, unfit, packages } = fitForBrowsers(fileURLToPath(new URL('../..', import.meta.url)))

/** Folders whose tests are of what runs in browsers. */
const ROOMS = ['environment', 'identity', 'invitation', 'limits', 'link', 'presence', 'session', 'wire']

describe('the tests that run in browsers too', () => {
  it.each(ROOMS)('are most of %s', room => {
    const inRoom = (file: string): boolean => file.startsWith(`test/${room}/`)
    const leftOut = [...unfit.keys()].filter(inRoom)

    expect(fit.filter(inRoom).length).toBeGreaterThanOrEqual(2 * leftOut.length)
  })

  it('are none that start processes or listen on the network', () => {
    expect(fit.filter(file => /^test\/(?:processes|relay|readme|model|browser)\//.test(file))).toEqual([])
  })

  it('import no package that is for Node alone', () => {
    expect(packages).toContain('libp2p')
    expect(packages.filter(name => /^(?:playwright|puppeteer-core|vite|prom-client|pino|yargs)$/.test(name))).toEqual([])
  })

  it('leave out the others for a reason, which is told', () => {
    expect(unfit.get('test/wire/in-node.test.ts')).toBe('node:buffer in test/wire/in-node.test.ts')
    expect(unfit.get('test/presence/simulation/sleeping-tabs.test.ts')).toBe('takes too long')
    expect(unfit.get('test/model/model.test.ts')).toMatch(/^node:\w+ in test\/model\/explorer\.ts$/)
  })
})
