import { styleText } from 'node:util'
import type { Report, SessionReport, StateReport } from './messages.ts'

type Format = Parameters<typeof styleText>[0]

const NAME_WIDTH = 5
const STATE_WIDTH = 12

const COLOURS: { readonly [state: string]: Format } = {
  accepted: 'green',
  refused: 'yellow',
  canceled: 'yellow',
  expired: 'yellow',
  failed: 'red'
}

/** Tells the story in the terminal, in colour where that is wanted (`styleText` sees to it). */
export class Narrator {
  #channelId: string | undefined

  say (text: string): void {
    console.log(text)
  }

  /** A new step begins; what happens on other channels is marked from now on. */
  headline (number: number, title: string): void {
    this.#channelId = channelOf(number)
    this.say(`\n${styleText('bold', `${String(number).padStart(2)}  ${title}`)}`)
  }

  /** Something that the conductor itself does. */
  note (text: string): void {
    this.#line(styleText('italic', text))
  }

  /** Something that a peer reported. */
  event (name: string, report: Report): void {
    const who = name.padEnd(NAME_WIDTH)

    switch (report.kind) {
      case 'listening':
        this.#line(`${who} listens at ${report.addresses.join(', ')}`)
        break
      case 'online':
        this.#line(`${who} sees ${report.whom}`)
        break
      case 'status':
        this.#line(`${who} sees that ${report.whom} is ${styleText('cyan', report.status)}`)
        break
      case 'offline':
        this.#line(`${who} sees ${report.whom} no more: ${report.reason}`)
        break
      case 'connected':
        this.#line(styleText('dim', `${who} is connected to ${report.whom}${report.via == null ? '' : ` by way of ${report.via}`}`))
        break
      case 'disconnected':
        this.#line(styleText('dim', `${who} is disconnected from ${report.whom}`))
        break
      case 'held':
      case 'lost':
        this.#line(report.kind === 'held' ? `${who} can be reached by way of ${report.relay}` : `${who} has lost ${report.relay}`)
        break
      case 'missed':
        this.#line(`${between(who, { role: 'callee', whom: report.whom })} missed`, report.channelId)
        break
      case 'state':
        this.#line(`${between(who, report)} ${stateOf(name, report)}`, report.channelId)
        break
      case 'session-end':
        this.#line(`${between(who, report)} ${'session over'.padEnd(STATE_WIDTH)} ${causeOf(name, report)}`, report.channelId)
    }
  }

  success (number: number, expected: string): void {
    this.say(styleText('green', `    ✓ ${number}: ${expected}`))
  }

  failure (number: number, expected: string, error: Error): void {
    this.say(styleText('red', `    ✗ ${number}: expected was: ${expected}\n      but ${error.message}`))
  }

  /** What came of it all. */
  ending (count: number, failed: readonly string[]): void {
    this.say('')

    if (failed.length === 0) {
      this.say(styleText(['bold', 'green'], `✓ all ${count} steps ended as they should, in ${seconds()} s`))
    } else {
      this.say(styleText(['bold', 'red'], `✗ failed after ${seconds()} s: ${failed.join('; ')}`))
    }
  }

  #line (text: string, channelId?: string): void {
    const elsewhere = channelId == null || channelId === this.#channelId ? '' : styleText('dim', `  (${channelId})`)

    this.say(`${styleText('dim', `${seconds().padStart(9)} s`)}  ${text}${elsewhere}`)
  }
}

/** The channel id that the invitations of a step carry. */
export const channelOf = (step: number): string => `step ${step}`

/** Since this process began. */
const seconds = (): string => (performance.now() / 1_000).toFixed(2)

/** `Ada → Ben` at the caller, `Ben ← Ada` at the callee. */
function between (who: string, { role, whom }: Pick<StateReport, 'role' | 'whom'>): string {
  return `${who} ${role === 'caller' ? '→' : '←'} ${whom.padEnd(NAME_WIDTH)}`
}

function stateOf (name: string, report: StateReport): string {
  const state = styleText(COLOURS[report.state] ?? 'none', report.state.padEnd(STATE_WIDTH))
  const words = report.words == null ? '' : ` “${report.words}”`

  return `${state} ${causeOf(name, report)}${words}`.trimEnd()
}

/** Why it is so, and through whom: `busy, by Ben`. */
function causeOf (name: string, { whom, reason, originator, ...report }: StateReport | SessionReport): string {
  if (reason == null || (report.kind === 'state' && reason === report.state)) {
    return ''
  }

  switch (originator) {
    case 'local': return `${reason}, by ${name}`
    case 'remote': return `${reason}, by ${whom}`
    default: return reason
  }
}
