/**
 * Whether protons-runtime (7.1.2) writes a number of 64 bits wrongly, which it reads well: those from 2^31 up to 2^32. What this peer says itself
 * never has one of these (but for the sequence of a suspicion, which is written otherwise), so only a stranger's own cannot be written again.
 */
export function isMiswritten (value: bigint | number | undefined): boolean {
  return value != null && value >= 0x8000_0000 && value <= 0xffff_ffff
}
