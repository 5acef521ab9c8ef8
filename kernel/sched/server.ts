/**
 * Server: a constant-bandwidth server that serves an account's reserve before all weights.
 *
 * Budget Q = bandwidth * T per period T; among servers with budget and demand the earliest deadline is
 * served (EDF). Rules (Abeni & Buttazzo 1998, hard variant):
 *   demand comes while idle:   budget = Q, deadline = now + T
 *   demand comes in a period:  budget and deadline are kept if budget * T < (deadline - now) * Q, that
 *                              is before the 0-lag time; else as if idle
 *   budget spent:              depleted; the account goes on by weight until the deadline, then budget
 *                              += Q (overrun is a debt), deadline += T
 *   demand ends:               the bandwidth stays taken until the deadline, then it is lendable
 *
 * The bandwidth of an account is its reserve minus those of its children that are taken: what a child
 * leaves idle is first its parent's, and a server's density never exceeds its bandwidth. So the sum of
 * densities is at most the root's 95 % and EDF meets every deadline, less one timer overrun.
 *
 * T is the quantum, not the usual 20..100 ms: with equal periods a server that wakes has been served its
 * whole Q after T at the latest, whatever the others do, so "a lender that wakes runs within one
 * quantum" is the theorem itself. Price: at most one more switch per reserve and quantum.
 * All periods being equal, a replenished or newly woken server never has the earliest deadline.
 */
import { Account as AccountIndex, Ppm, SchedulerLimit, SchedulerTime } from "../abi/scheduler";
import { ACCOUNTS_MAX, Account } from "../ledger/account";
import { rateFromPpm } from "../ledger/entitlement";
import { HeapNode, heapPush, heapRemove } from "./heap";
import { TimerKind, timerCancel, timerSet } from "./timers";

export const enum ServerState {
  /** No bandwidth taken. */
  IDLE = 0,
  /** Budget and demand: in the deadline heap. */
  READY = 1,
  /** Demand but no budget: waits for its period's end. */
  DEPLETED = 2,
  /** No demand: the bandwidth is kept until the period's end. */
  LEAVING = 3,
}

@unmanaged
@final
export class Server {
  /** The first fields are HeapNode's: READY servers form the deadline heap. */
  key: i64;
  tie: i64;
  left: usize;
  right: usize;
  above: usize;
  linked: u32;
  serial: u32;
  owner: u32;
  /** ServerState. */
  state: u32;

  deadline: u64;
  budgetNs: i32;
  /** Budget of a whole period at the present bandwidth, and that bandwidth in units of 2^-32. */
  wholeNs: u32;
  rate: u32;
  /** Reserves of children that are taken, and of how many children. */
  takenPpm: u32;
  takenCount: u32;
  /** Does the account have something to run? */
  demand: u32;

  @inline
  static at(account: u32): Server {
    assert(account < ACCOUNTS_MAX);
    return changetype<Server>(servers + <usize>account * SERVER_SIZE);
  }

  @inline
  get node(): HeapNode {
    return changetype<HeapNode>(this);
  }
}

const SERVER_SIZE: usize = 80;
if (offsetof<Server>() !== 80) ERROR("SERVER_SIZE is out of date");
if (offsetof<Server>("owner") !== offsetof<HeapNode>("owner"))
  ERROR("Server must begin as HeapNode");
const servers: usize = memory.data(SchedulerLimit.ACCOUNTS_MAX * 80, 16);

/** Budget per period and ppm: T / 1,000,000. */
const WHOLE_PER_PPM: u32 = SchedulerTime.QUANTUM_NS / Ppm.ONE;
if (SchedulerTime.QUANTUM_NS % Ppm.ONE !== 0) ERROR("budgets must be whole nanoseconds");

/** A second: nobody is kept from its reserve for longer by what was done for it without its asking. */
const DEBT_MAX_NS: i32 = 1000000000;

let earliest: HeapNode | null = null;

