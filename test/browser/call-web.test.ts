import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, vi } from 'vitest'
import { CallUser } from './call-user.ts'
import { PATIENCE } from './patience.ts'
import { startScene } from './scene.ts'

// several such waits in one test
vi.setConfig({ testTimeout: 4 * PATIENCE })

const pathOf = (file: string): string => fileURLToPath(new URL(file, import.meta.url))

describe('npm run web', () => {
  it('serves the page and a relay, by which two tabs call each other, and ends on ctrl-c', async context => {
    const { browsers } = await startScene(context)
    // a group of its own, as a terminal makes one, and a leash: it ends with this process, too
    const web = spawn(process.execPath, [pathOf('leashed-process.ts'), process.execPath, pathOf('../../examples/server/main.ts'), 'call', '--port', '0', '--local-only'], {
      stdio: ['pipe', 'pipe', 'inherit'],
      detached: true
    })

    context.onTestFinished(() => { web.stdin.end() })

    const [line] = await once(createInterface({ input: web.stdout }), 'line') as [string]
    const url = /http:\S+/.exec(line)?.[0] ?? ''
    const [ada, ben] = [await CallUser.open(browsers, url, 'Ada'), await CallUser.open(browsers, url, 'Ben')]

    await Promise.all([ada.enter('office'), ben.enter('office')])
    await ada.ring(ben, 'lunch?')
    await ben.isRungBy(ada)
    await ben.press('Accept')
    await expect.poll(async () => await ada.framesDecoded(), { timeout: PATIENCE, interval: 100 }).toBeGreaterThan(5)
    await ada.press('Hang up')
    expect(await ada.log()).toHaveLength(1)
    await Promise.all([ada.tab.close(), ben.tab.close()])

    // the pipe closes when the last of the group has ended
    const ended = once(web.stdout, 'close')

    process.kill(-(web.pid ?? 0), 'SIGINT')
    await ended
    await expect(fetch(url)).rejects.toThrow('fetch failed')
  })
})
