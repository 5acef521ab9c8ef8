/**
 * Queue: EEVDF with zero-lag leave among the members of one account.
 *
 * Every member works through requests of one quantum q. A request has a virtual start and a virtual
 * deadline = start + q / weight; it is eligible once the queue's virtual time V has reached its start.
 * Among eligible requests the earliest deadline is served. V is the weighted mean of what members got:
 *   V = origin + load / weights,   load = sum of weight * (start - origin) + used * 2^12,
 * so lag(i) = weight * (V - virtual time of i) sums to zero over the members by construction, and
 * "start <= V" is tested as (start - origin) * weights <= load: no division, and exact.
 *
 * Why it is fair (proof sketch). Stoica & Abdel-Wahab 1995: with requests of length q and members
 * that join and leave at zero lag, -q <= lag <= q for all members at all times, whatever they do. Ours
 * join at ceil(V) (rounded against the joiner, lag in (-weight * 2^-12 ns, 0]) and leave thus:
 *   lag > 0: forfeited. The others get it in proportion to weight: nobody loses.
 *   lag < 0: the member stays as a ghost that cannot be picked. The others are served, V moves, and when
 *            it reaches the ghost's virtual time the ghost has lag 0 and leaves.
 *            Who leaves for good does the same, without a name: gone.ts.
 * So sleeping neither earns nor washes off anything: an always-ready member is served at least
 * weight / weights * t - q - o in every interval t, o = the overrun of one timer (v86: one poll, 0.1 ms).
 * V never moves back, so what was found eligible stays eligible until it is served.
 *
 * Reservation service is handed out above this queue and may run ahead of the weight share. It counts
 * here too (an account gets max(reserve, weight share), not the sum), but a lead is kept out of V: while
 * a member is pending, such service is noted as prepaid (at most two requests: naps restart a server's
 * period, and with one request the rest would be a present each time) and taken from the requests that
 * follow. Lag stays within two requests even beside reservations.
 *
 * Range: 12 fraction bits. A lead is at most one host pause (2^24 ns) at weight 1 = 2^36 units; times
 * weights (1,280 threads of 100, or 1,024 accounts of 10,000: 2^24) = 2^60; load is rebased at 2^60.
 */
import { SchedulerLimit, SchedulerTime } from "../abi/scheduler";
import { ACCOUNTS_MAX } from "../ledger/account";
import { divideUp } from "./divide";
import { Entity, EntityState, VIRTUAL_SHIFT } from "./entity";
import { HeapNode, heapPush, heapRemove } from "./heap";

@unmanaged
@final
export class Queue {
  origin: i64;
  load: i64;
  eligible: HeapNode | null;
  pending: HeapNode | null;
  /** Sum of the members' weights, ghosts included. */
  weights: u32;
  /** Members that may be picked: all but ghosts. */
  runnable: u32;
  generation: u32;
  padding: u32;

  @inline
  static at(account: u32): Queue {
    assert(account < ACCOUNTS_MAX);
    return changetype<Queue>(queues + <usize>account * QUEUE_SIZE);
  }
}

const QUEUE_SIZE: usize = 40;
if (offsetof<Queue>() !== 40) ERROR("QUEUE_SIZE is out of date");
const queues: usize = memory.data(SchedulerLimit.ACCOUNTS_MAX * 40, 16);

const REQUEST_NS: u32 = SchedulerTime.QUANTUM_NS;
const PREPAID_MAX_NS: u32 = 2 * REQUEST_NS;
/** As much as one host pause, which bounds every lead. */
export const DEBT_MAX_NS: u32 = SchedulerTime.HOST_PAUSE_NS;
const LOAD_MAX: i64 = 1 << 60;

export function queueReset(account: u32): void {
  memory.fill(changetype<usize>(Queue.at(account)), 0, QUEUE_SIZE);
  Entity.gone(account).state = EntityState.OUT;
}

/** A member becomes ready. It joins at zero lag, or goes on from where its ghost stands. */
export function queueJoin(member: Entity): void {
  const queue = Queue.at(member.parent);
  queue.runnable++;
  if (haunts(queue, member)) {
    if (!owesNothing(queue, member)) {
      member.state = EntityState.PENDING;
      return;
    }
    exorcise(queue, member);
  }
  placeAtV(queue, member);
  enterEligible(queue, member);
}

/** A member that was not in the queue gets a whole request from ceil(V) on. */
function placeAtV(queue: Queue, member: Entity): void {
  rebase(queue);
  member.start = queue.origin;
  member.deadline = member.start + member.span;
  member.usedNs = 0;
  member.fraction = 0;
  member.prepaidNs = 0;
  queue.weights += member.weight;
}

