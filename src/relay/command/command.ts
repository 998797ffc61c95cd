import { asError, InvalidArgumentError } from '../../errors/index.ts'
import { EXIT_CODE_DONE, EXIT_CODE_FAILED, EXIT_CODE_USAGE, NARROW_TERMINAL, PROGRAM_NAME } from './constants.ts'
import { ConfigurationError, RefusedError } from './errors.ts'
import { openLog } from './log.ts'
import { readRequest } from './options.ts'
import { runRelay } from './run-relay.ts'
import { StopSignals } from './stop-signals.ts'
import { readVersion } from './version.ts'
import type { Environment } from '../../environment/index.ts'
import type { TextOutput } from './log.ts'
import type { ReadText } from './option-sources.ts'
import type { CommandSettings } from './settings.ts'
import type { ProcessEvents } from './stop-signals.ts'

/** What the command has of the process that it is run by. */
export interface CommandContext {
  /** What was written behind the name of the program. */
  readonly argv: readonly string[]
  readonly env: NodeJS.ProcessEnv
  /** For the log, and for what was asked for, such as the help. */
  readonly stdout: TextOutput
  /** For one line on why it does not start. */
  readonly stderr: TextOutput
  /** Signals and uncaught errors. */
  readonly events: ProcessEvents
  readonly environment: Environment
  readonly readText: ReadText
}

/**
 * The whole command, from its options to its end. Never rejects.
 *
 * @returns what the process is to end with, at once: 0 when it did what it was asked for, 1 when the machine refused something
 * or it failed, 2 when the options cannot be meant, 128 and the number of the signal when it was told twice to stop
 */
export async function runCommand (context: CommandContext): Promise<number> {
  const { argv, env, stdout, stderr, readText } = context
  const complain = (line: string): void => { stderr.write(`${PROGRAM_NAME}: ${line}\n`) }

  try {
    const request = readRequest({ argv, env, readText, version: readVersion(), columns: stdout.columns ?? NARROW_TERMINAL })

    if ('text' in request) {
      stdout.write(`${request.text}\n`)

      return EXIT_CODE_DONE
    }

    return await untilItEnds(request.settings, context)
  } catch (thrown) {
    if (thrown instanceof ConfigurationError || thrown instanceof InvalidArgumentError) {
      complain(`${thrown.message} (see --help)`)

      return EXIT_CODE_USAGE
    }

    const error = asError(thrown)

    // what is no fault of the operator's is for whoever mends it
    complain(error instanceof RefusedError ? error.message : error.stack ?? error.message)

    return EXIT_CODE_FAILED
  }
}

/** Runs the relay, until it was stopped, or has to end at once. */
async function untilItEnds (settings: CommandSettings, { stdout, events, environment }: CommandContext): Promise<number> {
  const log = openLog(settings.logLevel, stdout)
  const { promise: failed, resolve: fail } = Promise.withResolvers<number>()
  const onUncaught = (thrown: unknown): void => {
    log.fatal({ err: asError(thrown) }, 'failed')
    fail(EXIT_CODE_FAILED)
  }
  using signals = new StopSignals(events, environment)

  events.on('uncaughtException', onUncaught)

  try {
    return await Promise.race([runRelay({ settings, log, signals, environment }), signals.insisted, failed])
  } finally {
    events.off('uncaughtException', onUncaught)
  }
}
