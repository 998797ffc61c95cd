/** Minutes and seconds, as `1:05`. */
export function durationWords (milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1_000)

  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}
