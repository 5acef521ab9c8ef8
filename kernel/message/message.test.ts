/**
 * Messages between threads that have no machine below them: words, queues, replies, and who is told what.
 */
import { Kind, Right } from "../abi/capability";
import { KernelError } from "../abi/errors";
import { ThreadState, WaitKind } from "../abi/records";
import { practiceAccount } from "../memory/practice";
import { Endpoint } from "../object/endpoint";
import { Notification } from "../object/notification";
import { Waiting } from "../object/queue";
import { sleepFirst, sleepNext } from "../object/sleep";
import { Thread } from "../object/thread";
import { verifyWaits } from "../verify-waits";
import { call, receive, reply, replyReceive, send } from "./message";
import { actor, bell, door, hold, holdDoor, home, now, runsAs, sceneBegin } from "./scene";
import { signal } from "./signal";
import { waitCancel } from "./wait";

const SLOT: u32 = 5;
const OTHER: u32 = 6;
const INFO: u32 = SLOT << 16;
const NEVER: u64 = 0xffffffffffffffff;
const NOT_ASKED: u32 = 0x1234567;
let server: Thread = changetype<Thread>(<usize>0);
let client: Thread = changetype<Thread>(<usize>0);
let meeting: Endpoint = changetype<Endpoint>(<usize>0);

/** A client of group `home` and a server of another, which meet in SLOT. */
function begin(): void {
  sceneBegin();
  meeting = door(home);
  client = another(77);
  server = actor(practiceAccount());
  holdDoor(server, SLOT, meeting, 0);
}

function another(badge: u32): Thread {
  const thread = actor(home);
  holdDoor(thread, SLOT, meeting, badge);
  thread.eax = NOT_ASKED;
  return thread;
}

function words(thread: Thread, first: u32): void {
  thread.ebx = first;
  thread.esi = first + 1;
  thread.edi = first + 2;
  thread.ebp = first + 3;
}

function has(thread: Thread, first: u32): bool {
  const front = thread.ebx === first && thread.esi === first + 1;
  return front && thread.edi === first + 2 && thread.ebp === first + 3;
}

function waits(thread: Thread, wait: WaitKind): bool {
  return thread.state === <u32>ThreadState.BLOCKED && thread.wait === <u32>wait;
}

function goesOn(thread: Thread, answer: i32): bool {
  return thread.state === <u32>ThreadState.READY && thread.eax === <u32>answer;
}

export function test_a_call_to_a_waiting_server_and_its_reply(): void {
  begin();
  receive(server, INFO, now());
  assert(waits(server, WaitKind.RECEIVING) && meeting.receivers === 1);
  words(client, 10);
  call(client, INFO, now());
  assert(waits(client, WaitKind.REPLY) && goesOn(server, 77) && has(server, 10));
  assert(runsAs(server, client) && server.caller === client);
  verifyWaits();
  words(server, 20);
  assert(reply(server, 0, now()) === 0);
  assert(goesOn(client, 0) && has(client, 20) && server.caller === null);
  verifyWaits();
  assert(reply(server, 0, now()) === -KernelError.NO_CALLER);
}

export function test_who_comes_first_waits_for_the_server(): void {
  begin();
  words(client, 10);
  call(client, INFO, now());
  assert(waits(client, WaitKind.CALLING) && meeting.receivers === 0);
  words(client, 0);
  words(client, 10);
  assert(receive(server, INFO, now()) === 77);
  assert(has(server, 10) && waits(client, WaitKind.REPLY) && runsAs(server, client));
  verifyWaits();
}

export function test_a_send_lends_nothing_and_waits_for_a_receiver(): void {
  begin();
  words(client, 30);
  send(client, INFO, now());
  assert(waits(client, WaitKind.SENDING));
  assert(receive(server, INFO, now()) === 77);
  assert(goesOn(client, 0) && has(server, 30) && !runsAs(server, client));
  assert(server.caller === null && reply(server, 0, now()) === -KernelError.NO_CALLER);
  receive(server, INFO, now());
  assert(send(client, INFO, now()) === 0);
  assert(goesOn(server, 77) && client.state === <u32>ThreadState.READY);
  verifyWaits();
}

