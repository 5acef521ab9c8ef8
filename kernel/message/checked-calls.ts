/**
 * Calls among checked threads: each has a capability space with a door to every server, and calls, replies and
 * receives by the functions that system calls end in (message.ts), so that donation.ts does what it does in the kernel.
 */
import { Kind, Right } from "../abi/capability";
import { KernelError } from "../abi/errors";
import { ThreadState, WaitKind } from "../abi/records";
import { sentinel } from "../capability/capability";
import {
  foundTarget,
  lookupTarget,
  originInsert,
  Space,
  spaceOpenSlots,
} from "../capability/space";
import { FRAME_BYTES, framesStart } from "../memory/frames";
import { Endpoint, endpointCreate } from "../object/endpoint";
import { block, Thread, threadOf, threadsStart, wake } from "../object/thread";
import { statePut } from "../sched/canonical";
import { framesConfigure, threadReady } from "../sched/schedule";
import { Own } from "./checked-words";
import { call, receive, reply, replyReceive } from "./message";
import { waitCancel } from "./wait";

/** Slots of a space: the first door is in the one after the first. */
const SLOTS: u32 = 64;
const SERVERS: u32 = 4;
const NO_LIMIT: u32 = 0xffffffff;
/** For spaces and endpoints. */
const FRAMES: usize = 64;
const WASM_PAGE_SHIFT: usize = 16;
const NO_SERVER: u32 = 255;
/** The part of a thread's record that calls use; behind it is floating point. */
const THREAD_BYTES: usize = offsetof<Thread>();
const ENDPOINT_BYTES: usize = offsetof<Endpoint>();

export let withCalls: bool = false;
let servers: u32 = 0;
const endpoints: usize = memory.data(16, 4);
/** Per thread: which server it is. */
const serverOf: usize = memory.data(8);
let known: u32 = 0;

/** Threads have records from now on, and there are frames behind everything that the module has. */
export function callsBegin(): void {
  const pages = (FRAMES * FRAME_BYTES) >> WASM_PAGE_SHIFT;
  const start = (<usize>memory.grow(<i32>pages)) << WASM_PAGE_SHIFT;
  framesStart(start, start + FRAMES * FRAME_BYTES);
  threadsStart();
  memory.fill(serverOf, <u8>NO_SERVER, 8);
  withCalls = true;
}

/** Makes a record and a space for a thread that the scheduler knows already. */
export function callsThread(index: u32, account: u32): void {
  framesConfigure(account, 0, NO_LIMIT);
  const opened = spaceOpenSlots(index + 1, account, SLOTS);
  assert(opened);
  const thread = Thread.at(index);
  thread.group = account;
  thread.space = Space.at(index + 1);
  thread.state = ThreadState.BLOCKED;
  thread.wait = WaitKind.SLEEP;
  known = index + 1;
}

/** A door to this thread in everybody's space, and the thread waits behind it. All threads must be there. */
export function callsServe(index: u32, threads: u32, now: u64): void {
  const server = servers++;
  assert(server < SERVERS);
  const endpoint = Endpoint.at(endpointCreate(Thread.at(0).group));
  store<u32>(endpoints + ((<usize>server) << 2), <u32>changetype<usize>(endpoint));
  store<u8>(serverOf + index, <u8>server);
  for (let i: u32 = 0; i < threads; i++) holdDoor(Thread.at(i), server + 1, endpoint);
  callsWake(index, now);
  const answer = receive(Thread.at(index), infoOf(server), now);
  assert(answer === 0);
}

function holdDoor(thread: Thread, slot: u32, endpoint: Endpoint): void {
  const refusal = lookupTarget(thread.space, slot);
  assert(refusal === KernelError.OK);
  const rights = Right.SEND | Right.RECEIVE;
  originInsert(foundTarget, sentinel, Kind.ENDPOINT, rights, <u32>changetype<usize>(endpoint));
}

function infoOf(server: u32): u32 {
  return (server + 1) << 16;
}

function endpointAt(server: u32): Endpoint {
  return Endpoint.at(load<u32>(endpoints + ((<usize>server) << 2)));
}

/** A call, an answer or a reply of the running thread; false: it cannot. */
export function callsAct(own: u32, index: u32, target: u32, now: u64): bool {
  const thread = Thread.at(index);
  if (own === Own.CALL) return call(thread, infoOf(load<u8>(serverOf + target)), now) >= 0;
  if (own === Own.REPLY) return reply(thread, 0, now) >= 0;
  const server = load<u8>(serverOf + index);
  return server !== NO_SERVER && replyReceive(thread, infoOf(server), now) >= 0;
}

