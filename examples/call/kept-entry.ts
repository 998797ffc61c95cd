/** Who enters, and where. */
export interface Entry {
  readonly name: string
  readonly room: string
}

const KEY = 'call.entry'

/** What was entered the last time; empty where nothing is kept. */
export function keptEntry (): Entry {
  try {
    const { name, room } = JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Record<keyof Entry, unknown>>

    return { name: typeof name === 'string' ? name : '', room: typeof room === 'string' ? room : 'lobby' }
  } catch {
    return { name: '', room: 'lobby' }
  }
}

export function keepEntry (entry: Entry): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(entry))
  } catch {
    // where the browser stores nothing it is entered again the next time
  }
}