export function serversReset(): void {
  memory.fill(servers, 0, <usize>ACCOUNTS_MAX * SERVER_SIZE);
  earliest = null;
}

/**
 * Prepares the server of a newly opened account. Its first budget comes after one period: closing an
 * account and opening another with the same reserve brings no second budget.
 */
export function serverPrepare(account: u32, now: u64): void {
  const server = Server.at(account);
  memory.fill(changetype<usize>(server), 0, SERVER_SIZE);
  server.owner = account;
  resize(account);
  if (Account.at(account).reservePpm === 0 || account === AccountIndex.ROOT) return;
  take(account, now);
  server.state = ServerState.LEAVING;
  server.deadline = now + SchedulerTime.QUANTUM_NS;
  timerSet(account, TimerKind.PERIOD, server.deadline);
}

/** Forgets the server of an account that is being closed; it has no demand any more. */
export function serverForget(account: u32): void {
  const server = Server.at(account);
  assert(server.demand === 0);
  if (server.state !== ServerState.LEAVING) return;
  timerCancel(account, TimerKind.PERIOD);
  becomeIdle(account);
}

/** The server to be served now, or null: then weights decide. */
export function serverEarliest(): HeapNode | null {
  return earliest;
}

/** The account has something to run again. */
export function serverDemand(account: u32, now: u64): void {
  const server = Server.at(account);
  assert(server.demand === 0);
  server.demand = 1;
  if (Account.at(account).reservePpm === 0 || account === AccountIndex.ROOT) return;

  if (server.state === ServerState.IDLE) {
    if (server.takenCount === 0) take(account, now);
    startPeriod(account, now);
    return;
  }
  assert(server.state === ServerState.LEAVING);
  if (server.budgetNs > 0 && beyondZeroLag(server, now)) {
    timerCancel(account, TimerKind.PERIOD);
    startPeriod(account, now);
  } else if (server.budgetNs > 0) {
    timerCancel(account, TimerKind.PERIOD);
    becomeReady(server);
  } else {
    server.state = ServerState.DEPLETED;
  }
}

/** The account has nothing to run any more. */
export function serverRest(account: u32): void {
  const server = Server.at(account);
  assert(server.demand === 1);
  server.demand = 0;
  if (server.state === ServerState.READY) {
    earliest = heapRemove(earliest!, server.node);
    timerSet(account, TimerKind.PERIOD, server.deadline);
    server.state = ServerState.LEAVING;
  } else if (server.state === ServerState.DEPLETED) {
    server.state = ServerState.LEAVING;
  }
}

/** Books service that the reservation phase gave through this server. */
export function serverCharge(account: u32, deltaNs: u32): void {
  const server = Server.at(account);
  server.budgetNs -= <i32>deltaNs;
  Account.at(account).reservedNs += <u64>deltaNs;
  if (server.budgetNs <= 0 && server.state === ServerState.READY) deplete(account);
}

/**
 * Books service that an account got without a thread of it having been chosen, with the nearest server above it that
 * has a reserve. A server without demand begins a period for it, so that the debt is there when demand comes.
 */
export function serverDebt(leaf: u32, deltaNs: u32, now: u64): void {
  let account = leaf;
  while (Account.at(account).reservePpm === 0) account = Account.at(account).parent;
  if (account === AccountIndex.ROOT) return;
  const server = Server.at(account);
  if (server.state === ServerState.IDLE) {
    if (server.takenCount === 0) take(account, now);
    server.budgetNs = server.wholeNs;
    server.deadline = now + SchedulerTime.QUANTUM_NS;
    server.state = ServerState.LEAVING;
    timerSet(account, TimerKind.PERIOD, server.deadline);
  }
  if (server.budgetNs > -DEBT_MAX_NS) serverCharge(account, deltaNs);
}