export function test_first_come_first_served(): void {
  begin();
  for (let i: u32 = 1; i <= 8; i++) {
    const caller = another(100 + i);
    if ((i & 1) === 0) call(caller, INFO, now());
    else send(caller, INFO, now());
  }
  for (let i: u32 = 1; i <= 8; i++) {
    assert(receive(server, INFO, now()) === <i32>(100 + i));
    verifyWaits();
    if ((i & 1) === 0) assert(reply(server, 0, now()) === 0);
  }
  receive(server, INFO, now());
  assert(waits(server, WaitKind.RECEIVING));
}

export function test_a_new_receive_gives_the_caller_up(): void {
  begin();
  const second = another(78);
  call(client, INFO, now());
  call(second, INFO, now());
  assert(receive(server, INFO, now()) === 77);
  assert(receive(server, INFO, now()) === 78);
  assert(goesOn(client, -KernelError.CANCELED) && server.caller === second);
  verifyWaits();
  receive(server, INFO, now());
  assert(goesOn(second, -KernelError.CANCELED) && server.caller === null);
  verifyWaits();
}

export function test_reply_and_receive_in_one(): void {
  begin();
  const second = another(78);
  // Without a caller it only receives.
  replyReceive(server, INFO, now());
  assert(waits(server, WaitKind.RECEIVING));
  call(client, INFO, now());
  call(second, INFO, now());
  words(server, 50);
  assert(replyReceive(server, INFO, now()) === 78);
  assert(goesOn(client, 0) && has(client, 50) && runsAs(server, second));
  verifyWaits();
  replyReceive(server, INFO, now());
  assert(goesOn(second, 0) && waits(server, WaitKind.RECEIVING));
  verifyWaits();
}

export function test_refusals_change_nothing(): void {
  begin();
  const notification = bell(home);
  hold(client, OTHER, Kind.NOTIFICATION, changetype<usize>(notification), Right.ALL);
  hold(client, 7, Kind.ENDPOINT, changetype<usize>(meeting), Right.RECEIVE);
  hold(client, 8, Kind.ENDPOINT, changetype<usize>(meeting), Right.SEND);
  assert(call(client, 9 << 16, now()) === -KernelError.INVALID_CAPABILITY);
  assert(call(client, 0xffff << 16, now()) === -KernelError.INVALID_CAPABILITY);
  assert(call(client, OTHER << 16, now()) === -KernelError.WRONG_KIND);
  assert(call(client, 7 << 16, now()) === -KernelError.MISSING_RIGHT);
  assert(receive(client, 8 << 16, now()) === -KernelError.MISSING_RIGHT);
  // Capabilities without GRANT; words and capabilities without a buffer.
  assert(call(client, (8 << 16) | (1 << 7), now()) === -KernelError.MISSING_RIGHT);
  assert(call(client, INFO | (1 << 7), now()) === -KernelError.BAD_ARGUMENT);
  assert(send(client, INFO | (1 << 10), now()) === -KernelError.BAD_ARGUMENT);
  assert(call(client, INFO | (61 << 10), now()) === -KernelError.BAD_ARGUMENT);
  assert(call(client, INFO | (5 << 7), now()) === -KernelError.BAD_ARGUMENT);
  assert(meeting.first === null && client.eax === NOT_ASKED);
  assert(client.state === <u32>ThreadState.READY);
  verifyWaits();
}

export function test_sixteen_calls_deep_and_no_deeper(): void {
  begin();
  let caller = client;
  let last = client;
  for (let i: u32 = 0; i < 16; i++) {
    const entrance = door(home);
    const next = actor(practiceAccount());
    holdDoor(next, SLOT, entrance, 0);
    holdDoor(caller, OTHER, entrance, i + 1);
    receive(next, INFO, now());
    call(caller, OTHER << 16, now());
    assert(goesOn(next, <i32>i + 1) && runsAs(next, client));
    last = caller;
    caller = next;
  }
  verifyWaits();
  assert(caller.nesting === 16);
  assert(call(caller, SLOT << 16, now()) === -KernelError.TOO_DEEP);
  assert(caller.state === <u32>ThreadState.READY && waits(last, WaitKind.REPLY));
  verifyWaits();
}

