import { EventEmitter } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { runCommand } from '../../../src/relay/command/command.ts'
import { MAX_STOP_TIME, SAME_SIGNAL_TIME } from '../../../src/relay/command/constants.ts'
import { HandMovedEnvironment } from '../../environment/hand-moved-environment.ts'
import { PATIENCE } from '../nodes.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** The command, in this process, with a time of its own that the test moves. */
function start (argv: readonly string[], onPrinted: (text: string, environment: HandMovedEnvironment) => void = () => {}) {
  const printed: string[] = []
  const complaints: string[] = []
  const events = new EventEmitter()
  const environment = new HandMovedEnvironment()
  const ended = runCommand({
    argv,
    env: {},
    stdout: {
      write: text => {
        printed.push(text)
        onPrinted(text, environment)
      }
    },
    stderr: { write: text => complaints.push(text) },
    events,
    environment,
    readText: () => '{}'
  })

  return {
    printed,
    complaints,
    events,
    environment,
    ended,
    logged: async (msg: string): Promise<void> => {
      await vi.waitFor(() => { expect(printed.join('')).toContain(`"msg":"${msg}`) }, { timeout: PATIENCE, interval: 5 })
    }
  }
}

const onAnyPort = async (): Promise<string[]> => ['--port', '0', '--host', '127.0.0.1', '--status-port', '0', '--key', join(await temporaryFolder(), 'relay.key')]

describe('the relay command', () => {
  it('ends with 0 after its help', async () => {
    const { ended, printed, complaints } = start(['--help'])

    expect(await ended).toBe(0)
    expect(printed.join('')).toMatch(/^libp2p-invitation-relay \[options\]\n/)
    expect(complaints).toEqual([])
  })

  it('tells the version of the package', async () => {
    const { ended, printed } = start(['--version'])
    const { version } = JSON.parse(await readFile(new URL('../../../package.json', import.meta.url), 'utf8')) as { version: string }

    expect(await ended).toBe(0)
    expect(printed.join('')).toBe(`${version}\n`)
  })

  it.each([
    [['--prot', '1'], 'Unknown argument: prot'],
    [['--port', 'many'], '--port: many is no whole number from 0 to 65535']
  ])('ends with 2 and one line after %j', async (argv, line) => {
    const { ended, printed, complaints } = start(argv)

    expect(await ended).toBe(2)
    expect(printed).toEqual([])
    expect(complaints).toEqual([`libp2p-invitation-relay: ${line} (see --help)\n`])
  })

  it('ends with 2 and one line after a limit that the relay does not take', async () => {
    const { ended, complaints } = start([...await onAnyPort(), '--relayed-time', '999999999'])

    expect(await ended).toBe(2)
    expect(complaints.join('')).toMatch(/^libp2p-invitation-relay: [^\n]*relayed[^\n]* \(see --help\)\n$/)
  })

  it('stops after a signal, and leaves nothing behind', async () => {
    const { ended, events, environment, logged, complaints, printed } = start(await onAnyPort())

    await logged('listening')
    events.emit('SIGTERM', 'SIGTERM')

    expect(await ended).toBe(0)
    expect(printed.at(-1)).toContain('"msg":"stopped"')
    expect(complaints).toEqual([])
    expect(events.eventNames()).toEqual([])
    expect(environment.pendingTimers).toBe(0)
  })

  it('stops after a signal that came before it had started', async () => {
    const { ended, events } = start(await onAnyPort())

    events.emit('SIGINT', 'SIGINT')

    expect(await ended).toBe(0)
  })

  it('ends at once after a second signal', async () => {
    const { ended, events, environment, logged, printed } = start(await onAnyPort())

    await logged('listening')
    events.emit('SIGINT', 'SIGINT')
    environment.advance(SAME_SIGNAL_TIME)
    events.emit('SIGINT', 'SIGINT')

    expect(await ended).toBe(130)
    expect(printed.join('')).not.toContain('"msg":"stopped"')
    await logged('stopped')
  })

  it('ends with 1 when the stop takes too long', async () => {
    const { ended, events, logged, printed } = start(await onAnyPort(), (text, environment) => {
      if (text.includes('"msg":"stopping"')) {
        queueMicrotask(() => { environment.advance(MAX_STOP_TIME) })
      }
    })

    await logged('listening')
    events.emit('SIGTERM', 'SIGTERM')

    expect(await ended).toBe(1)
    expect(printed.at(-1)).toContain('"level":"error"')
  })
})
