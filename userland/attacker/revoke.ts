/**
 * Revoking: somebody derives as fast as it can from what is being revoked; the revoke must end.
 *
 * Where the arena's endpoint is derived from, it is the arena that revokes, and measures it.
 */
import { Kind, Right, Slot } from "../../kernel/abi/capability";
import { KernelError } from "../../kernel/abi/errors";
import { kindIn } from "../lib/capabilities";
import * as kernel from "../lib/kernel";
import { bytes, infoOf, receive, receiveInto, send, sendMove } from "../lib/message";
import { grant, record } from "../lib/start";
import { takeSlot } from "../lib/slots";
import { check, count, done, expect, note } from "./answers";
import { begin, child, grantKit, make, thread } from "./children";
import { Place } from "./kit";
import { ROLE_ENDPOINT } from "./roles";
import { is } from "./select";

const MILLISECOND: u64 = 1000000;
const FIRST: u32 = 64;
/** As the lines of these attacks ask for. */
const SLOTS: u32 = 8192;
const words: usize = memory.data(16, 16);

export function revoke(): void {
  if (is("derive-race")) deriveRace(Place.ENDPOINT, SLOTS);
  if (is("derive-race-of-threads")) threadsRace();
  if (is("derive-race-of-children")) childrenRace();
  if (is("derive-a-deep-chain")) deepChain();
  if (is("derive-a-wide-tree")) wideTree();
  if (is("revoke-twice-at-once")) twiceAtOnce();
  if (is("move-while-revoked")) moveWhileRevoked();
  if (is("ended-by-many")) endedByMany();
  if (is("own-origin")) givenOwnOrigin();
  if (is("parent-takes-all")) ownOrigin();
  if (is("origins-in-a-ring")) originRing();
  if (is("delete-own-thread")) deleteOwnThread();
  if (is("kill-oneself")) kernel.processKill(Slot.SELF);
}

/** Derives from a capability and from what was derived, until nothing is left to derive from. */
function deriveRace(source: u32, end: u32): void {
  let from = source;
  while (true) {
    for (let slot = FIRST; slot < end; slot++) {
      const answer = kernel.capabilityMint(from, slot, Right.ALL, 0);
      if (answer === 0) count(1);
      if (answer === -KernelError.INVALID_CAPABILITY) {
        if (kindIn(source) === Kind.EMPTY) return;
        from = source;
      } else if (answer === 0 && (slot & 15) === 0) from = slot;
    }
  }
}

function racer(part: u32): void {
  const from = FIRST + part * 512;
  while (kindIn(Place.ENDPOINT) !== Kind.EMPTY) {
    for (let slot = from; slot < from + 512; slot++) {
      if (kernel.capabilityMint(Place.ENDPOINT, slot, Right.ALL, 0) === 0) count(1);
    }
  }
  kernel.threadExit();
}

function threadsRace(): void {
  for (let i: u32 = 0; i < 8; i++) thread(racer.index, i + 1);
  racer(9);
}

/** role-derive: the same from slot 20, by a child. */
export function roleDerive(): void {
  deriveRace(ROLE_ENDPOINT, 256);
}

function childrenRace(): void {
  for (let i: u32 = 0; i < 6; i++) {
    child("role-derive");
    grant(Place.ENDPOINT, ROLE_ENDPOINT, Right.ALL, 0);
    begin();
  }
  deriveRace(Place.ENDPOINT, SLOTS);
}

/** Each derived from the one before. */
function deepChain(): void {
  done(kernel.capabilityMint(Place.ENDPOINT, FIRST, Right.ALL, 0));
  for (let slot = FIRST + 1; slot < 5000; slot++) {
    const answer = kernel.capabilityMint(slot - 1, slot, Right.ALL, 0);
    note(answer);
    if (answer !== 0) break;
    count(1);
  }
  expect(kernel.messageCall(infoOf(Place.ENDPOINT, 0, 0), words), KernelError.CANCELED);
  expect(kernel.capabilityMint(FIRST, 40, Right.ALL, 0), KernelError.INVALID_CAPABILITY);
}

function wideTree(): void {
  for (let slot = FIRST; slot < 5000; slot++) {
    const answer = kernel.capabilityMint(Place.ENDPOINT, slot, Right.ALL, 0);
    note(answer);
    if (answer !== 0) break;
    count(1);
  }
  expect(kernel.messageCall(infoOf(Place.ENDPOINT, 0, 0), words), KernelError.CANCELED);
}

let shared: u32 = 0;

function endsOther(way: u32): void {
  // Killed, forgotten or emptied by several at once: whoever comes late is told so.
  if (way === 0) kernel.processKill(shared);
  else if (way === 1) kernel.capabilityDelete(shared);
  else if (way === 2) kernel.capabilityRevoke(shared);
  else kernel.capabilityTake(shared, Slot.SELF);
  kernel.threadExit();
}

/** A process with many capabilities and threads is ended by several threads in several ways. */
function endedByMany(): void {
  for (let round: u32 = 0; round < 12; round++) {
    child("role-derive");
    grantKit();
    grant(make(Kind.ENDPOINT), ROLE_ENDPOINT, Right.ALL, 0);
    shared = begin();
    kernel.sleepUntil(kernel.clock() + MILLISECOND);
    const copy = takeSlot();
    done(kernel.capabilityMint(shared, copy, Right.ALL, 0));
    for (let i: u32 = 0; i < 5; i++) kernel.threadStart(endsOther.index, (round + i) & 3, 0);
    kernel.messageTimeout(3 * MILLISECOND);
    note(kernel.processWait(copy, null));
    kernel.messageTimeout(0);
    kernel.sleepUntil(kernel.clock() + MILLISECOND);
    note(kernel.capabilityDelete(shared));
    check(kindIn(shared) === Kind.EMPTY && kindIn(copy) === Kind.EMPTY);
  }
}

