/** Where a picture goes. */
export type PicturePath = `${string}.png`

/** A page in a browser, as far as tests have the same to do with it in any. */
export interface Tab {
  /** What the page complained of: errors on its console, and what nobody caught. If any is left here at its end, the test fails. */
  readonly complaints: string[]
  /** Calls a function in the page. Of the test's own it has its argument and nothing else. */
  ask<Answer>(question: () => Answer | Promise<Answer>): Promise<Answer>
  ask<Answer, Argument>(question: (argument: Argument) => Answer | Promise<Answer>, argument: Argument): Promise<Answer>
  /** Writes a picture of it to a file. */
  picture(path: PicturePath): Promise<void>
  /** As its user does: the page is told that it goes. */
  close(): Promise<void>
}

/** A browser that tests drive. */
export interface Browser extends AsyncDisposable {
  /** Opens a page. */
  open(url: string): Promise<Tab>
}
