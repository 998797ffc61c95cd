import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/**
 * A program that tests need beside Node: the environment variable that names it, or else what it goes by in `PATH`, or else where it may be,
 * or else another that does as well.
 */
interface Program { readonly variable: string, readonly names: readonly string[], readonly places: readonly string[], readonly orElse?: ProgramName }

export type ProgramName = 'chromium' | 'chromium without a window' | 'firefox' | 'Xvfb' | 'ip'

const PROGRAMS: Record<ProgramName, Program> = {
  chromium: {
    variable: 'CHROMIUM_PATH',
    names: ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'],
    places: ['/Applications/Chromium.app/Contents/MacOS/Chromium', '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome', 'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe']
  },
  // the same engine without all that is around pages in a window: to open one takes a third of the time
  'chromium without a window': { variable: 'CHROMIUM_HEADLESS_SHELL_PATH', names: ['chromium-headless-shell'], places: [], orElse: 'chromium' },
  firefox: {
    variable: 'FIREFOX_PATH',
    names: ['firefox-esr', 'firefox'],
    places: ['/Applications/Firefox.app/Contents/MacOS/firefox', 'C:\\Program Files\\Mozilla Firefox\\firefox.exe']
  },
  Xvfb: { variable: 'XVFB_PATH', names: ['Xvfb'], places: [] },
  // for networks of Linux; not in the `PATH` of everybody
  ip: { variable: 'IP_PATH', names: ['ip'], places: ['/usr/sbin/ip', '/sbin/ip'] }
}

/** Where a program is; undefined if it is not there. */
export function pathOf (name: ProgramName): string | undefined {
  const { variable, names, places, orElse } = PROGRAMS[name]
  const folders = (process.env['PATH'] ?? '').split(delimiter)

  return [process.env[variable] ?? [], folders.flatMap(folder => names.map(file => join(folder, file))), places].flat().find(canRun) ?? (orElse == null ? undefined : pathOf(orElse))
}

/** What is not there of all that tests need. */
export function missingPrograms (): ProgramName[] {
  return (Object.keys(PROGRAMS) as ProgramName[]).filter(name => pathOf(name) == null)
}

function canRun (path: string): boolean {
  try {
    accessSync(path, constants.X_OK)

    return path !== ''
  } catch {
    return false
  }
}
