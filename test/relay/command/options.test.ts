import { describe, expect, it } from 'vitest'
import { DEFAULT_LIMITS } from '../../../src/relay/constants.ts'
import { ConfigurationError } from '../../../src/relay/command/errors.ts'
import { LIMIT_OPTIONS, OPTIONS } from '../../../src/relay/command/option-table.ts'
import { readRequest } from '../../../src/relay/command/options.ts'
import type { CommandSettings } from '../../../src/relay/command/settings.ts'

const PEER = '/ip4/192.0.2.1/tcp/4002/ws/p2p/12D3KooWJTsqjLDdaCof3ABsD6F1jU8YAXoTnfraztxDVHygxFqK'
const OTHER_PEER = '/dns4/relay.example.org/tcp/443/tls/ws/p2p/12D3KooWJTsqjLDdaCof3ABsD6F1jU8YAXoTnfraztxDVHygxFqK'

interface Written {
  readonly argv?: readonly string[]
  readonly env?: NodeJS.ProcessEnv
  /** What the only file there is holds. */
  readonly file?: string
}

function request ({ argv = [], env = {}, file }: Written, columns = 100): ReturnType<typeof readRequest> {
  return readRequest({
    argv,
    env,
    version: '1.2.3',
    columns,
    readText: () => {
      if (file == null) {
        throw new Error('no such file')
      }

      return file
    }
  })
}

function settings (written: Written): CommandSettings {
  const read = request(written)

  if (!('settings' in read)) {
    throw new Error(`text in place of settings: ${read.text}`)
  }

  return read.settings
}

const texts = (written: Written, columns?: number): string => {
  const read = request(written, columns)

  return 'text' in read ? read.text : ''
}

/** The names of all options that have a value, with a value that they take. */
const VALUES: Readonly<Record<string, string>> = {
  'port': '1', 'host': '::1', 'announce': '/dns4/a.example/tcp/1/ws', 'peer': PEER, 'tls-cert': 'c', 'tls-key': 'k', 'protocol-prefix': 'mine', 'key': 'f',
  'status-port': '2', 'status-host': '::1', 'log-level': 'debug', ...Object.fromEntries(Object.values(LIMIT_OPTIONS).map(({ name }) => [name, '7']))
}

