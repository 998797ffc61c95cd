/**
 * The seam between the library and the world: time, chance, the page, and other people's listeners. It imports nothing of ours;
 * every room above may import it.
 */
export type { Environment, Timer } from './environment.ts'
export { systemEnvironment } from './system-environment.ts'
export { GuardedEventTarget } from './guarded-event-target.ts'
export { currentPage, PageLifecycle } from './page-lifecycle.ts'
export type { Page, PageHandlers } from './page-lifecycle.ts'
