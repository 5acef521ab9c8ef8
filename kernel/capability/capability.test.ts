/**
 * Derivation: after any inserts, moves and deletes the list is the tree in depth-first order, and nothing but a
 * leaf is ever taken out.
 */
import { Kind, Right } from "../abi/capability";
import {
  addressOf,
  capabilitiesIn,
  Capability,
  CAPABILITY_BYTES,
  capabilityCount,
  capabilityDerive,
  capabilityDescendant,
  capabilityInsert,
  capabilityOf,
  capabilityParent,
  capabilityTransplant,
  capabilityUnlink,
  sentinel,
  typeOf,
} from "./capability";

const SLOTS: u32 = 300;
const NONE: u32 = 0xffffffff;
const slots: usize = memory.data(300 * 32, 4);
/** Beside each slot: the slot that it was derived from (NONE: none), as a list of children would have it. */
const parents: usize = memory.data(300 * 4, 4);
/** Number of the slot in what a walk over the tree finds, see `walk`. */
let walked: u32 = 0;
let seed: u32 = 3;

function random(below: u32): u32 {
  seed = seed * 1664525 + 1013904223;
  return (seed >>> 8) % below;
}

function slot(index: u32): Capability {
  return changetype<Capability>(slots + <usize>index * CAPABILITY_BYTES);
}

function indexOf(capability: Capability): u32 {
  return <u32>((changetype<usize>(capability) - slots) / CAPABILITY_BYTES);
}

function parentOf(index: u32): u32 {
  return load<u32>(parents + ((<usize>index) << 2));
}

function parentSet(index: u32, parent: u32): void {
  store<u32>(parents + ((<usize>index) << 2), parent);
}

function used(index: u32): bool {
  return slot(index).kind !== Kind.EMPTY;
}

/** A slot that is used, or one that is empty, at random; NONE if there is none. */
function any(isUsed: bool): u32 {
  const from = random(SLOTS);
  for (let i: u32 = 0; i < SLOTS; i++) {
    const index = (from + i) % SLOTS;
    if (used(index) === isUsed) return index;
  }
  return NONE;
}

function origin(index: u32): void {
  capabilityInsert(slot(index), sentinel, typeOf(Kind.ENDPOINT, 0, Right.ALL), index, 0);
  parentSet(index, NONE);
}

function derive(source: u32, target: u32): void {
  capabilityDerive(slot(target), slot(source), Right.SEND, 0);
  parentSet(target, source);
}

/** Leaves first, as the kernel deletes. */
function remove(index: u32): void {
  while (used(index)) {
    let at = slot(index);
    let below = capabilityDescendant(at);
    while (below) {
      at = below;
      below = capabilityDescendant(at);
    }
    capabilityUnlink(at);
  }
}

function move(source: u32, target: u32): void {
  capabilityTransplant(slot(source), slot(target));
  parentSet(target, parentOf(source));
  for (let i: u32 = 0; i < SLOTS; i++) if (used(i) && parentOf(i) === source) parentSet(i, target);
}

/** Follows the list: each one's parent is the last one before it that is one less deep. */
function sound(): void {
  let before = sentinel;
  let count: u32 = 0;
  let at = sentinel.next;
  while (at !== 0) {
    const capability = capabilityOf(at);
    assert(capability.previous === addressOf(before));
    assert(capability.depth >= 1 && capability.depth <= before.depth + 1);
    const parent = capabilityParent(capability, SLOTS + 1);
    const wanted = parentOf(indexOf(capability));
    assert(wanted === NONE ? parent === null : parent === slot(wanted));
    count++;
    before = capability;
    at = capability.next;
  }
  walked = count;
  assert(count === capabilityCount && count === capabilitiesIn(0));
}

export function test_a_child_stands_right_behind_its_parent(): void {
  origin(0);
  derive(0, 1);
  derive(0, 2);
  derive(1, 3);
  sound();
  assert(slot(0).next === addressOf(slot(2)) && slot(2).next === addressOf(slot(1)));
  assert(slot(1).next === addressOf(slot(3)) && slot(3).depth === 3);
  assert(capabilityDescendant(slot(2)) === null);
  assert(capabilityDescendant(slot(0)) === slot(2));
}

export function test_rights_only_shrink_and_flags_stay_behind(): void {
  origin(0);
  slot(0).type |= 0x100;
  capabilityDerive(slot(1), slot(0), Right.SEND | Right.GRANT, 7);
  assert(slot(1).rights === (Right.SEND | Right.GRANT) && slot(1).badge === 7);
  assert(slot(0).origin && !slot(1).origin);
  capabilityDerive(slot(2), slot(1), Right.ALL, 7);
  assert(slot(2).rights === (Right.SEND | Right.GRANT));
  assert(slot(2).allows(Right.SEND) && !slot(2).allows(Right.SEND | Right.RECEIVE));
  capabilityDerive(slot(3), slot(2), Right.NONE, 7);
  assert(slot(3).rights === 0 && slot(3).allows(Right.NONE));
}

export function test_a_move_keeps_the_place(): void {
  origin(0);
  derive(0, 1);
  derive(1, 2);
  derive(0, 3);
  move(1, 9);
  sound();
  assert(!used(1) && slot(9).depth === 2 && capabilityDescendant(slot(9)) === slot(2));
  move(0, 1);
  sound();
  assert(sentinel.next === addressOf(slot(1)));
}

export function test_a_parent_is_looked_for_only_so_far(): void {
  origin(0);
  derive(0, 99);
  for (let i: u32 = 1; i < 50; i++) derive(0, i);
  assert(capabilityParent(slot(99), 10) === null);
  assert(capabilityParent(slot(99), 60) === slot(0));
  assert(capabilityParent(slot(0), 60) === null);
}

export function test_leaves_first_takes_everything_below_and_nothing_else(): void {
  origin(0);
  for (let i: u32 = 1; i < 100; i++) derive((i - 1) >> 1, i);
  sound();
  remove(1);
  sound();
  // Below 1 in a tree of halves.
  for (let i: u32 = 0; i < 100; i++) {
    let at = i;
    while (at > 2) at = (at - 1) >> 1;
    assert(used(i) === (at !== 1));
  }
  remove(0);
  sound();
  assert(walked === 0);
}

export function test_random_inserts_moves_and_deletes(): void {
  for (let step = 0; step < 20000; step++) {
    const what = random(100);
    const source = any(true);
    const target = any(false);
    if (source === NONE || what < 3) {
      if (target !== NONE) origin(target);
    } else if (what < 70) {
      if (target !== NONE) derive(source, target);
    } else if (what < 90) {
      if (target !== NONE) move(source, target);
    } else {
      remove(source);
    }
    if (step % 16 === 0) sound();
  }
  sound();
}

export function test_deep_and_wide_cost_no_order(): void {
  origin(0);
  for (let i: u32 = 1; i < 150; i++) derive(i - 1, i);
  for (let i: u32 = 150; i < 299; i++) derive(75, i);
  sound();
  assert(walked === 299);
  remove(75);
  sound();
  assert(walked === 75);
}
