/** What a process is asked for, and what it answers, by the name of the order. */
export type OrderMap<Orders> = { readonly [Name in keyof Orders]: { asks: unknown, answers: unknown } }

/** One of the orders, as it is sent. */
export type Order<Orders extends OrderMap<Orders>> = { [Name in keyof Orders]: { readonly order: Name, readonly number: number, readonly asks: Orders[Name]['asks'] } }[keyof Orders]

/** What a process says. */
export type Report<Told> =
  | { readonly number: number, readonly answers: unknown }
  | { readonly number: number, readonly failed: string }
  /** What it saw, in order. */
  | { readonly told: readonly Told[] }
  /** An unhandled rejection or an uncaught exception. */
  | { readonly unhandled: string }
