/** A value as users of plain JavaScript may give it, who have no compiler to tell them. */
export const untyped = (value: unknown): never => value as never
