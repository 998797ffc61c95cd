import { elementOf } from '../page/element.ts'

/** Milliseconds for which a notice is shown: long enough to read two lines. */
const NOTICE_TIME = 8_000

let timer: ReturnType<typeof setTimeout> | undefined

/** Says something that has happened, to those who look and to those who listen, for a while. */
export function notify (text: string): void {
  const notice = elementOf('notice', HTMLElement)

  clearTimeout(timer)
  notice.hidden = false
  notice.textContent = text
  timer = setTimeout(endNotice, NOTICE_TIME)
}

/** Takes away what was said last: something else is before the user now. */
export function endNotice (): void {
  clearTimeout(timer)
  elementOf('notice', HTMLElement).hidden = true
}