/** A member stops being ready (blocked, throttled): positive lag is forfeited, negative stays as a ghost. */
export function queueLeave(member: Entity): void {
  const queue = Queue.at(member.parent);
  assert(member.state === EntityState.ELIGIBLE || member.state === EntityState.PENDING);
  queue.runnable--;
  if (queue.runnable === 0) {
    empty(queue);
    member.state = EntityState.OUT;
    member.linked = 0;
    return;
  }
  settle(queue, member);
  if (owesNothing(queue, member)) {
    takeOut(queue, member);
    return;
  }
  if (member.state === EntityState.ELIGIBLE) {
    queue.eligible = heapRemove(queue.eligible!, member.node);
    // The request ends here. With its old deadline, naps would make the next one ever more urgent.
    member.deadline = member.start + member.span;
    enterPending(queue, member);
  }
  member.state = EntityState.GHOST;
  member.generation = queue.generation;
}

/** Who is to be served? Some member is always eligible: the least virtual time is at most the mean. */
export function queuePick(account: u32): Entity {
  const queue = Queue.at(account);
  assert(queue.runnable > 0);
  advance(queue);
  return Entity.ofNode(queue.eligible!);
}

/** Books `deltaNs` of service, whoever ordered it. */
export function queueCharge(member: Entity, deltaNs: u32): void {
  if (member.state === EntityState.ELIGIBLE) {
    const queue = Queue.at(member.parent);
    queue.load += (<i64>deltaNs) << VIRTUAL_SHIFT;
    const used = member.usedNs + deltaNs;
    member.usedNs = used;
    if (used >= REQUEST_NS) renew(queue, member);
  } else if (member.state === EntityState.PENDING) {
    const before = member.prepaidNs;
    const prepaid = before + deltaNs;
    // What came by `queueDebt` is no reserve's, and stays whole.
    if (prepaid < PREPAID_MAX_NS) member.prepaidNs = prepaid;
    else if (before < PREPAID_MAX_NS) member.prepaidNs = PREPAID_MAX_NS;
  }
}

/**
 * Books service that a member got without a thread of it having been chosen (an interrupt handled for it). If it is
 * not in the queue it becomes a ghost with that debt: when it comes back, the others have caught up first.
 */
export function queueDebt(member: Entity, deltaNs: u32): void {
  if (member.state === EntityState.ELIGIBLE) {
    queueCharge(member, deltaNs);
    return;
  }
  const queue = Queue.at(member.parent);
  if (member.state !== EntityState.PENDING && !haunts(queue, member)) {
    // Nobody else wanted the time: nobody lost it.
    if (queue.runnable === 0) return;
    placeAtV(queue, member);
    enterGhost(queue, member);
  }
  const owed = member.prepaidNs + deltaNs;
  member.prepaidNs = owed < DEBT_MAX_NS ? owed : DEBT_MAX_NS;
}

/** The running member gives up the rest of its request: the next one starts a whole request later. */
export function queueYield(member: Entity): void {
  if (member.state !== EntityState.ELIGIBLE) return;
  const queue = Queue.at(member.parent);
  settle(queue, member);
  queue.eligible = heapRemove(queue.eligible!, member.node);
  member.deadline = member.start + member.span;
  enterPending(queue, member);
}

/** How much of its request a picked member has left. */
export function requestLeftNs(member: Entity): u32 {
  return REQUEST_NS - member.usedNs;
}

/** The request is served: the next one starts where this one ended, to the last fraction. */
function renew(queue: Queue, member: Entity): void {
  settle(queue, member);
  member.deadline = member.start + member.span;
  queue.eligible = heapRemove(queue.eligible!, member.node);
  if (reached(queue, member.start)) {
    // Those that became eligible before it have waited longer.
    advance(queue);
    enterEligible(queue, member);
  } else {
    enterPending(queue, member);
  }
  if (queue.load > LOAD_MAX) rebase(queue);
}

/**
 * Turns the service of the open request into virtual time, service = length * weight + fraction, to the last unit: with
 * a rounded 1 / weight alone, heavy members got 2 * 10^-6 too much, and lag grew for ever. The rounded one is never too
 * large, and what it misses is less than 20 units, of which it then finds all but one. `load` stays the exact sum.
 */
function settle(queue: Queue, member: Entity): void {
  const weight = member.weight;
  const service = (<u64>member.usedNs) << VIRTUAL_SHIFT;
  let length = (<u64>member.usedNs * <u64>member.inverse) >> (32 - VIRTUAL_SHIFT);
  let left = <u32>(service + <u64>member.fraction - length * <u64>weight);
  const missed = <u32>((<u64>left * <u64>member.inverse) >> 32);
  length += <u64>missed;
  left -= missed * weight;
  if (left >= weight) {
    length++;
    left -= weight;
  }
  assert(left < weight);
  member.fraction = left;
  queue.load += <i64>(length * <u64>weight) - <i64>service;
  member.start += <i64>length;
  member.usedNs = 0;
}

