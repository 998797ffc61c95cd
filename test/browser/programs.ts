import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** A program that tests need beside Node: the environment variable that names it, or else what it goes by in `PATH`, or else where it may be. */
interface Program { readonly variable: string, readonly names: readonly string[], readonly places: readonly string[] }

export type ProgramName = 'chromium' | 'firefox' | 'Xvfb' | 'ip'

const PROGRAMS: Record<ProgramName, Program> = {
  chromium: {
    variable: 'CHROMIUM_PATH',
    names: ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'],
    places: ['/Applications/Chromium.app/Contents/MacOS/Chromium', '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome', 'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe']
  },
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
  const { variable, names, places } = PROGRAMS[name]
  const folders = (process.env['PATH'] ?? '').split(delimiter)

  return [process.env[variable] ?? [], folders.flatMap(folder => names.map(file => join(folder, file))), places].flat().find(canRun)
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
