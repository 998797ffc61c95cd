/** Whether this browser lets pages show a screen at all; those of phones do not. */
export function canShareScreen (): boolean {
  return 'mediaDevices' in navigator && 'getDisplayMedia' in navigator.mediaDevices
}
