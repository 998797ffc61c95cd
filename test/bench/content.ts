/** The content of an invitation that the other process is not to accept begins with this. */
export const RING = 'ring'
