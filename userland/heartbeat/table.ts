/**
 * The table of members: finding by name, adding, taking out, and the order in which they are probed.
 *
 * Names are hashed with open addressing. Taking one out rebuilds the hash: that happens once in half
 * a minute at most, and leaves no marks behind.
 */
import { Drop, Index, MemberState } from "./abi";
import { Member } from "./member";
import { node } from "./node";
import { hashBytes, randomBelow } from "./numbers";
import { queueRemove } from "./queue";

function placeOfName(place: u32): usize {
  return node.names + ((<usize>place) << 1);
}

function placeOfOrder(place: u32): usize {
  return node.order + ((<usize>place) << 1);
}

export function orderedMember(place: u32): u32 {
  return load<u16>(placeOfOrder(place));
}

/** Index of the member with this name, or NONE. */
export function find(name: usize, size: u32): u32 {
  const hash = hashBytes(name, size);
  let place = hash & node.namesMask;
  let index = <u32>load<u16>(placeOfName(place));
  while (index !== <u32>Index.NONE && !isNamed(Member.at(index), hash, name, size)) {
    place = (place + 1) & node.namesMask;
    index = load<u16>(placeOfName(place));
  }
  return index;
}

function isNamed(member: Member, hash: u32, name: usize, size: u32): bool {
  if (member.nameHash !== hash || <u32>member.nameSize !== size) return false;
  return memory.compare(member.nameAddress, name, size) === 0;
}

/** A new member with this name, in the state that it must leave at once; NONE when there is no place. */
export function add(name: usize, size: u32): u32 {
  const index = freePlace();
  if (index === <u32>Index.NONE) {
    node.countDrop(Drop.TABLE_FULL);
    return index;
  }
  const member = Member.at(index);
  member.reset();
  member.nameSize = <u8>size;
  member.nameHash = hashBytes(name, size);
  memory.copy(member.nameAddress, name, size);
  insertName(index);
  if (index !== <u32>Index.SELF) insertOrder(index);
  return index;
}

/** A free place, or that of the member which has been forgotten for longest. */
function freePlace(): u32 {
  if (node.high < node.capacity) return node.high++;
  let oldest: u32 = Index.NONE;
  for (let index: u32 = 1; index < node.high; index++) {
    const member = Member.at(index);
    if (member.state === <u8>MemberState.FREE) return index;
    if (member.state !== <u8>MemberState.FORGOTTEN) continue;
    if (oldest === <u32>Index.NONE || member.changedMs < Member.at(oldest).changedMs) {
      oldest = index;
    }
  }
  if (oldest !== <u32>Index.NONE) {
    node.failed -= 1;
    remove(oldest);
  }
  return oldest;
}

function insertName(index: u32): void {
  let place = Member.at(index).nameHash & node.namesMask;
  while (load<u16>(placeOfName(place)) !== <u16>Index.NONE) place = (place + 1) & node.namesMask;
  store<u16>(placeOfName(place), <u16>index);
}

/** A new member stands at a random place of the order, so that not everybody probes it next. */
function insertOrder(index: u32): void {
  const place = node.orderCount++;
  setOrder(place, index);
  swapOrder(place, randomBelow(node.orderCount));
}

function setOrder(place: u32, index: u32): void {
  store<u16>(placeOfOrder(place), <u16>index);
  Member.at(index).orderIndex = <u16>place;
}

function swapOrder(one: u32, other: u32): void {
  const index = orderedMember(one);
  setOrder(one, orderedMember(other));
  setOrder(other, index);
}

/** Shuffles the order (Fisher and Yates). */
export function shuffleOrder(): void {
  for (let i = node.orderCount; i > 1; i--) swapOrder(i - 1, randomBelow(i));
}

/** Takes a member out of every table. The caller has counted it out. */
export function remove(index: u32): void {
  const member = Member.at(index);
  queueRemove(index);
  const last = node.orderCount - 1;
  swapOrder(member.orderIndex, last);
  node.orderCount = last;
  member.reset();
  memory.fill(node.names, 0xff, (<usize>node.namesMask + 1) << 1);
  for (let i: u32 = 0; i < node.high; i++) {
    if (Member.at(i).state !== <u8>MemberState.FREE) insertName(i);
  }
}

/** A random member other than this node that gossip may go to, or NONE. */
export function randomMember(withDead: bool, without: u32): u32 {
  if (node.orderCount === 0) return Index.NONE;
  for (let tries: u32 = 0; tries < 3; tries++) {
    const index = orderedMember(randomBelow(node.orderCount));
    const state = Member.at(index).state;
    if (index === without) continue;
    if (state === <u8>MemberState.ALIVE) return index;
    if (withDead && state <= <u8>MemberState.LEFT) return index;
  }
  return Index.NONE;
}
