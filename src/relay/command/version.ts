import { readFileSync } from 'node:fs'

/** The version of the package, from its manifest: as far from here in the sources as in what is built of them. */
export function readVersion (): string {
  const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as { version: string }

  return version
}
