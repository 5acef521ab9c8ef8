/** What the module in hand is compiled for: bits of the second argument of `compile`. */
export const enum Mode {
  /** Linear memory at 0xC0000000, no bounds checks, `machine` imports. */
  KERNEL = 1,
  /** Exports can be called one by one through thunks. */
  INVOCABLE = 2,
  /** No bounds checks, to measure what they cost; the bench's alone. */
  UNCHECKED = 4,
}

let modes: u32 = 0;

export function setMode(value: u32): void {
  modes = value;
}

export function codegenMode(mode: Mode): bool {
  return (modes & mode) != 0;
}