let endpoint: u32 = 0;
let others: u32 = 0;

function revoker(_: u32): void {
  for (let i: u32 = 0; i < 40; i++) {
    const answer = kernel.capabilityRevoke(endpoint);
    if (answer === 0 || answer === -KernelError.BUSY) others++;
  }
  kernel.threadExit();
}

/** Several threads revoke the same capability, each while others are at it. */
function twiceAtOnce(): void {
  endpoint = make(Kind.ENDPOINT);
  for (let i: u32 = 0; i < 4; i++) thread(revoker.index);
  for (let round: u32 = 0; round < 40; round++) {
    for (let slot: u32 = 100; slot < 250; slot++) {
      kernel.capabilityMint(endpoint, slot, Right.ALL, 0);
    }
    const answer = kernel.capabilityRevoke(endpoint);
    note(answer);
    check(answer === 0 || answer === -KernelError.BUSY);
  }
  kernel.sleepUntil(kernel.clock() + MILLISECOND);
  check(others === 160);
}

function mover(_: u32): void {
  while (kindIn(endpoint) !== Kind.EMPTY) {
    for (let slot: u32 = 100; slot < 150; slot++) {
      kernel.capabilityMove(slot, slot + 60);
      kernel.capabilityMove(slot + 60, slot);
    }
  }
  kernel.threadExit();
}

/** Descendants change their slots while they are revoked: none escapes. */
function moveWhileRevoked(): void {
  endpoint = make(Kind.ENDPOINT);
  thread(mover.index);
  for (let round: u32 = 0; round < 20; round++) {
    for (let slot: u32 = 100; slot < 150; slot++) {
      kernel.capabilityMint(endpoint, slot, Right.ALL, 0);
    }
    kernel.yieldNow();
    done(kernel.capabilityRevoke(endpoint));
    for (let slot: u32 = 100; slot < 210; slot++) check(kindIn(slot) === Kind.EMPTY);
  }
  done(kernel.capabilityDelete(endpoint));
}

/** role-own-origin: takes its own first capability by a message, and deletes it. */
export function roleOwnOrigin(): void {
  bytes();
  receiveInto(0, 30);
  receive(ROLE_ENDPOINT);
  kernel.capabilityDelete(30);
  kernel.exit(9);
}

/** A process that holds what keeps it alive ends by its own hand, and leaves nothing. */
function givenOwnOrigin(): void {
  const meeting = make(Kind.ENDPOINT);
  for (let i: u32 = 0; i < 4; i++) {
    child("role-own-origin");
    grant(meeting, ROLE_ENDPOINT, Right.RECEIVE, 0);
    const slot = begin();
    const copy = takeSlot();
    done(kernel.capabilityMint(slot, copy, Right.ALL, 0));
    sendMove(0, slot);
    done(send(meeting, 0, 1));
    check(kindIn(slot) === Kind.EMPTY);
    kernel.sleepUntil(kernel.clock() + 4 * MILLISECOND);
    check(kindIn(copy) === Kind.EMPTY);
  }
}

/** A child loses its copy of itself, and lives; then its threads' capabilities; then its origin. */
function ownOrigin(): void {
  for (let i: u32 = 0; i < 5; i++) {
    child("role-derive");
    grantKit();
    const slot = begin();
    // SELF is a copy: deleting it takes nothing along; the origin ends the process.
    done(kernel.capabilityTake(slot, Slot.SELF));
    expect(kernel.capabilityTake(slot, Slot.SELF), KernelError.NOT_FOUND);
    done(kernel.capabilityRevoke(slot));
    done(kernel.capabilityDelete(slot));
    expect(kernel.capabilityDelete(slot), KernelError.INVALID_CAPABILITY);
  }
}

/** Two children, each of whose origin derives from a group that the other one's pays for. */
function originRing(): void {
  for (let i: u32 = 0; i < 4; i++) {
    const payer = takeSlot();
    done(kernel.capabilityMint(Slot.GROUP, payer, Right.CREATE, 0));
    child("role-nap");
    record.group = payer;
    grant(payer, 20, Right.ALL, 0);
    const one = begin();
    child("role-nap");
    record.group = payer;
    grant(one, 20, Right.ALL, 0);
    const two = begin();
    const held = takeSlot();
    done(kernel.capabilityMint(two, held, Right.ALL, 0));
    done(kernel.capabilityDelete(payer));
    check(kindIn(one) === Kind.EMPTY && kindIn(two) === Kind.EMPTY && kindIn(held) === Kind.EMPTY);
  }
}

function selfDeleter(slot: u32): void {
  kernel.capabilityDelete(slot);
  kernel.threadExit();
}

/** A thread deletes its own first capability: that is the end of its process. */
function deleteOwnThread(): void {
  const slot = takeSlot();
  done(kernel.threadStart(selfDeleter.index, <i32>slot, slot));
  kernel.sleepUntil(0x7fffffffffffffff);
}
