/**
 * Time: the time stamp counter turned into nanoseconds since boot.
 *
 * Under v86 the counter runs at exactly 1 GHz and is never calibrated (under load a calibration was 11 %
 * off). Elsewhere its rate is measured once against the PIT.
 */
import { inb, outb, rdtsc } from "./machine";

/** QEMU's multiboot loader names itself in the boot information; v86 does not. */
const CALIBRATION_TICKS: u32 = 11932; // 10 ms of the PIT
const CALIBRATION_NS: u64 = 10000150;
const SPEAKER_PORT: u32 = 0x61;
const PIT_COMMAND: u32 = 0x43;
const PIT_SPEAKER: u32 = 0x42;
const FRACTION_BITS: u64 = 24;

let bootTicks: u64 = 0;
/** Nanoseconds per tick with FRACTION_BITS after the point, unless a tick is a nanosecond exactly. */
let rate: u64 = 0;
let exactly: bool = true;
/** The latest time told. */
let latestNs: u64 = 0;

/** Once, at boot. `exact`: the counter is known to run at 1 GHz. */
export function clockStart(exact: bool): void {
  exactly = exact;
  if (!exact) rate = (CALIBRATION_NS << FRACTION_BITS) / ticksOfTenMilliseconds();
  bootTicks = rdtsc();
}

/** Nanoseconds since boot. They never go back, even where the host's counter does. */
export function clockNow(): u64 {
  // Where the counter is exact it began with the machine.
  const now = exactly ? rdtsc() : scale(rdtsc() - bootTicks);
  if (<i64>(now - latestNs) > 0) latestNs = now;
  return latestNs;
}

/** ticks * rate without a 128-bit product: the high and the low word by themselves. */
function scale(ticks: u64): u64 {
  const high = ticks >> 32;
  const low = ticks & 0xffffffff;
  return ((high * rate) << (32 - FRACTION_BITS)) + ((low * rate) >> FRACTION_BITS);
}

/** Counts the speaker's timer down once and looks how far the time stamp counter came. */
function ticksOfTenMilliseconds(): u64 {
  outb(SPEAKER_PORT, (inb(SPEAKER_PORT) & 0xfc) | 1);
  outb(PIT_COMMAND, 0xb0);
  outb(PIT_SPEAKER, CALIBRATION_TICKS & 255);
  outb(PIT_SPEAKER, CALIBRATION_TICKS >> 8);
  const start = rdtsc();
  while ((inb(SPEAKER_PORT) & 0x20) === 0) {}
  const ticks = rdtsc() - start;
  assert(ticks !== 0);
  return ticks;
}
