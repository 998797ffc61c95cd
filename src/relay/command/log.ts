import { pino, stdTimeFunctions } from 'pino'
import { readableLine } from './readable-line.ts'
import type { LogLevel } from './option-table.ts'
import type { Logger } from 'pino'

/** Where the program writes to. */
export interface TextOutput {
  write (text: string): unknown
  readonly isTTY?: boolean | undefined
  readonly columns?: number | undefined
}

/** The operator's log: a line of JSON for each entry, or on a terminal a line for people. */
export function openLog (level: LogLevel, output: TextOutput): Logger {
  return pino({
    level,
    // the process and the machine are known to whoever collects the lines
    base: null,
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: label => ({ level: label }) }
  }, { write: line => { output.write(output.isTTY === true ? readableLine(line) : line) } })
}
