/**
 * What the kernel counts about itself, in one place so that everybody may count.
 */
export let switches: u32 = 0;
export let interrupts: u64 = 0;
export let pageFaults: u64 = 0;
/** See SystemRecord. */
export let longestStretchNs: u32 = 0;
/** Time from the entry of the kernel to its first program. */
export let bootNs: u64 = 0;

export function countSwitch(): void {
  switches++;
}
export function countInterrupt(): void {
  interrupts++;
}
export function countPageFault(): void {
  pageFaults++;
}
export function bootDone(now: u64): void {
  bootNs = now;
}
/** Interrupts were off for so long while work was done. */
export function noteStretch(ns: u64): void {
  if (ns > <u64>longestStretchNs) longestStretchNs = <u32>min<u64>(ns, u32.MAX_VALUE);
}