/** The PERIOD timer: replenishes, or releases the bandwidth of an account that rests free of debt. */
export function serverPeriodEnd(account: u32, now: u64): void {
  const server = Server.at(account);
  const resting = server.state === ServerState.LEAVING;
  assert(resting || server.state === ServerState.DEPLETED);
  if (resting && (server.budgetNs >= 0 || server.wholeNs === 0)) {
    becomeIdle(account);
    return;
  }
  const budget = server.budgetNs + <i32>server.wholeNs;
  server.budgetNs = budget < <i32>server.wholeNs ? budget : <i32>server.wholeNs;
  server.deadline = later(server.deadline, now) + SchedulerTime.QUANTUM_NS;
  if (!resting && server.budgetNs > 0) becomeReady(server);
  else timerSet(account, TimerKind.PERIOD, server.deadline);
}

/** A period that ended long ago (all were late) does not leave a queue of periods behind. */
function later(deadline: u64, now: u64): u64 {
  return now - deadline < <u64>SchedulerTime.QUANTUM_NS ? deadline : now;
}

function startPeriod(account: u32, now: u64): void {
  const server = Server.at(account);
  server.budgetNs = server.wholeNs;
  server.deadline = now + SchedulerTime.QUANTUM_NS;
  if (server.budgetNs > 0) becomeReady(server);
  else deplete(account);
}

function becomeReady(server: Server): void {
  server.state = ServerState.READY;
  server.key = <i64>server.deadline;
  server.tie = 0;
  earliest = heapPush(earliest, server.node);
}

function deplete(account: u32): void {
  const server = Server.at(account);
  if (server.state === ServerState.READY) earliest = heapRemove(earliest!, server.node);
  server.state = ServerState.DEPLETED;
  timerSet(account, TimerKind.PERIOD, server.deadline);
}

/** Is the 0-lag time over: would the old budget exceed the bandwidth until the old deadline? */
function beyondZeroLag(server: Server, now: u64): bool {
  if (now >= server.deadline) return true;
  return <u64>server.budgetNs >= allowance(server, now);
}

/** What the bandwidth gives from now to the deadline. */
function allowance(server: Server, now: u64): u64 {
  return ((server.deadline - now) * <u64>server.rate) >> 32;
}

/** Marks the account's reserve as taken from its parent's bandwidth. */
function take(account: u32, now: u64): void {
  const record = Account.at(account);
  if (record.parent === AccountIndex.ROOT) return;
  const above = Server.at(record.parent);
  above.takenPpm += record.reservePpm;
  above.takenCount++;
  resize(record.parent);
  if (above.state === ServerState.IDLE && above.takenCount === 1) take(record.parent, now);
  shrink(record.parent, now);
}

/** Gives the bandwidth back to the parent; the parent keeps its own while it or a child needs it. */
function becomeIdle(account: u32): void {
  const server = Server.at(account);
  server.state = ServerState.IDLE;
  if (server.takenCount === 0) giveBack(account);
}

function giveBack(account: u32): void {
  const record = Account.at(account);
  if (record.parent === AccountIndex.ROOT) return;
  const above = Server.at(record.parent);
  assert(above.takenCount > 0);
  above.takenPpm -= record.reservePpm;
  above.takenCount--;
  resize(record.parent);
  if (above.state === ServerState.IDLE && above.takenCount === 0) giveBack(record.parent);
}

/** A child took its share: the parent's budget must fit its smaller bandwidth. */
function shrink(account: u32, now: u64): void {
  const server = Server.at(account);
  if (server.state !== ServerState.READY && server.state !== ServerState.LEAVING) return;
  const most = server.deadline > now ? <i32>allowance(server, now) : 0;
  if (server.budgetNs > most) server.budgetNs = most;
  if (server.budgetNs <= 0 && server.state === ServerState.READY) deplete(account);
}

function resize(account: u32): void {
  const server = Server.at(account);
  const ppm = Account.at(account).reservePpm - server.takenPpm;
  server.wholeNs = ppm * WHOLE_PER_PPM;
  server.rate = rateFromPpm(ppm);
}
