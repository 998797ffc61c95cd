/** Everything but printable ASCII: what came from elsewhere must not move the cursor of the operator's terminal. */
const UNPRINTABLE = /[^\x20-\x7e]/g

/**
 * An entry of the log (a line of JSON) for people: the time of day, the level, what happened, and what belongs to it, lists
 * on lines of their own, so that an address can be copied whole.
 *
 * @returns lines that each end in a line feed
 */
export function readableLine (json: string): string {
  const { time, level, msg, ...fields } = JSON.parse(json) as Record<string, unknown>
  const words = [String(time).slice(11, 19), String(level).padEnd(5), printable(msg)]
  const lists: string[] = []

  for (const [name, value] of Object.entries(fields)) {
    if (Array.isArray(value)) {
      lists.push(...value.map(item => `  ${printable(item)}`))
    } else {
      words.push(`${name}=${printable(value)}`)
    }
  }

  return [words.join(' '), ...lists, ''].join('\n')
}

function printable (value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value)

  return text.replaceAll(UNPRINTABLE, '?')
}
