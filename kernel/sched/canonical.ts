/**
 * Canonical: all that a decision may depend on, relative to now; for the exhaustive checker.
 *
 * Two states with the same canonical bytes behave the same for ever: virtual times are taken from the least
 * start of their queue, times from now, heaps as the order in which they would come out (their shape does
 * not matter). Books, histograms and epochs are left out, because no decision reads them; but an epoch's
 * end splits a booking, which a bucket's cap can tell, so with limits its distance is in.
 * Members that are alike are numbered as they stand (labels.ts), so swapping two of them gives the same bytes.
 * `stateSave` and `stateRestore` copy the raw records; the module's globals are the harness's part.
 */
import { SchedulerTime } from "../abi/scheduler";
import { ACCOUNTS_MAX, Account, accountsTop } from "../ledger/account";
import { epochEndNs } from "../ledger/epoch";
import { Bucket } from "./bucket";
import { lastNs, NO_THREAD, runningServer, runningThread, sliceEndNs, stale } from "./clock";
import { Entity, EntityState, GONE_FIRST } from "./entity";
import { HEAP_NODE_SIZE, HeapNode, heapBefore } from "./heap";
import { accountLabeled, labelNext, labelOf, labelsBegin, labelsEnd } from "./labels";
import { Queue } from "./queue";
import { Server, ServerState, serverEarliest } from "./server";
import { timersAddress } from "./timers";

const BUFFER_SIZE: usize = 32768;
const buffer: usize = memory.data(32768, 16);
const ORDER_MAX: u32 = 64;
const order: usize = memory.data(64 * 4, 16);
let ordered: u32 = 0;
/** Where the heap begins that is being put into order. */
let orderBase: u32 = 0;
let end: usize = 0;

/** Where the functions below write. */
export function stateBuffer(): usize {
  return buffer;
}

/** Copies the records of all accounts and of the first `threads` threads to the buffer -> bytes. */
export function stateSave(threads: u32): u32 {
  end = buffer;
  copyAll(threads, true);
  return <u32>(end - buffer);
}

/** The reverse: what `stateSave` once wrote is in the buffer again. */
export function stateRestore(threads: u32): void {
  end = buffer;
  copyAll(threads, false);
}

function copyAll(threads: u32, out: bool): void {
  const accounts: usize = accountsTop;
  copy(changetype<usize>(Account.at(0)), accounts * offsetof<Account>(), out);
  copy(changetype<usize>(Queue.at(0)), accounts * offsetof<Queue>(), out);
  copy(changetype<usize>(Server.at(0)), accounts * offsetof<Server>(), out);
  copy(changetype<usize>(Bucket.at(0)), accounts * offsetof<Bucket>(), out);
  copy(changetype<usize>(Entity.at(0)), accounts * offsetof<Entity>(), out);
  copy(changetype<usize>(Entity.gone(0)), accounts * offsetof<Entity>(), out);
  copy(timersAddress(), 2 * accounts * HEAP_NODE_SIZE, out);
  copy(changetype<usize>(Entity.ofThread(0)), <usize>threads * offsetof<Entity>(), out);
}

function copy(record: usize, size: usize, out: bool): void {
  assert(end + size <= buffer + BUFFER_SIZE);
  if (out) memory.copy(end, record, size);
  else memory.copy(record, end, size);
  end += size;
}

/** Writes the canonical bytes to the buffer -> how many; `statePut` may add more. */
export function stateCanonical(): u32 {
  end = buffer;
  label();
  putRunning();
  put(stale ? 1 : 0);
  put(stale || sliceEndNs === u64.MAX_VALUE ? -1 : <i64>(sliceEndNs - lastNs));
  let limited = false;
  for (let at: u32 = 0; at < accountsTop; at++) {
    const account = accountLabeled(at);
    putQueue(account);
    putServer(account);
    if (!Bucket.at(account).limited) continue;
    limited = true;
    putBucket(account);
  }
  putOrder(serverEarliest());
  putTimers();
  if (limited) put(<i64>(epochEndNs - lastNs));
  return <u32>(end - buffer);
}

/** Numbers all members by where they stand. */
export function label(): void {
  labelsBegin();
  for (let account: u32 = 0; account < accountsTop; account++) {
    if (Queue.at(account).weights === 0) continue;
    collectQueue(account);
    for (let i: u32 = 0; i < ordered; i++) labelNext(memberAt(i).owner);
  }
  collectTimers();
  for (let i: u32 = 0; i < ordered; i++) labelNext(memberAt(i).owner >> 1);
  labelsEnd();
}

function putRunning(): void {
  if (runningThread === NO_THREAD) {
    put(-1);
    return;
  }
  const thread = Entity.ofThread(runningThread);
  put(labelOf(thread.owner));
  put(labelOf(thread.parent));
  put(runningServer === NO_THREAD ? -1 : labelOf(runningServer));
}

/** First the eligible, then the pending, each in the order in which they come out. */
function collectQueue(account: u32): u32 {
  const queue = Queue.at(account);
  ordered = 0;
  orderBase = 0;
  collect(queue.eligible);
  const eligible = ordered;
  orderBase = ordered;
  collect(queue.pending);
  orderBase = 0;
  return eligible;
}

