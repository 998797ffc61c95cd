/** Longest that one input may take, milliseconds: a thousand times what the slowest takes, since the machine may be busy. */
export const MAX_INPUT_TIME = 5_000

/** Longest that an input may take until the process that reads it is ended, milliseconds: it hangs. */
export const HANG_TIME = 20_000

/** Most memory that one input may take while it is read, bytes: many times the largest frame, and some of V8's own to grow by. */
export const MAX_INPUT_GROWTH = 33_554_432

/** Most memory that all inputs of one target together may leave behind, bytes. */
export const MAX_LEFT_BEHIND = 67_108_864

/** Largest heap of the thread that reads, MiB: what grows without bound is found out by that. */
export const MAX_HEAP_MEGABYTES = 1_024

/** How many inputs are read until it is looked whether they reached something new: to look takes some 20 ms. */
export const BATCH = 5_000

/** Largest input of all targets, bytes. */
export const MAX_INPUT_BYTES = 70_000
