/**
 * Labels: which of several alike members is meant does not matter to a decision; for the exhaustive checker.
 *
 * Accounts (or threads of one account) of one class have the same parent, weight and promises. In a canonical
 * state each class is numbered in the order in which its members stand in the queue above them, then by their
 * timers; those that are in neither have no state. So states that differ by a swap of two of a class are one.
 */
import { ACCOUNTS_MAX } from "../ledger/account";
import { Entity, GONE_FIRST } from "./entity";

const ACCOUNTS: u32 = 32;
const THREADS: u32 = 32;
const MEMBERS: u32 = ACCOUNTS + THREADS;
/** The label of every thread of an account that has a class: the account's label tells. */
const WITHIN: u32 = 255;
/** The label of the place of those that went: there is one in a queue. */
const GONE: u32 = 254;

/** Per member's place: class (0: none), label, whether it has one yet, and the next place of its class plus one. */
const classes: usize = memory.data(64);
const labels: usize = memory.data(64);
const labeled: usize = memory.data(64);
const nexts: usize = memory.data(64);
/** The reverse of labels. */
const places: usize = memory.data(64);
/** Per class: its first place plus one, and the next label to be given. */
const CLASSES: u32 = 16;
const firsts: usize = memory.data(16);
const cursors: usize = memory.data(16);

/** Puts an account, or a thread (its index as a member), into a class (from 1 on); in order of their indexes. */
export function labelClass(member: u32, one: u32): void {
  assert(one > 0 && one < CLASSES);
  const place = placeOf(member);
  store<u8>(classes + place, <u8>one);
  let at = firsts + one;
  while (load<u8>(at) !== 0) at = nexts + load<u8>(at) - 1;
  assert(at === firsts + one || at < nexts + place);
  store<u8>(at, <u8>(place + 1));
}

/** Begins to number anew. */
export function labelsBegin(): void {
  memory.fill(labeled, 0, MEMBERS);
  memory.copy(cursors, firsts, CLASSES);
}

/** The next of its class, unless it has a label or needs none. */
export function labelNext(member: u32): void {
  if (member >= GONE_FIRST) return;
  const place = placeOf(member);
  if (load<u8>(classes + place) !== 0 && load<u8>(labeled + place) === 0) give(place);
}

/** Labels of a class are the places of its members, in order. */
function give(place: u32): void {
  const cursor = cursors + load<u8>(classes + place);
  const label = <u32>load<u8>(cursor) - 1;
  store<u8>(labels + place, <u8>label);
  store<u8>(places + label, <u8>place);
  store<u8>(labeled + place, 1);
  store<u8>(cursor, load<u8>(nexts + label));
}

/** Everybody else, by number. */
export function labelsEnd(): void {
  for (let one: u32 = 1; one < CLASSES; one++) {
    for (let next = <u32>load<u8>(firsts + one); next !== 0; next = load<u8>(nexts + next - 1)) {
      if (load<u8>(labeled + next - 1) === 0) give(next - 1);
    }
  }
}

/** What a canonical state calls a member. */
export function labelOf(member: u32): u32 {
  if (member >= GONE_FIRST) return GONE;
  if (member >= ACCOUNTS_MAX) {
    const account = Entity.at(member).parent;
    if (load<u8>(classes + placeOf(account)) !== 0) return WITHIN;
  }
  const place = placeOf(member);
  return load<u8>(classes + place) === 0 ? place : load<u8>(labels + place);
}

/** The account with this label. */
export function accountLabeled(label: u32): u32 {
  return load<u8>(classes + label) === 0 ? label : load<u8>(places + label);
}

function placeOf(member: u32): u32 {
  const place = member < ACCOUNTS_MAX ? member : member - ACCOUNTS_MAX + ACCOUNTS;
  assert(place < MEMBERS);
  return place;
}
