import type { Tab } from './tab.ts'

/** The calls in the log of a page of `examples/call`, the newest first: with whom, and in the next line what became of it. */
export async function readLog (tab: Tab): Promise<string[]> {
  return await tab.ask(() => [...document.querySelectorAll('#call-log li')]
    .map(row => ['.name', '.result'].map(part => row.querySelector(part)?.textContent ?? '').join('\n')))
}
