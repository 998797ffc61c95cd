import { describe, expect, it } from 'vitest'
import { openLog } from '../../../src/relay/command/log.ts'
import { readableLine } from '../../../src/relay/command/readable-line.ts'

const ENTRY = { level: 'info', time: '2026-11-25T20:02:49.733Z' }

describe('the log', () => {
  it('is one line of JSON for each entry, of its level or above', () => {
    const lines: string[] = []
    const log = openLog('info', { write: line => lines.push(line) })

    log.debug('hidden')
    log.info({ peerId: 'p' }, 'listening')

    expect(lines).toHaveLength(1)
    expect(JSON.parse(lines.join(''))).toEqual({ level: 'info', time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as unknown, peerId: 'p', msg: 'listening' })
  })

  it('is for people on a terminal', () => {
    const lines: string[] = []

    openLog('info', { isTTY: true, write: line => lines.push(line) }).warn({ known: 2 }, 'another relay is lost')

    expect(lines.join('')).toMatch(/^\d\d:\d\d:\d\d warn {2}another relay is lost known=2\n$/)
  })

  it('has each address on a line of its own there, to be copied whole', () => {
    expect(readableLine(JSON.stringify({ ...ENTRY, peerId: 'p', addresses: ['/ip4/127.0.0.1', '/ip4/192.0.2.1'], msg: 'listening' })))
      .toBe('20:02:49 info  listening peerId=p\n  /ip4/127.0.0.1\n  /ip4/192.0.2.1\n')
  })

  it('moves no cursor there', () => {
    expect(readableLine(JSON.stringify({ ...ENTRY, err: { message: 'a\u001b[2J\nb\u009b' }, text: '\u001b[2J', msg: 'failed\u001b[2J' })))
      .toBe('20:02:49 info  failed?[2J err={"message":"a\\u001b[2J\\nb?"} text=?[2J\n')
  })
})