describe('options of the relay command', () => {
  it('make a relay on port 4002 that keeps its key and is asked on loopback how it is, if there are none', () => {
    expect(settings({})).toEqual({
      listen: ['/ip4/0.0.0.0/tcp/4002/ws'],
      announce: [],
      peers: [],
      protocolPrefix: undefined,
      tls: undefined,
      keyFile: 'relay.key',
      limits: {},
      status: { host: '127.0.0.1', port: 4_003 },
      logLevel: 'info'
    })
  })

  it('listen on each host, of either IP, and over TLS once there is a certificate', () => {
    expect(settings({ argv: ['--port', '443', '--host', '::', '--host', '192.0.2.1'] }).listen).toEqual(['/ip6/::/tcp/443/ws', '/ip4/192.0.2.1/tcp/443/ws'])
    expect(settings({ argv: ['--tls-cert', 'c.pem', '--tls-key', 'k.pem'] })).toMatchObject({ listen: ['/ip4/0.0.0.0/tcp/4002/tls/ws'], tls: { cert: 'c.pem', key: 'k.pem' } })
  })

  it('set every limit, in the units of the help', () => {
    const argv = Object.values(LIMIT_OPTIONS).flatMap(({ name }) => [`--${name}`, '7'])

    expect(settings({ argv }).limits).toEqual({ ...Object.fromEntries(Object.keys(DEFAULT_LIMITS).map(limit => [limit, 7])), reservationTime: 7_000, relayedTime: 7_000 })
  })

  it('go before the environment, the environment before the file, and that before the defaults', () => {
    const file = JSON.stringify({ 'port': 1, 'status-port': 2, 'connections': 3, 'peer': [PEER] })
    const env = { LIBP2P_INVITATION_RELAY_PORT: '4', LIBP2P_INVITATION_RELAY_STATUS_PORT: '5', LIBP2P_INVITATION_RELAY_PEER: OTHER_PEER, PORT: '6' }

    expect(settings({ argv: ['--port', '7', '--config', 'relay.json'], env, file })).toMatchObject({
      listen: ['/ip4/0.0.0.0/tcp/7/ws'],
      status: { port: 5, host: '127.0.0.1' },
      limits: { connections: 3 },
      peers: [OTHER_PEER]
    })
  })

  it('can name the file in the environment', () => {
    expect(settings({ env: { LIBP2P_INVITATION_RELAY_CONFIG: 'relay.json', LIBP2P_INVITATION_RELAY_KEY: 'k' }, file: '{ "port": 1, "key": "f" }' })).toMatchObject({ listen: ['/ip4/0.0.0.0/tcp/1/ws'], keyFile: 'k' })
  })

  it('take lists: by repeating the option, in JSON, and with commas in the environment', () => {
    const peers = [PEER, OTHER_PEER]

    expect(settings({ argv: ['--peer', PEER, '--peer', OTHER_PEER] }).peers).toEqual(peers)
    expect(settings({ argv: ['--config', 'f'], file: JSON.stringify({ peer: peers }) }).peers).toEqual(peers)
    expect(settings({ env: { LIBP2P_INVITATION_RELAY_PEER: `${PEER}, ${OTHER_PEER}` } }).peers).toEqual(peers)
  })

  it('serve no status if told so anywhere', () => {
    expect(settings({ argv: ['--no-status'] }).status).toBeUndefined()
    expect(settings({ env: { LIBP2P_INVITATION_RELAY_NO_STATUS: 'true' } }).status).toBeUndefined()
    expect(settings({ argv: ['--config', 'f'], file: '{ "no-status": true }' }).status).toBeUndefined()
    expect(settings({ argv: ['--config', 'f'], file: '{ "no-status": false }' }).status).toBeDefined()
  })

  it('take an empty variable of the environment for none', () => {
    expect(settings({ env: { LIBP2P_INVITATION_RELAY_PORT: '' } }).listen).toEqual(['/ip4/0.0.0.0/tcp/4002/ws'])
  })

  it('can each be given in each of the three ways', () => {
    const valued = [...OPTIONS].filter(([name, { kind }]) => kind !== 'switch' && name !== 'config').map(([name]) => name)

    expect(Object.keys(VALUES).toSorted()).toEqual(valued.toSorted())

    const byFlag = settings({ argv: Object.entries(VALUES).flatMap(([name, value]) => [`--${name}`, value]) })
    const byEnvironment = settings({ env: Object.fromEntries(Object.entries(VALUES).map(([name, value]) => [`LIBP2P_INVITATION_RELAY_${name.toUpperCase().replaceAll('-', '_')}`, value])) })
    const byFile = settings({ argv: ['--config', 'f'], file: JSON.stringify(VALUES) })

    expect(byEnvironment).toEqual(byFlag)
    expect(byFile).toEqual(byFlag)
  })

  it.each<[string, Written, RegExp]>([
    ['an unknown option', { argv: ['--prot', '1'] }, /^Unknown argument: prot$/],
    ['a word that is no option', { argv: ['start'] }, /^Unknown argument: start$/],
    ['a camel', { argv: ['--statusPort', '1'] }, /^Unknown argument: statusPort$/],
    ['a missing value', { argv: ['--port'] }, /port/],
    ['an empty value, as of an unset variable of a shell', { argv: ['--port='] }, /^--port: "" is no value$/],
    ['text for a number', { argv: ['--port', 'many'] }, /^--port: many is no whole number from 0 to 65535$/],
    ['a number with a sign', { argv: ['--connections=-1'] }, /^--connections: -1 is no whole number/],
    ['half a number', { argv: ['--connections', '1.5'] }, /^--connections: 1.5 is no whole number/],
    ['none of what there must be one of', { argv: ['--connections', '0'] }, /^--connections: 0 is no whole number from 1 /],
    ['a port that is none', { argv: ['--status-port', '65536'] }, /^--status-port: 65536 is no whole number from 0 to 65535$/],
    ['two values where there is one', { argv: ['--port', '1', '--port', '2'] }, /^--port: given 2 times$/],
    ['a host by name', { argv: ['--host', 'localhost'] }, /^--host: localhost is no IP address/],
    ['an address that is none', { argv: ['--announce', 'relay.example.org'] }, /^--announce: relay.example.org is no multiaddr/],
    ['a relay without a peer id', { argv: ['--peer', '/ip4/192.0.2.1/tcp/4002/ws'] }, /^--peer: \/ip4\/192.0.2.1\/tcp\/4002\/ws has no \/p2p\/<peer id> at its end$/],
    ['a certificate without a key', { argv: ['--tls-cert', 'c'] }, /one needs the other/],
    ['a level that is none', { argv: ['--log-level', 'loud'] }, /^--log-level: loud is none of fatal, error, warn, info, debug$/],
    ['an unknown variable', { env: { LIBP2P_INVITATION_RELAY_PROT: '1' } }, /^LIBP2P_INVITATION_RELAY_PROT: no such option$/],
    ['a switch that is neither on nor off', { env: { LIBP2P_INVITATION_RELAY_NO_STATUS: '1' } }, /^LIBP2P_INVITATION_RELAY_NO_STATUS: true or false$/],
    ['a file that is not there', { argv: ['--config', 'f'] }, /f cannot be read: no such file$/],
    ['a file that is no JSON', { argv: ['--config', 'f'], file: '{' }, /f cannot be read: /],
    ['a file that is a list', { argv: ['--config', 'f'], file: '[]' }, /f is no JSON object$/],
    ['an unknown name in the file', { argv: ['--config', 'f'], file: '{ "prot": 1 }' }, /f: prot: no such option$/],
    ['a prototype in the file', { argv: ['--config', 'f'], file: '{ "__proto__": { "port": 1 } }' }, /f: __proto__: no such option$/],
    ['a file that names another', { argv: ['--config', 'f'], file: '{ "config": "g" }' }, /f: config: a configuration file cannot name another$/],
    ['a value of another kind in the file', { argv: ['--config', 'f'], file: '{ "port": true }' }, /^--port: true is no value$/]
  ])('do not take %s', (_, written, message) => {
    expect(() => settings(written)).toThrow(ConfigurationError)
    expect(() => settings(written)).toThrow(message)
  })

  it('can be read of: each by its name, in groups, with its default', () => {
    const help = texts({ argv: ['--help'] })

    for (const [name, { group, default: standard }] of OPTIONS) {
      expect(help).toContain(`--${name} `)
      expect(help).toContain(`\n${group}:\n`)
      expect(help).toContain(`[default: ${standard}]`)
    }

    expect(help).toMatch(/\nExamples:\n/)
    expect(help).not.toContain('Options:')
  })

  it('can be read of on a narrow terminal', () => {
    const lines = texts({ argv: ['--help'] }, 80).split('\n').filter(line => !line.startsWith('  libp2p-invitation-relay'))

    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(80)
  })

  it('tell the version', () => {
    expect(texts({ argv: ['--version'] })).toBe('1.2.3')
  })
})
