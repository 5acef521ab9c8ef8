/**
 * Gone: what members leave behind in their queue when they go for good (dismissed, closed) while they are ahead.
 *
 * Going for good must be worth no more than a nap, or coming again under another name would wash off what the first
 * name took. So the places of all that went are kept as one nameless ghost per queue: their weight together, their
 * mean virtual time, their prepaid service. It holds V up as they would have, and leaves when V has reached it.
 * Whoever is new in the queue begins in that place, as far as it goes: coming again is waking up.
 *
 *   as heavy as the place:   takes it as it is.
 *   lighter:                 takes its weight's part of it. The rest stays, at the same virtual time.
 *   heavier:                 takes it all, and stands nearer to V by as much as it is heavier.
 *
 * Every step leaves the sum of lags at zero, and rounds against the newcomer, so V never moves back. Those who stay
 * lose nothing, and those who only slept find no debts of others before them: V runs ahead of the ready members by as
 * much as somebody else is behind it in time and can be made to wait. (What the gone had taken was once owed to
 * those who stayed, without anybody who paid: the checker found names that took V ever farther ahead.)
 */
import { divideUp } from "./divide";
import { Entity, EntityState, entityPrepare, GONE_FIRST } from "./entity";
import { heapRemove } from "./heap";
import {
  advance,
  DEBT_MAX_NS,
  enterGhost,
  haunts,
  owesNothing,
  Queue,
  rebase,
  remove,
} from "./queue";

/** Prepaid service is remembered up to here, of however many that went at once: 1,024 requests are less. */
const PREPAID_ALL_NS: u64 = 0xffffffff;

/** A member goes for good. */
export function queueDrop(member: Entity): void {
  const queue = Queue.at(member.parent);
  if (haunts(queue, member)) {
    queue.pending = heapRemove(queue.pending!, member.node);
    if (owesNothing(queue, member)) remove(queue, member);
    else bequeath(queue, member);
  }
  assert(member.state === EntityState.OUT);
}

/** A member that was just prepared begins where others have gone ahead of their share. */
export function queueInherit(member: Entity): void {
  const queue = Queue.at(member.parent);
  const gone = Entity.gone(member.parent);
  if (!haunts(queue, gone)) return;
  advance(queue);
  if (gone.state === EntityState.OUT) return;

  queue.pending = heapRemove(queue.pending!, gone.node);
  const part = partFor(member, gone);
  if (part === gone.weight && part === member.weight) {
    gone.state = EntityState.OUT;
    haunt(queue, member, gone.start, gone.fraction, gone.prepaidNs);
  } else {
    takePart(queue, member, gone, part);
  }
}

/** How much of the place's weight: as much as the member has, but no more debt than one member can have by itself. */
function partFor(member: Entity, gone: Entity): u32 {
  const most = min<u32>(member.weight, gone.weight);
  const whole = <u64>DEBT_MAX_NS * <u64>gone.weight;
  if (<u64>gone.prepaidNs * <u64>most <= whole) return most;
  return max<u32>(1, <u32>(whole / <u64>gone.prepaidNs));
}

function takePart(queue: Queue, member: Entity, gone: Entity, part: u32): void {
  if (gone.fraction !== 0) {
    gone.fraction = 0;
    gone.start++;
    queue.load += <i64>gone.weight;
  }
  rebase(queue);
  const lead = <i64>part * (gone.start - queue.origin);
  const ahead = part === member.weight ? gone.start - queue.origin : divideUp(lead, member.weight);
  queue.load += ahead * <i64>member.weight - lead;
  queue.weights += member.weight - part;

  const prepaid = <u32>divideUp(<i64>gone.prepaidNs * <i64>part, gone.weight);
  haunt(queue, member, queue.origin + ahead, 0, prepaid);
  const rest = gone.weight - part;
  if (rest === 0) gone.state = EntityState.OUT;
  else keep(queue, member.parent, rest, gone.start, 0, gone.prepaidNs - prepaid);
}

/** What a ghost that is in no heap has goes to the place of all that went. */
function bequeath(queue: Queue, member: Entity): void {
  assert(member.usedNs === 0);
  member.state = EntityState.OUT;
  const home = member.parent;
  const gone = Entity.gone(home);
  if (!haunts(queue, gone)) {
    keep(queue, home, member.weight, member.start, member.fraction, member.prepaidNs);
    return;
  }
  queue.pending = heapRemove(queue.pending!, gone.node);
  const weight = gone.weight + member.weight;
  const beyond = <i64>member.weight * (member.start - gone.start);
  const ahead = divideUp(beyond + <i64>gone.fraction + <i64>member.fraction, weight);
  queue.load += ahead * <i64>weight - beyond;
  const prepaid = min<u64>(<u64>gone.prepaidNs + <u64>member.prepaidNs, PREPAID_ALL_NS);
  keep(queue, home, weight, gone.start + ahead, 0, <u32>prepaid);
}

function keep(queue: Queue, home: u32, weight: u32, start: i64, fraction: u32, prepaid: u32): void {
  entityPrepare(GONE_FIRST + home, home, weight);
  haunt(queue, Entity.gone(home), start, fraction, prepaid);
}

/** Its weight is in the queue's sums already. */
function haunt(queue: Queue, ghost: Entity, start: i64, fraction: u32, prepaidNs: u32): void {
  ghost.start = start;
  ghost.deadline = start + ghost.span;
  ghost.fraction = fraction;
  ghost.prepaidNs = prepaidNs;
  enterGhost(queue, ghost);
}