/** Has V reached all that a settled member got? A fraction of a unit counts as a whole one: naps would add up. */
export function owesNothing(queue: Queue, member: Entity): bool {
  return member.prepaidNs === 0 && reached(queue, member.start + (member.fraction === 0 ? 0 : 1));
}

/** Moves to the eligible heap, or out of the queue, every pending member whose start V has reached. */
export function advance(queue: Queue): void {
  let node = queue.pending;
  while (node) {
    const member = Entity.ofNode(node);
    if (!reached(queue, member.start)) return;
    queue.pending = heapRemove(node, node);
    if (member.prepaidNs >= REQUEST_NS) {
      spendRequest(queue, member);
    } else if (member.state === EntityState.GHOST) {
      if (owesNothing(queue, member)) remove(queue, member);
      else spendRest(queue, member);
    } else {
      const used = member.prepaidNs;
      member.usedNs = used;
      member.prepaidNs = 0;
      queue.load += (<i64>used) << VIRTUAL_SHIFT;
      enterEligible(queue, member);
    }
    node = queue.pending;
  }
}

/** A whole request was served ahead of time: it is over as soon as it becomes eligible. */
function spendRequest(queue: Queue, member: Entity): void {
  const state = member.state;
  member.prepaidNs -= REQUEST_NS;
  member.usedNs = REQUEST_NS;
  queue.load += (<i64>REQUEST_NS) << VIRTUAL_SHIFT;
  settle(queue, member);
  member.deadline = member.start + member.span;
  enterPending(queue, member);
  member.state = state;
}

/** A ghost stays until all that was served ahead of time is paid, rounded up: else a nap would be a present. */
function spendRest(queue: Queue, ghost: Entity): void {
  settlePrepaid(queue, ghost);
  ghost.deadline = ghost.start + ghost.span;
  enterPending(queue, ghost);
  ghost.state = EntityState.GHOST;
}

function settlePrepaid(queue: Queue, ghost: Entity): void {
  ghost.usedNs = ghost.prepaidNs;
  ghost.prepaidNs = 0;
  queue.load += (<i64>ghost.usedNs) << VIRTUAL_SHIFT;
  settle(queue, ghost);
  if (ghost.fraction !== 0) {
    ghost.fraction = 0;
    ghost.start++;
    queue.load += <i64>ghost.weight;
  }
}

function enterEligible(queue: Queue, member: Entity): void {
  member.key = member.deadline;
  member.tie = member.start;
  member.state = EntityState.ELIGIBLE;
  queue.eligible = heapPush(queue.eligible, member.node);
}

export function enterGhost(queue: Queue, member: Entity): void {
  enterPending(queue, member);
  member.state = EntityState.GHOST;
  member.generation = queue.generation;
}

function enterPending(queue: Queue, member: Entity): void {
  member.key = member.start;
  member.tie = member.deadline;
  member.state = EntityState.PENDING;
  queue.pending = heapPush(queue.pending, member.node);
}

/** Takes a member that is in a heap out of the queue. */
function takeOut(queue: Queue, member: Entity): void {
  if (member.state === EntityState.ELIGIBLE) {
    queue.eligible = heapRemove(queue.eligible!, member.node);
  } else {
    queue.pending = heapRemove(queue.pending!, member.node);
  }
  remove(queue, member);
}

/** Takes a settled member that is in no heap out of the sums; its lag goes with it. */
export function remove(queue: Queue, member: Entity): void {
  assert(member.usedNs === 0);
  queue.weights -= member.weight;
  queue.load -= <i64>member.weight * (member.start - queue.origin);
  member.state = EntityState.OUT;
}

/** Is the member a ghost that is still in its queue? */
export function haunts(queue: Queue, member: Entity): bool {
  if (member.state !== EntityState.GHOST) return false;
  if (member.generation === queue.generation) return true;
  member.state = EntityState.OUT;
  member.linked = 0;
  return false;
}

function exorcise(queue: Queue, ghost: Entity): void {
  queue.pending = heapRemove(queue.pending!, ghost.node);
  remove(queue, ghost);
}

/**
 * Nobody is ready: the lags of the ghosts sum to zero, so one leaves, and then the next: all of them.
 * They are not visited; the new generation tells `haunts` that their places are void.
 */
function empty(queue: Queue): void {
  queue.eligible = null;
  queue.pending = null;
  queue.weights = 0;
  queue.load = 0;
  queue.generation++;
}

/**
 * Has V reached this virtual time? To the last unit: a ghost that left one unit early would take that lead
 * with it, and napping again and again would add up (found by emulator-harness/checker).
 */
function reached(queue: Queue, start: i64): bool {
  return (start - queue.origin) * <i64>queue.weights <= queue.load;
}

/** Moves the origin to ceil(V), so that joiners start there and products stay small. */
export function rebase(queue: Queue): void {
  if (queue.weights === 0) return;
  const ahead = divideUp(queue.load, queue.weights);
  queue.origin += ahead;
  queue.load -= ahead * <i64>queue.weights;
}