/** A queue: its members in the order in which they come out, by their distance from the least start. */
function putQueue(account: u32): void {
  const queue = Queue.at(account);
  collectQueue(account);
  put(ordered);
  if (ordered === 0) return;
  let first = memberAt(0).start;
  for (let i: u32 = 1; i < ordered; i++) {
    if (memberAt(i).start - first < 0) first = memberAt(i).start;
  }
  put(queue.load - (first - queue.origin) * <i64>queue.weights);
  // Alone for ever: nothing is compared with its virtual time.
  const alone = Account.at(account).leaf && Account.at(account).threads === 1;
  for (let i: u32 = 0; i < ordered; i++) {
    const member = memberAt(i);
    put(labelOf(member.owner));
    if (member.owner >= GONE_FIRST) put(member.weight);
    put(member.state);
    put(member.start - first);
    put(member.deadline - first);
    put(member.usedNs);
    put(alone ? 0 : member.fraction);
    put(member.prepaidNs);
  }
}

function memberAt(index: u32): Entity {
  return changetype<Entity>(<usize>load<u32>(order + ((<usize>index) << 2)));
}

function putServer(account: u32): void {
  if (Account.at(account).reservePpm === 0 || account === 0) return;
  const server = Server.at(account);
  put(server.state);
  put(server.demand);
  put(server.takenPpm);
  put(server.takenCount);
  if (server.state === ServerState.IDLE) return;
  put(<i64>(server.deadline - lastNs));
  put(server.budgetNs);
}

/** An idle bucket is written as it will be when somebody comes: filled up to now. */
function putBucket(account: u32): void {
  const bucket = Bucket.at(account);
  let left = bucket.leftNs;
  let refillAt = bucket.refillAt;
  if (Queue.at(account).runnable === 0 && bucket.throttled === 0) {
    while (refillAt <= lastNs && left < <i64>bucket.wholeNs) {
      left += <i64>bucket.wholeNs;
      refillAt += SchedulerTime.LIMIT_PERIOD_NS;
    }
    if (left >= <i64>bucket.wholeNs) {
      left = <i64>bucket.wholeNs;
      refillAt = lastNs;
    }
  }
  put(bucket.throttled);
  put(left);
  put(<i64>(refillAt - lastNs));
}

function putOrder(top: HeapNode | null): void {
  ordered = 0;
  collect(top);
  put(ordered);
  for (let i: u32 = 0; i < ordered; i++) put(labelOf(memberAt(i).owner));
}

function collectTimers(): void {
  ordered = 0;
  for (let index: u32 = 0; index < 2 * accountsTop; index++) {
    const node = changetype<HeapNode>(timersAddress() + <usize>index * HEAP_NODE_SIZE);
    if (node.linked !== 0) insert(node);
  }
}

function putTimers(): void {
  collectTimers();
  put(ordered);
  for (let i: u32 = 0; i < ordered; i++) {
    const node = changetype<HeapNode>(changetype<usize>(memberAt(i)));
    put(2 * labelOf(node.owner >> 1) + (node.owner & 1));
    put(node.key - <i64>lastNs);
  }
}

function collect(node: HeapNode | null): void {
  if (!node) return;
  insert(node);
  collect(node.left);
  collect(node.right);
}

/** Into the order of its heap. */
function insert(node: HeapNode): void {
  assert(ordered < ORDER_MAX);
  let at = ordered++;
  while (at > orderBase) {
    const other = changetype<HeapNode>(<usize>load<u32>(order + ((<usize>at - 1) << 2)));
    if (!heapBefore(node, other)) break;
    store<u32>(order + ((<usize>at) << 2), <u32>changetype<usize>(other));
    at--;
  }
  store<u32>(order + ((<usize>at) << 2), <u32>changetype<usize>(node));
}

/** Adds a number to the canonical bytes. */
export function statePut(value: i64): void {
  put(value);
}

/** How many canonical bytes there are by now. */
export function stateSize(): u32 {
  return <u32>(end - buffer);
}

/** A number in as few bytes as it needs, sign in the lowest bit. */
function put(value: i64): void {
  let rest = <u64>((value << 1) ^ (value >> 63));
  while (rest >= 128) {
    store<u8>(end++, <u8>(rest | 128));
    rest >>= 7;
  }
  store<u8>(end++, <u8>rest);
  assert(end < buffer + BUFFER_SIZE);
}

/** For the oracle: where a member stands in its queue, as seven i64 in the buffer. */
export function memberRead(index: u32): void {
  const member = Entity.at(index);
  const queue = Queue.at(member.parent);
  const gone = member.state === EntityState.GHOST && member.generation !== queue.generation;
  store<i64>(buffer, gone ? EntityState.OUT : member.state);
  store<i64>(buffer, member.start - queue.origin, 8);
  store<i64>(buffer, member.usedNs, 16);
  store<i64>(buffer, member.fraction, 24);
  store<i64>(buffer, queue.load, 32);
  store<i64>(buffer, queue.weights, 40);
  store<i64>(buffer, member.prepaidNs, 48);
}

/** The number of a thread as a member. */
export function memberOfThread(thread: u32): u32 {
  return ACCOUNTS_MAX + thread;
}

/** Has the account demand, and budget for it? */
export function serverHasBudget(account: u32): bool {
  return Server.at(account).state === ServerState.READY;
}
