const ORDINARY_TITLE = document.title

let caller: string | undefined
let missedCalls = 0

/** Says in the page's title, for those who look at another tab, who rings; undefined when nobody does any more. */
export function showCaller (name: string | undefined): void {
  caller = name
  show()
}

/** Says there how many calls were missed, while nobody rings. */
export function showMissedCalls (count: number): void {
  missedCalls = count
  show()
}

function show (): void {
  const ordinary = missedCalls === 0 ? ORDINARY_TITLE : `(${missedCalls}) ${ORDINARY_TITLE}`

  document.title = caller == null ? ordinary : `${caller} is calling`
}
