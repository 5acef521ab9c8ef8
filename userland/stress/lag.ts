/**
 * Lag: how far an always-ready group fell behind its due, over whichever window was the worst for it.
 *
 * Its due is what the ledger says it owns while everybody wants the processor, max(reserve, weight share): others'
 * sleeping can only add to what it gets. deficit(t) = due since the start - service since the start; the worst
 * window ends at t and began where the deficit was least. Only groups that an expectation names are followed.
 */
import { AccountRecord, SchedulerTime } from "../../kernel/abi/scheduler";
import { below, epochNs } from "./books";
import { ExpectKind, LagLimit, Plan, PlanExpect, PlanHeader } from "./plan";
import { expectAddress, header } from "./scenario";

const FOLLOWED_MAX: u32 = LagLimit.GROUPS_MAX;
const PPM: i64 = 1000000;

/** In nanoseconds times parts per million: exact, and enough for an hour. */
@unmanaged
@final
class Followed {
  deficit: i64;
  least: i64;
  worst: i64;
  /** The same over windows that ended in the present epoch. */
  epochWorst: i64;
  group: u32;
  reserved: u32;

  @inline
  static at(index: u32): Followed {
    assert(index < FOLLOWED_MAX);
    return changetype<Followed>(table + <usize>index * offsetof<Followed>());
  }
}
if (offsetof<Followed>() !== 40 || FOLLOWED_MAX !== 8)
  ERROR("the table of followed groups has another size");
const table: usize = memory.data(8 * 40, 8);
let followed: u32 = 0;

export function lagStart(): void {
  memory.fill(table, 0, 8 * 40);
  followed = 0;
  for (let i: u32 = 0; i < header(PlanHeader.EXPECTS); i++) {
    const at = expectAddress(i);
    if (load<u32>(at, PlanExpect.KIND) === <u32>ExpectKind.LAG_PPM_Q && followed < FOLLOWED_MAX) {
      Followed.at(followed).group = load<u32>(at, PlanExpect.GROUP);
      followed++;
    }
  }
}

/** The group (or nobody known) had the processor for so long. */
export function lagAdvance(running: u32, delta: u64): void {
  for (let i: u32 = 0; i < followed; i++) {
    const one = Followed.at(i);
    one.deficit += <i64>delta * <i64>epochNs(one.group, AccountRecord.ENTITLED_PPM);
    if (running < <u32>Plan.GROUPS_MAX && (running === one.group || below(running, one.group))) {
      one.deficit -= <i64>delta * PPM;
    }
    one.least = min<i64>(one.least, one.deficit);
    one.epochWorst = max<i64>(one.epochWorst, one.deficit - one.least);
    one.worst = max<i64>(one.worst, one.epochWorst);
  }
}

export function lagCount(): u32 {
  return followed;
}

export function lagGroup(index: u32): u32 {
  return Followed.at(index).group;
}

/** As lagPpmQ, of the windows that ended since it was last asked. */
export function lagEpochPpmQ(index: u32): u64 {
  const one = Followed.at(index);
  const worst = <u64>one.epochWorst / SchedulerTime.QUANTUM_NS;
  one.epochWorst = one.deficit - one.least;
  return worst;
}

/** The worst window's deficit in millionths of a quantum; as bad as can be for a group that is not followed. */
export function lagPpmQ(group: u32): u64 {
  for (let i: u32 = 0; i < followed; i++) {
    const one = Followed.at(i);
    if (one.group === group) return <u64>one.worst / SchedulerTime.QUANTUM_NS;
  }
  return u64.MAX_VALUE;
}