/** The call that the thread is in ends in vain. */
export function callsAbort(index: u32, now: u64): void {
  waitCancel(Thread.at(index), KernelError.TIMED_OUT, now);
}

export function callsBlock(index: u32, now: u64): void {
  block(index, WaitKind.SLEEP, now);
}

export function callsWake(index: u32, now: u64): void {
  wake(index, now, now);
}

export function callsDozing(threads: u32): u32 {
  let mask: u32 = 0;
  for (let i: u32 = 0; i < threads; i++) {
    const thread = Thread.at(i);
    if (thread.state !== <u32>ThreadState.BLOCKED) continue;
    if (thread.wait === <u32>WaitKind.SLEEP) mask |= 1 << i;
  }
  return mask;
}

/** Those that wait for a server, or as a server that also acts on its own for a call. */
export function callsWaiting(threads: u32): u32 {
  let mask: u32 = 0;
  for (let i: u32 = 0; i < threads; i++) {
    const wait = Thread.at(i).wait;
    if (wait === <u32>WaitKind.CALLING || wait === <u32>WaitKind.REPLY) mask |= 1 << i;
    if (wait === <u32>WaitKind.RECEIVING) mask |= 1 << i;
  }
  return mask;
}

/** Does the thread that has this schedule number owe a reply? */
export function callsServes(schedule: u32): bool {
  return Thread.at(threadOf(schedule)).caller !== null;
}

export function callsThreadAt(schedule: u32): u32 {
  return threadOf(schedule);
}

/** The scheduler believes of every thread what its record says; numbers are exchanged along calls only. */
export function callsSound(threads: u32): bool {
  let numbers: u32 = 0;
  for (let i: u32 = 0; i < threads; i++) {
    const thread = Thread.at(i);
    if (threadReady(thread.schedule) !== (thread.state === <u32>ThreadState.READY)) return false;
    if (threadOf(thread.schedule) !== i) return false;
    numbers |= 1 << thread.schedule;
    const caller = thread.caller;
    if (caller && caller.callee !== thread) return false;
    if (thread.schedule === thread.own) continue;
    if (thread.nesting === 0 && thread.callee === null) return false;
  }
  return numbers === <u32>(1 << threads) - 1;
}

/** Adds what calls are under way to the canonical bytes. */
export function callsPut(threads: u32): void {
  for (let i: u32 = 0; i < threads; i++) {
    const thread = Thread.at(i);
    statePut((thread.state << 8) | thread.wait);
    statePut(thread.schedule);
    statePut((thread.nesting << 8) | indexOf(thread.caller));
  }
  for (let server: u32 = 0; server < servers; server++) {
    const endpoint = endpointAt(server);
    statePut(endpoint.receivers);
    let waiter = endpoint.first;
    while (waiter) {
      statePut(waiter.index);
      waiter = waiter.queueNext;
    }
    statePut(NO_SERVER);
  }
}

function indexOf(thread: Thread | null): u32 {
  return thread ? thread.index : NO_SERVER;
}

/** Copies the records of threads and endpoints -> bytes. */
export function callsSave(target: usize): usize {
  if (!withCalls) return 0;
  let at = target;
  for (let i: u32 = 0; i < known; i++) {
    memory.copy(at, changetype<usize>(Thread.at(i)), THREAD_BYTES);
    at += THREAD_BYTES;
  }
  for (let server: u32 = 0; server < servers; server++) {
    memory.copy(at, changetype<usize>(endpointAt(server)), ENDPOINT_BYTES);
    at += ENDPOINT_BYTES;
  }
  return at - target;
}

/** The reverse. */
export function callsRestore(source: usize): void {
  if (!withCalls) return;
  let at = source;
  for (let i: u32 = 0; i < known; i++) {
    const thread = Thread.at(i);
    memory.copy(changetype<usize>(thread), at, THREAD_BYTES);
    thread.runAs(thread.schedule);
    at += THREAD_BYTES;
  }
  for (let server: u32 = 0; server < servers; server++) {
    memory.copy(changetype<usize>(endpointAt(server)), at, ENDPOINT_BYTES);
    at += ENDPOINT_BYTES;
  }
}
