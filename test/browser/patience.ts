/** How long anything between browsers may take on a busy machine, milliseconds: far longer than it needs. */
export const PATIENCE = 45_000

/** How to wait for it where it has to be asked for. */
export const PATIENT: { timeout: number, interval: number } = { timeout: PATIENCE, interval: 100 }
