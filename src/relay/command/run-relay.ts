import { Registry } from 'prom-client'
import { createRelay } from '../index.ts'
import { serveStatus } from '../status-server.ts'
import { EXIT_CODE_DONE, EXIT_CODE_FAILED, MAX_STOP_TIME } from './constants.ts'
import { keepKey } from './key-file.ts'
import { listenRefusal } from './listen-refusal.ts'
import { StatusWatch } from './status-watch.ts'
import { readTlsFiles } from './tls-files.ts'
import { readVersion } from './version.ts'
import type { Environment } from '../../environment/index.ts'
import type { Relay } from '../index.ts'
import type { StatusServer } from '../status-server.ts'
import type { CommandSettings } from './settings.ts'
import type { StopSignals } from './stop-signals.ts'
import type { Logger } from 'pino'

/** What a relay is run with. */
export interface RunContext {
  readonly settings: CommandSettings
  readonly log: Logger
  readonly signals: StopSignals
  readonly environment: Environment
}

/**
 * Runs a relay until it is asked to stop.
 *
 * @returns what the process is to end with
 * @throws {RefusedError} a file or a port is not to be had
 * @throws {InvalidArgumentError} the relay does not take an option
 */
export async function runRelay ({ settings, log, signals, environment }: RunContext): Promise<number> {
  log.info({ version: readVersion(), pid: process.pid }, 'starting')

  const registry = new Registry()
  const relay = await startRelay(settings, registry, environment)
  const status = await startStatus(settings, relay, registry)
  const watch = new StatusWatch({ relay, registry, log, environment })

  log.info({ peerId: relay.peerId.toString(), status: status?.url ?? 'off', addresses: relay.addresses.map(String) }, 'listening')

  watch.start()

  const signal = await signals.asked

  watch.stop()
  log.info({ signal }, 'stopping')

  const isClean = await stopAll(relay, status, environment)

  if (!isClean) {
    log.error(`not stopped in ${MAX_STOP_TIME / 1_000} s, ending all the same`)

    return EXIT_CODE_FAILED
  }

  log.info('stopped')

  return EXIT_CODE_DONE
}

async function startRelay (settings: CommandSettings, registry: Registry, environment: Environment): Promise<Relay> {
  const { listen, announce, peers, protocolPrefix, tls, keyFile, limits } = settings
  const files = tls == null ? {} : { tls: await readTlsFiles(tls) }
  const privateKey = await keepKey(keyFile, environment)

  try {
    return await createRelay({ listen, announce, peers, privateKey, limits, registry, ...files, ...(protocolPrefix == null ? {} : { protocolPrefix }) }, environment)
  } catch (thrown) {
    throw listenRefusal('--port', thrown)
  }
}

async function startStatus ({ status }: CommandSettings, relay: Relay, registry: Registry): Promise<StatusServer | undefined> {
  try {
    return status == null ? undefined : await serveStatus(relay, { ...status, registry })
  } catch (thrown) {
    await relay.stop()

    throw listenRefusal('--status-port', thrown)
  }
}

/** @returns whether it was done in time */
async function stopAll (relay: Relay, status: StatusServer | undefined, environment: Environment): Promise<boolean> {
  const { promise: late, resolve } = Promise.withResolvers<boolean>()
  const timer = environment.startTimer(MAX_STOP_TIME, () => { resolve(false) })

  status?.announceStop()

  try {
    return await Promise.race([late, stopInOrder(relay, status)])
  } finally {
    timer.stop()
  }
}

async function stopInOrder (relay: Relay, status: StatusServer | undefined): Promise<boolean> {
  await relay.stop()
  await status?.stop()

  return true
}
