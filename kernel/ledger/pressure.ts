/**
 * Pressure: how long an account's threads waited for memory, in the form of Linux's PSI.
 *
 * A stall is time in a page fault that had to take memory back first, or that filled a page which had been
 * taken. There is one processor, and it does this work itself: nobody else of the account runs meanwhile, so
 * "some" and "full" are the same number (they will differ once a page can be waited for). Averages are over
 * 10, 60 and 300 s, brought up to date every 2 s as Linux does; all accounts above see the stall too.
 */
import { Ppm, SchedulerLimit } from "../abi/scheduler";
import { ACCOUNTS_MAX, Account, NO_ACCOUNT } from "./account";

@unmanaged
@final
export class Pressure {
  totalNs: u64;
  /** The open period: its end, and stalls in it. */
  endNs: u64;
  stallNs: u64;
  /** Averages in parts of 2^16. */
  average10: u32;
  average60: u32;
  average300: u32;
  padding: u32;

  @inline
  static at(account: u32): Pressure {
    assert(account < ACCOUNTS_MAX);
    return changetype<Pressure>(table + <usize>account * PRESSURE_SIZE);
  }
}

const PRESSURE_SIZE: usize = 40;
if (offsetof<Pressure>() !== 40) ERROR("PRESSURE_SIZE is out of date");
const table: usize = memory.data(SchedulerLimit.ACCOUNTS_MAX * 40, 8);

const PERIOD_NS: u64 = 2000000000;
const ONE: u32 = 65536;
/** e^(-2 s / 10 s, 60 s, 300 s) in parts of 2^16. */
const DECAY_10: u32 = 53656;
const DECAY_60: u32 = 63388;
const DECAY_300: u32 = 65101;
/** After so many periods without a look nothing is left of any average (e^-20). */
const PERIODS_MAX: u64 = 3000;

export function pressureReset(account: u32, now: u64): void {
  const pressure = Pressure.at(account);
  memory.fill(changetype<usize>(pressure), 0, PRESSURE_SIZE);
  pressure.endNs = now + PERIOD_NS;
}

/** A thread of the account was held up. */
export function pressureStall(index: u32, stallNs: u64, now: u64): void {
  let at = index;
  while (at !== NO_ACCOUNT) {
    pressureAdvance(at, now);
    const pressure = Pressure.at(at);
    pressure.totalNs += stallNs;
    pressure.stallNs += stallNs;
    at = Account.at(at).parent;
  }
}

/** Closes the periods that are over. */
export function pressureAdvance(index: u32, now: u64): void {
  const pressure = Pressure.at(index);
  if (now < pressure.endNs) return;
  const periods = (now - pressure.endNs) / PERIOD_NS + 1;
  const stall = pressure.stallNs < PERIOD_NS ? pressure.stallNs : PERIOD_NS;
  const sample = <u32>((stall * <u64>ONE) / PERIOD_NS);
  pressure.average10 = average(pressure.average10, sample, DECAY_10, periods);
  pressure.average60 = average(pressure.average60, sample, DECAY_60, periods);
  pressure.average300 = average(pressure.average300, sample, DECAY_300, periods);
  pressure.stallNs = 0;
  pressure.endNs += periods * PERIOD_NS;
}

/** One period with this sample, the others without a stall. */
function average(old: u32, sample: u32, decay: u32, periods: u64): u32 {
  if (periods > PERIODS_MAX) return 0;
  const first = (<u64>old * <u64>decay + <u64>sample * <u64>(ONE - decay)) >> 16;
  return <u32>((first * <u64>power(decay, <u32>periods - 1)) >> 16);
}

/** base^exponent in parts of 2^16, by squaring. */
function power(base: u32, exponent: u32): u32 {
  let result: u32 = ONE;
  let factor = base;
  for (let rest = exponent; rest !== 0; rest >>>= 1) {
    if ((rest & 1) !== 0) result = <u32>((<u64>result * <u64>factor) >> 16);
    factor = <u32>((<u64>factor * <u64>factor) >> 16);
  }
  return result;
}

export function pressurePpm(part: u32): u32 {
  return <u32>((<u64>part * <u64>(<u32>Ppm.ONE)) >> 16);
}
