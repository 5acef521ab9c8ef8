/**
 * The latest events, for who asks afterwards: a ring, the oldest makes room.
 */
import { EventKind, Index, Limit } from "./abi";
import { Member } from "./member";
import { eventAt, eventCount } from "./outbox";
import { Group } from "./owner/record";

const KEPT: u32 = 64;
/** at u64 | kind u8 | name size u8 | name */
const STRIDE: usize = 144;
const NAME: usize = 10;
const ring: usize = memory.data(9216, 8);
if (<usize>KEPT * STRIDE !== 9216) ERROR("the ring of events has another size");
if (NAME + Limit.NAME_BYTES > STRIDE) ERROR("a name does not fit a record");
let written: u32 = 0;

/** Keeps what the latest call of the daemon left, with the machine's time. */
export function eventsKeep(ms: u64): void {
  for (let i: u32 = 0; i < eventCount; i++) {
    const place = eventAt(i);
    if (isKept(load<u32>(place))) keep(ms, load<u32>(place), load<u32>(place, 4));
  }
}

/** Queries and user events are no news of the cluster. */
function isKept(kind: u32): bool {
  return kind < <u32>EventKind.USER_EVENT || kind >= <u32>EventKind.GONE;
}

function keep(ms: u64, kind: u32, index: u32): void {
  const place = ring + <usize>(written % KEPT) * STRIDE;
  written += 1;
  store<u64>(place, ms);
  store<u8>(place, <u8>kind, 8);
  store<u8>(place, 0, 9);
  if (kind === <u32>EventKind.OWNER_GAINED || kind === <u32>EventKind.OWNER_LOST) {
    const group = Group.at(index);
    keepName(place, group.nameAddress, group.nameSize);
    return;
  }
  if (index === <u32>Index.SELF || index === <u32>Index.NONE) return;
  const member = Member.at(index);
  keepName(place, member.nameAddress, min<u32>(member.nameSize, Limit.NAME_BYTES));
}

function keepName(place: usize, name: usize, size: u32): void {
  store<u8>(place, <u8>size, 9);
  memory.copy(place + NAME, name, size);
}

/** The record of the n-th of those that are kept; 0: there are not so many. */
export function keptEvent(n: u32): usize {
  const kept = min<u32>(written, KEPT);
  return n >= kept ? 0 : ring + <usize>((written - kept + n) % KEPT) * STRIDE;
}

export function keptMs(record: usize): u64 {
  return load<u64>(record);
}

export function keptKind(record: usize): u32 {
  return load<u8>(record, 8);
}

export function keptNameSize(record: usize): u32 {
  return load<u8>(record, 9);
}

export function keptName(record: usize): usize {
  return record + NAME;
}