export function test_patience_bounds_the_whole_call(): void {
  begin();
  client.timeoutNs = 5000;
  const from = now();
  call(client, INFO, from);
  assert(sleepNext() === from + 5000 && sleepFirst() === client.index);
  receive(server, INFO, now());
  assert(waits(client, WaitKind.REPLY) && sleepNext() === from + 5000);
  waitCancel(client, KernelError.TIMED_OUT, now());
  assert(goesOn(client, -KernelError.TIMED_OUT) && sleepNext() === NEVER);
  assert(server.caller === null && server.schedule === server.own);
  assert(reply(server, 0, now()) === -KernelError.NO_CALLER);
  verifyWaits();
  client.timeoutNs = 5000;
  call(client, INFO, now());
  assert(receive(server, INFO, now()) === 77);
  assert(reply(server, 0, now()) === 0 && sleepNext() === NEVER);
  verifyWaits();
}

export function test_who_is_canceled_leaves_the_queue_where_it_stood(): void {
  begin();
  const queue = changetype<Waiting>(changetype<usize>(meeting));
  const callers: StaticArray<u32> = [0, 0, 0, 0, 0];
  for (let i: u32 = 0; i < 5; i++) {
    const caller = another(i + 1);
    callers[i] = caller.index;
    call(caller, INFO, now());
  }
  waitCancel(Thread.at(callers[2]), KernelError.CANCELED, now());
  waitCancel(Thread.at(callers[0]), KernelError.CANCELED, now());
  waitCancel(Thread.at(callers[4]), KernelError.CANCELED, now());
  assert(queue.first === Thread.at(callers[1]) && queue.last === Thread.at(callers[3]));
  verifyWaits();
  assert(receive(server, INFO, now()) === 2);
  assert(receive(server, INFO, now()) === 4);
  assert(queue.first === null && queue.last === null);
  verifyWaits();
}

export function test_signals_wait_gather_and_go_to_one(): void {
  begin();
  const notification: Notification = bell(home);
  signal(notification, 1, now());
  signal(notification, 4, now());
  assert(notification.bits === 5);
  // A bound thread's receive takes them all, and there is no message.
  notification.bound = server;
  server.bound = <u32>changetype<usize>(notification);
  const answer = receive(server, INFO, now());
  assert(answer === 0x20000000 && server.ebx === 5 && notification.bits === 0);
  receive(server, INFO, now());
  assert(waits(server, WaitKind.RECEIVING));
  signal(notification, 8, now());
  assert(goesOn(server, 0x20000000) && server.ebx === 8 && notification.bits === 0);
  assert(meeting.first === null);
  verifyWaits();
  signal(notification, 2, now());
  assert(notification.bits === 2);
}

/** Everything at random among six threads and three endpoints: both ends always agree. */
export function test_random_messages(): void {
  begin();
  const doors: StaticArray<usize> = [0, 0, 0];
  for (let i = 0; i < 3; i++) doors[i] = changetype<usize>(door(home));
  const actors: StaticArray<u32> = [0, 0, 0, 0, 0, 0];
  for (let i: u32 = 0; i < 6; i++) {
    const thread = actor((i & 1) === 0 ? home : practiceAccount());
    actors[i] = thread.index;
    for (let j: u32 = 0; j < 3; j++) holdDoor(thread, 10 + j, Endpoint.at(<u32>doors[j]), i + 1);
  }
  let seed: u32 = 11;
  for (let step: u32 = 0; step < 8000; step++) {
    seed = seed * 1664525 + 1013904223;
    const thread = Thread.at(actors[(seed >>> 8) % 6]);
    const info = (10 + ((seed >>> 20) % 3)) << 16;
    const what = (seed >>> 24) % 12;
    if (thread.state !== <u32>ThreadState.READY) {
      if (what === 0) waitCancel(thread, KernelError.TIMED_OUT, now());
    } else if (what < 4) call(thread, info, now());
    else if (what < 5) send(thread, info, now());
    else if (what < 8) receive(thread, info, now());
    else if (what < 10) reply(thread, 0, now());
    else replyReceive(thread, info, now());
    verifyWaits();
  }
}
