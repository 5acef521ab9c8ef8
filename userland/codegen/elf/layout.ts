/** Where the sections of the output lie in virtual memory. */
import { codegenMode, Mode } from "../mode";

export const PAGE: u32 = 4096;
const TEXT_USER: u32 = 0x80010000;
/** After the two pages of boot stubs. */
const TEXT_KERNEL: u32 = 0xc0102000;

export function textBase(): u32 {
  return codegenMode(Mode.KERNEL) ? TEXT_KERNEL : TEXT_USER;
}

export function pageUp(value: u32): u32 {
  return (value + PAGE - 1) & ~(PAGE - 1);
}
