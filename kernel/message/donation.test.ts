/**
 * Donation: along a chain of calls the innermost server has the first client's schedule number, and whatever ends
 * gives everybody the own one back, from the inside out.
 */
import { KernelError } from "../abi/errors";
import { ThreadState, WaitKind } from "../abi/records";
import { Thread } from "../object/thread";
import { Account } from "../ledger/account";
import { practiceAccount } from "../memory/practice";
import { charge } from "../sched/schedule";
import { donate, part, settle, undonate } from "./donation";
import { actor, home, later, now, runner, runsAs, sceneBegin, sound } from "./scene";
import { resume, waitCancel, waitLeave } from "./wait";

const LENGTH: u32 = 6;
/** Indexes of the chain's threads: client, servers. */
const chain: usize = memory.data(64 * 4, 4);
let seed: u32 = 5;

function random(below: u32): u32 {
  seed = seed * 1664525 + 1013904223;
  return (seed >>> 8) % below;
}

function link(number: u32): Thread {
  return Thread.at(load<u32>(chain + ((<usize>number) << 2)));
}

/** A call as message.ts makes it, once the message is there. */
function call(client: Thread, server: Thread): void {
  client.state = ThreadState.BLOCKED;
  client.wait = WaitKind.REPLY;
  server.state = ThreadState.READY;
  server.wait = WaitKind.NONE;
  donate(client, server, now());
}

/** The reply, as message.ts gives it. */
function answer(server: Thread): void {
  const client = server.caller!;
  client.state = ThreadState.READY;
  part(client, now());
  resume(client, now());
}

function chainBegin(length: u32): void {
  sceneBegin();
  for (let i: u32 = 0; i < length; i++) {
    store<u32>(chain + ((<usize>i) << 2), actor(i === 0 ? home : practiceAccount()).index);
  }
  for (let i: u32 = 1; i < length; i++) call(link(i - 1), link(i));
}

/** Everybody has the own number and nobody lends. */
function allOwn(length: u32): void {
  for (let i: u32 = 0; i < length; i++) {
    assert(link(i).schedule === link(i).own && link(i).nesting === 0);
  }
  sound();
}

export function test_the_server_runs_as_its_client(): void {
  chainBegin(2);
  assert(runsAs(link(1), link(0)) && runsAs(link(0), link(1)));
  assert(link(1).nesting === 1 && link(1).caller === link(0) && link(0).callee === link(1));
  sound();
  assert(runner() === link(1));
  charge(later(1000));
  assert(Account.at(link(0).group).chargedNs === 1000000);
  assert(Account.at(link(1).group).chargedNs === 0);
  answer(link(1));
  allOwn(2);
  assert(link(0).callee === null && link(1).caller === null);
}

export function test_along_a_chain_each_has_the_number_of_the_one_below(): void {
  chainBegin(LENGTH);
  assert(runsAs(link(LENGTH - 1), link(0)));
  for (let i: u32 = 0; i + 1 < LENGTH; i++) assert(runsAs(link(i), link(i + 1)));
  for (let i: u32 = 0; i < LENGTH; i++) assert(link(i).nesting === i);
  sound();
  assert(runner() === link(LENGTH - 1));
}

export function test_replies_undo_it_one_by_one(): void {
  chainBegin(LENGTH);
  for (let i = LENGTH - 1; i > 0; i--) {
    answer(link(i));
    sound();
    assert(link(i).schedule === link(i).own && link(i).nesting === 0);
    if (i > 1) assert(runsAs(link(i - 1), link(0)));
    // The one that has answered waits for nothing else here.
    waitAgain(link(i));
  }
  allOwn(LENGTH);
}

function waitAgain(thread: Thread): void {
  thread.state = ThreadState.BLOCKED;
  thread.wait = WaitKind.RECEIVING;
  settle(thread, now());
}

export function test_the_client_in_front_goes_and_everybody_has_the_own_number(): void {
  chainBegin(LENGTH);
  waitLeave(link(0), now());
  assert(link(1).caller === null && link(0).callee === null);
  allOwn(LENGTH);
  // The calls behind it go on, each on its own account.
  for (let i: u32 = 2; i < LENGTH; i++) assert(link(i).caller === link(i - 1));
  assert(link(LENGTH - 1).state === <u32>ThreadState.READY);
}

export function test_a_chain_that_is_cut_keeps_its_front(): void {
  for (let cut: u32 = 1; cut + 1 < LENGTH; cut++) {
    chainBegin(LENGTH);
    // The call of `cut` ends in vain: it goes on with the first client's account.
    waitCancel(link(cut), KernelError.CANCELED, now());
    sound();
    assert(link(cut).eax === <u32>-KernelError.CANCELED);
    assert(runsAs(link(cut), link(0)) && link(cut).nesting === cut);
    for (let i: u32 = cut + 1; i < LENGTH; i++) assert(link(i).schedule === link(i).own);
    for (let i: u32 = 0; i < cut; i++) assert(runsAs(link(i), link(i + 1)));
    for (let i = cut; i > 0; i--) answer(link(i));
    allOwn(LENGTH);
  }
}

export function test_undoing_twice_changes_nothing(): void {
  chainBegin(3);
  undonate(link(0), now());
  allOwn(3);
  undonate(link(0), now());
  undonate(link(1), now());
  undonate(link(2), now());
  allOwn(3);
  part(link(0), now());
  part(link(0), now());
  allOwn(3);
}

export function test_settle_follows_the_record(): void {
  sceneBegin();
  const one = actor(home);
  const other = actor(home);
  Thread.exchange(one, other);
  one.state = ThreadState.BLOCKED;
  settle(one, now());
  settle(other, now());
  sound();
  assert(runner() === other);
  one.state = ThreadState.READY;
  other.state = ThreadState.BLOCKED;
  settle(one, now());
  settle(other, now());
  sound();
  assert(runner() === one);
  Thread.exchange(one, other);
  settle(one, now());
  settle(other, now());
  sound();
  assert(runner() === one && one.schedule === one.own);
}

/** Calls, replies and ends at random among ten threads: the scheduler always believes what is so. */
export function test_random_calls_replies_and_ends(): void {
  sceneBegin();
  for (let i: u32 = 0; i < 10; i++) {
    const account = (i & 1) === 0 ? home : practiceAccount();
    store<u32>(chain + ((<usize>i) << 2), actor(account).index);
  }
  for (let step = 0; step < 5000; step++) {
    const one = link(random(10));
    const other = link(random(10));
    const what = random(10);
    if (one.state !== <u32>ThreadState.READY) {
      if (what < 2) waitCancel(one, KernelError.TIMED_OUT, now());
    } else if (what < 5) {
      // Who calls is no part of what it calls, and that one waits for nothing.
      const waits = other.state === <u32>ThreadState.READY && other.caller === null;
      if (one !== other && waits && one.callee === null) call(one, other);
    } else if (one.caller !== null) {
      answer(one);
    }
    sound();
  }
  for (let i: u32 = 0; i < 10; i++) {
    if (link(i).wait === <u32>WaitKind.REPLY) waitCancel(link(i), KernelError.CANCELED, now());
  }
  allOwn(10);
}
