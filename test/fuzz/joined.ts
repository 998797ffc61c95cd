/** Bytes one behind the other, in one piece. (Half of what a mutation takes is this, and `uint8arrays` takes three times as long.) */
export function joined (parts: readonly Uint8Array[]): Uint8Array {
  let length = 0

  for (const part of parts) {
    length += part.length
  }

  const whole = new Uint8Array(length)
  let at = 0

  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }

  return whole
}
