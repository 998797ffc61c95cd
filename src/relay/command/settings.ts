import { isIP, isIPv6 } from 'node:net'
import { CODE_P2P, multiaddr } from '@multiformats/multiaddr'
import { DEFAULT_HOST, DEFAULT_KEY_FILE, DEFAULT_PORT, DEFAULT_STATUS_HOST, DEFAULT_STATUS_PORT } from './constants.ts'
import { ConfigurationError } from './errors.ts'
import { LIMIT_OPTIONS, LOG_LEVELS } from './option-table.ts'
import type { RelayLimits } from '../index.ts'
import type { GivenOptions } from './option-sources.ts'
import type { LogLevel } from './option-table.ts'

/** The operator's options, checked, with what was left out filled in. */
export interface CommandSettings {
  /** Multiaddrs. */
  readonly listen: readonly string[]
  readonly announce: readonly string[]
  readonly peers: readonly string[]
  readonly protocolPrefix: string | undefined
  /** Paths of the two PEM files. */
  readonly tls: { readonly cert: string, readonly key: string } | undefined
  readonly keyFile: string
  /** Those that were given. */
  readonly limits: Partial<RelayLimits>
  /** Where /health and /metrics are served, if they are. */
  readonly status: { readonly host: string, readonly port: number } | undefined
  readonly logLevel: LogLevel
}

/** @throws {ConfigurationError} the value of an option cannot be meant */
export function readSettings (given: GivenOptions): CommandSettings {
  const tls = readTls(given)

  return {
    listen: readListen(given, tls == null ? 'ws' : 'tls/ws'),
    announce: readList('announce', given).map(text => readAddress('announce', text)),
    peers: readList('peer', given).map(readPeer),
    protocolPrefix: readText('protocol-prefix', given),
    tls,
    keyFile: readText('key', given) ?? DEFAULT_KEY_FILE,
    limits: readLimits(given),
    status: readStatus(given),
    logLevel: readLogLevel(given)
  }
}

function readListen (given: GivenOptions, protocols: string): string[] {
  const port = readPort('port', given) ?? DEFAULT_PORT
  const hosts = readList('host', given).map(host => readHost('host', host))

  return (hosts.length === 0 ? [DEFAULT_HOST] : hosts).map(host => `/${isIPv6(host) ? 'ip6' : 'ip4'}/${host}/tcp/${port}/${protocols}`)
}

function readStatus (given: GivenOptions): CommandSettings['status'] {
  const host = readHost('status-host', readText('status-host', given) ?? DEFAULT_STATUS_HOST)
  const port = readPort('status-port', given) ?? DEFAULT_STATUS_PORT

  return String(given['no-status']) === 'true' ? undefined : { host, port }
}

function readTls (given: GivenOptions): CommandSettings['tls'] {
  const cert = readText('tls-cert', given)
  const key = readText('tls-key', given)

  if (cert == null && key == null) {
    return undefined
  }

  if (cert == null || key == null) {
    throw new ConfigurationError('--tls-cert and --tls-key: one needs the other')
  }

  return { cert, key }
}

function readPeer (text: string): string {
  const address = readAddress('peer', text)

  if (multiaddr(address).getComponents().at(-1)?.code !== CODE_P2P) {
    throw new ConfigurationError(`--peer: ${text} has no /p2p/<peer id> at its end`)
  }

  return address
}

function readAddress (name: string, text: string): string {
  try {
    return multiaddr(text).toString()
  } catch (cause) {
    throw new ConfigurationError(`--${name}: ${text} is no multiaddr, such as /dns4/relay.example.org/tcp/443/tls/ws`, { cause })
  }
}

function readHost (name: string, text: string): string {
  if (isIP(text) === 0) {
    throw new ConfigurationError(`--${name}: ${text} is no IP address, such as 0.0.0.0, 127.0.0.1 or ::`)
  }

  return text
}

function readLimits (given: GivenOptions): Partial<RelayLimits> {
  const limits: Partial<RelayLimits> = {}

  for (const [limit, { name, unit }] of Object.entries(LIMIT_OPTIONS)) {
    const value = readNumber(name, given, 1, Math.floor(Number.MAX_SAFE_INTEGER / unit))

    if (value != null) {
      limits[limit as keyof RelayLimits] = value * unit
    }
  }

  return limits
}

function readPort (name: string, given: GivenOptions): number | undefined {
  return readNumber(name, given, 0, 65_535)
}

function readNumber (name: string, given: GivenOptions, least: number, most: number): number | undefined {
  const text = readText(name, given)

  if (text == null) {
    return undefined
  }

  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN

  if (!(value >= least && value <= most)) {
    throw new ConfigurationError(`--${name}: ${text} is no whole number from ${least} to ${most}`)
  }

  return value
}

function readLogLevel (given: GivenOptions): LogLevel {
  const text = readText('log-level', given) ?? 'info'
  const level = LOG_LEVELS.find(known => known === text)

  if (level == null) {
    throw new ConfigurationError(`--log-level: ${text} is none of ${LOG_LEVELS.join(', ')}`)
  }

  return level
}

function readText (name: string, given: GivenOptions): string | undefined {
  const values = readValues(name, given)

  if (values.length > 1) {
    throw new ConfigurationError(`--${name}: given ${values.length} times`)
  }

  return values[0]
}

/** In the environment a list is one text with commas. */
function readList (name: string, given: GivenOptions): string[] {
  return readValues(name, given).flatMap(value => value.split(',').map(item => item.trim()))
}

function readValues (name: string, given: GivenOptions): string[] {
  const value = given[name] ?? []

  return (Array.isArray(value) ? value : [value]).map((item: unknown) => {
    if ((typeof item !== 'string' && typeof item !== 'number') || item === '') {
      throw new ConfigurationError(`--${name}: ${JSON.stringify(item)} is no value`)
    }

    return String(item)
  })
}
