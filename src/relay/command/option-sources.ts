import { ENVIRONMENT_PREFIX } from './constants.ts'
import { ConfigurationError } from './errors.ts'
import { OPTIONS } from './option-table.ts'
import { reasonOf } from './system-errors.ts'

/** Values of options by name, as somebody wrote them. */
export type GivenOptions = Readonly<Record<string, unknown>>

/** Gives the text of a file. Throws what the file system throws. */
export type ReadText = (path: string) => string

/**
 * The options that environment variables set, `--config` among them.
 *
 * @throws {ConfigurationError} a variable names no option, or a switch is neither true nor false
 */
export function optionsOfEnvironment (env: NodeJS.ProcessEnv): GivenOptions {
  const given: Record<string, unknown> = {}

  for (const [variable, value] of Object.entries(env)) {
    // an empty variable is how many tools write one that is not set
    if (variable.startsWith(ENVIRONMENT_PREFIX) && value !== '') {
      const name = variable.slice(ENVIRONMENT_PREFIX.length).toLowerCase().replaceAll('_', '-')

      check(variable, name, value)
      given[name] = value
    }
  }

  return given
}

/**
 * The options that a configuration file sets: a JSON object whose names are those of the options.
 *
 * @throws {ConfigurationError} it cannot be read, is no JSON object, or names what is no option
 */
export function optionsOfFile (path: string, readText: ReadText): GivenOptions {
  let given: unknown

  try {
    given = JSON.parse(readText(path))
  } catch (cause) {
    throw new ConfigurationError(`--config: ${path} cannot be read: ${reasonOf(cause)}`, { cause })
  }

  if (typeof given !== 'object' || given == null || Array.isArray(given)) {
    throw new ConfigurationError(`--config: ${path} is no JSON object`)
  }

  for (const [name, value] of Object.entries(given)) {
    if (name === 'config') {
      throw new ConfigurationError(`${path}: config: a configuration file cannot name another`)
    }

    check(`${path}: ${name}`, name, value)
  }

  return { ...given }
}

function check (written: string, name: string, value: unknown): void {
  const option = OPTIONS.get(name)

  if (option == null) {
    throw new ConfigurationError(`${written}: no such option`)
  }

  // what parses the options takes everything else for false
  if (option.kind === 'switch' && !['true', 'false'].includes(String(value))) {
    throw new ConfigurationError(`${written}: true or false`)
  }
}
