/**
 * Verdict: what each expectation measured, and whether it holds.
 */
import * as books from "./books";
import { errorWorstPpm, jainPpm } from "./ideal";
import { lagPpmQ } from "./lag";
import { foundPpm, reclaimWorstNs } from "./memory-verdict";
import { ExpectKind, PlanExpect, PlanHeader } from "./plan";
import { durationNs, expectAddress, header } from "./scenario";

export function expectCount(): u32 {
  return header(PlanHeader.EXPECTS);
}

export function expectKind(index: u32): ExpectKind {
  return <ExpectKind>load<u32>(expectAddress(index), PlanExpect.KIND);
}

/** The group it is about, or Plan.NO_GROUP for the run as a whole. */
export function expectGroup(index: u32): i32 {
  return load<i32>(expectAddress(index), PlanExpect.GROUP);
}

export function expectLeast(index: u32): bool {
  return load<u32>(expectAddress(index), PlanExpect.LEAST) !== 0;
}

export function expectBound(index: u32): u64 {
  return load<u64>(expectAddress(index), PlanExpect.BOUND);
}

export function expectMet(index: u32): bool {
  const measured = expectMeasured(index);
  const bound = expectBound(index);
  return expectLeast(index) ? measured >= bound : measured <= bound;
}

/** What was measured, in the unit of the bound. */
export function expectMeasured(index: u32): u64 {
  const kind = expectKind(index);
  switch (kind) {
    case ExpectKind.SHARE_ERROR_PPM:
      return errorWorstPpm();
    case ExpectKind.JAIN_PPM:
      return jainPpm();
    case ExpectKind.IDLE_WHILE_READY_NS:
      return books.idleWhileReadyNs();
    case ExpectKind.IDLE_NS:
      return books.idleNs();
    default:
      return measuredOf(<u32>expectGroup(index), kind);
  }
}

function measuredOf(group: u32, kind: ExpectKind): u64 {
  switch (kind) {
    case ExpectKind.SHARE_PPM:
      return (books.usedNs(group) * 1000000) / durationNs();
    case ExpectKind.LENT_PPM:
      return lentPpm(group);
    case ExpectKind.LAG_PPM_Q:
      return lagPpmQ(group);
    case ExpectKind.BORROWED_NS:
      return books.borrowedNs(group);
    case ExpectKind.RECLAIM_NS:
      return reclaimWorstNs(group);
    case ExpectKind.FOUND_PPM:
      return foundPpm(group);
    case ExpectKind.WAKE_P50_NS:
      return books.wakeQuantileNs(group, 500);
    case ExpectKind.WAKE_P99_NS:
      return books.wakeQuantileNs(group, 990);
    case ExpectKind.WAKE_P999_NS:
      return books.wakeQuantileNs(group, 999);
    default:
      return books.wakeMaxNs(group);
  }
}

/** How much of the entitlement that the group left idle was used by others. */
export function lentPpm(group: u32): u64 {
  const own = books.usedNs(group) - books.borrowedNs(group);
  const entitled = books.entitledNs(group);
  if (entitled <= own) return 1000000;
  return (books.lentNs(group) * 1000000) / (entitled - own);
}

/** Its name in the scenario file. */
export function expectName(kind: ExpectKind): string {
  switch (kind) {
    case ExpectKind.SHARE_ERROR_PPM:
      return "share_error_pct";
    case ExpectKind.JAIN_PPM:
      return "jain";
    case ExpectKind.IDLE_WHILE_READY_NS:
      return "idle_while_ready_us";
    case ExpectKind.SHARE_PPM:
      return "share_pct";
    case ExpectKind.WAKE_P50_NS:
      return "wake_p50_us";
    case ExpectKind.WAKE_P99_NS:
      return "wake_p99_us";
    case ExpectKind.WAKE_P999_NS:
      return "wake_p999_us";
    case ExpectKind.WAKE_MAX_NS:
      return "wake_max_us";
    case ExpectKind.LENT_PPM:
      return "lent_pct";
    case ExpectKind.BORROWED_NS:
      return "borrowed_ms";
    case ExpectKind.LAG_PPM_Q:
      return "lag_q";
    case ExpectKind.RECLAIM_NS:
      return "reclaim_us";
    case ExpectKind.FOUND_PPM:
      return "found_pct";
    default:
      return "idle_ms";
  }
}

/** Digits after the decimal point when the measured integer is printed in the unit of its name. */
export function expectPlaces(kind: ExpectKind): u32 {
  switch (kind) {
    case ExpectKind.SHARE_ERROR_PPM:
    case ExpectKind.SHARE_PPM:
    case ExpectKind.LENT_PPM:
    case ExpectKind.FOUND_PPM:
      return 4;
    case ExpectKind.BORROWED_NS:
    case ExpectKind.IDLE_NS:
    case ExpectKind.JAIN_PPM:
    case ExpectKind.LAG_PPM_Q:
      return 6;
    default:
      return 3;
  }
}
