/** Throws for inputs that begin with three bytes, of which each is looked at only if the ones before it are right. */
export function maze (input: Uint8Array): string {
  if (input[0] === 0xc3) {
    if (input[1] === 0x5a) {
      if (input[2] === 0x91) {
        throw new TypeError('the end of the maze')
      }
    }
  }

  return 'read'
}
