import { describe, expect, it } from 'vitest'
import { ListenError } from '../../../src/errors/index.ts'
import { listenRefusal } from '../../../src/relay/command/listen-refusal.ts'

const refused = (reason: string): ListenError => new ListenError('cannot listen', { cause: new Error(`Some configured addresses failed to be listened on\n\n  /ip4/a: ${reason}\n`) })

describe('why a relay cannot listen', () => {
  it.each([
    ['listen EADDRINUSE: address already in use 0.0.0.0:4002', '--port: port 4002 is taken by another program'],
    ['listen EADDRINUSE: address already in use :::4002', '--port: port 4002 is taken by another program'],
    ['listen EACCES: permission denied 0.0.0.0:443', '--port: port 443 is not for this user (those below 1024 are the system\'s)'],
    ['listen EADDRNOTAVAIL: address not available 192.0.2.1:4002', '--host: 192.0.2.1 is no address of this machine'],
    ['listen EADDRNOTAVAIL: address not available 192.0.2.1', '--host: 192.0.2.1 is no address of this machine'],
    ['something else', '--port: cannot listen']
  ])('is told in the operator\'s words: %s', (reason, told) => {
    expect(listenRefusal('--port', refused(reason))).toMatchObject({ name: 'RefusedError', message: told })
  })

  it('is told of the status server by its own options', () => {
    expect(listenRefusal('--status-port', refused('listen EADDRINUSE: address already in use 127.0.0.1:4003'))).toMatchObject({ message: '--status-port: port 4003 is taken by another program' })
    expect(listenRefusal('--status-port', refused('listen EADDRNOTAVAIL: address not available 192.0.2.1:4003'))).toMatchObject({ message: '--status-host: 192.0.2.1 is no address of this machine' })
  })

  it('is not what everything else is about', () => {
    const other = new Error('listen EADDRINUSE: address already in use 0.0.0.0:4002')

    expect(listenRefusal('--port', other)).toBe(other)
  })
})
