import yargs from 'yargs'
import { ENVIRONMENT_PREFIX, MAX_HELP_WIDTH, PROGRAM_NAME } from './constants.ts'
import { ConfigurationError } from './errors.ts'
import { OPTIONS } from './option-table.ts'
import { optionsOfEnvironment, optionsOfFile } from './option-sources.ts'
import { readSettings } from './settings.ts'
import type { GivenOptions, ReadText } from './option-sources.ts'
import type { CommandSettings } from './settings.ts'
import type { Argv } from 'yargs'

const PURPOSE = 'A relay for libp2p-invitation: it makes peers reachable that cannot listen, such as browser tabs, and passes on the gossip of their rooms. It can neither read nor decide an invitation.'

const EXAMPLES = [
  { does: 'on port 4002, its key in ./relay.key', options: '' },
  { does: 'rooms span both relays', options: '--peer /dns4/two.example.org/tcp/443/tls/ws/p2p/12D3KooW…' },
  { does: 'behind a proxy that does TLS', options: '--host 127.0.0.1 --announce /dns4/one.example.org/tcp/443/tls/ws' },
  { does: 'with a certificate of its own', options: '--port 443 --tls-cert fullchain.pem --tls-key privkey.pem' },
  { does: 'configured by a file, but for one option', options: '--config relay.json --log-level debug' }
]

const EPILOGUE = `Every option can be set in the environment, too (${ENVIRONMENT_PREFIX}STATUS_PORT=9402; commas between the items of a list), or in the file. The command line goes before the environment, and the environment before the file.

Ends with 0 after ctrl-c or SIGTERM, with 1 if the machine refuses something, with 2 if the options are wrong.`

/** Where the options come from. */
export interface OptionSources {
  /** What the operator wrote behind the program's name. */
  readonly argv: readonly string[]
  readonly env: NodeJS.ProcessEnv
  readonly readText: ReadText
  readonly version: string
  /** Columns of the terminal, for the help. */
  readonly columns: number
}

/** What the operator wants: a relay, or something to read. */
export type Request = { readonly settings: CommandSettings } | { readonly text: string }

/**
 * Reads the options: the command line goes before the environment, the environment before the configuration file, and that
 * before the defaults, option by option.
 *
 * @throws {ConfigurationError} with one line for the operator
 */
export function readRequest ({ argv, env, readText, version, columns }: OptionSources): Request {
  const fromEnvironment = optionsOfEnvironment(env)
  const parser = describeOptions(version, columns)
    .config(fromEnvironment)
    // what is read from the file goes before objects given to the parser, so the environment is put over it here
    .config('config', OPTIONS.get('config')?.describe ?? '', path => ({ ...optionsOfFile(path, readText), ...fromEnvironment }))

  if (typeof fromEnvironment['config'] === 'string') {
    // the parser reads the file before it looks into objects
    parser.default('config', fromEnvironment['config'])
  }

  let text = ''
  let failure: Error | undefined
  const given: GivenOptions = parser.parseSync(argv, {}, (error, _, output) => {
    failure = error ?? undefined
    text = output
  })

  if (failure != null) {
    throw new ConfigurationError(failure.message, { cause: failure })
  }

  return text === '' ? { settings: readSettings(given) } : { text }
}

function describeOptions (version: string, columns: number): Argv {
  const parser = yargs()
    .scriptName(PROGRAM_NAME)
    .usage(`$0 [options]\n\n${PURPOSE}`)
    .locale('en')
    // no second spellings of names, and values are read in settings.ts, in one way from wherever they come
    .parserConfiguration({ 'camel-case-expansion': false, 'dot-notation': false, 'boolean-negation': false, 'greedy-arrays': false, 'parse-numbers': false })
    .exitProcess(false)
    .showHelpOnFail(false)
    .strict()
    .wrap(Math.min(columns, MAX_HELP_WIDTH))

  for (const [name, { group, kind, describe, default: standard }] of OPTIONS) {
    parser.option(name, {
      group: `${group}:`,
      describe,
      defaultDescription: String(standard),
      ...(kind === 'switch' ? { boolean: true } : { requiresArg: true, array: kind === 'list' })
    })
  }

  return parser
    .help()
    .version(version)
    .group(['help', 'version'], 'Operation:')
    .example(EXAMPLES.map(({ does, options }): [string, string] => [`# ${does}\n$0 ${options}`, '']))
    .epilogue(EPILOGUE)
}
