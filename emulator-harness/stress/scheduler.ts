// The kernel's scheduler and ledger in Node: the Wasm of kernel/sched/model.ts behind plain numbers.
//
// Times are nanoseconds as JavaScript numbers: exact up to 104 days.
import { readFileSync } from "node:fs";
import {
  Account,
  AccountRecord,
  LatencyHistogram,
  LedgerRefusal,
  Ppm,
  ScheduleRecord,
} from "../../kernel/abi/scheduler.ts";
import { assemble } from "../build/assemblyscript.ts";
import { rootPath } from "../paths.ts";

/** What the module exports. */
interface Exports {
  memory: WebAssembly.Memory;
  scheduleStart(now: bigint, frames: number): void;
  accountOpen(parent: number, reserve: number, weight: number, limit: number, now: bigint): number;
  accountClose(account: number, now: bigint): number;
  accountRead(account: number, target: number): number;
  accountHistogram(account: number): number;
  scheduleRead(target: number): void;
  framesCharge(account: number, frames: number): number;
  framesRelease(account: number, frames: number): void;
  framesConfigure(account: number, reserve: number, limit: number): number;
  threadAdmit(thread: number, account: number, now: bigint): number;
  threadDismiss(thread: number, now: bigint): void;
  wakeAt(thread: number, now: number, due: number): void;
  blockAt(thread: number, now: number): void;
  yieldAt(now: number): void;
  chargeAt(now: number): void;
  chargeAccount(account: number, delta: bigint, now: bigint): void;
  chooseAt(now: number): number;
  sliceEndAt(now: number): number;
  preemptionDueAt(now: number): number;
  proceedTo(now: number): number;
  running(): number;
  booksFinish(): void;
  lagRun(count: number): number;
  recordBuffer(): number;
  verify(): number;
}

export interface AccountState {
  entitledPpm: number;
  entitled: number;
  used: number;
  lent: number;
  borrowed: number;
  charged: number;
  reserved: number;
  epoch: { entitled: number; used: number; lent: number; borrowed: number; wakeMax: number };
  wakes: number;
  wakeMax: number;
  framesUsed: number;
  credit: number;
}

export interface ScheduleState {
  now: number;
  idle: number;
  idleWhileReady: number;
  host: number;
  decisions: number;
  switches: number;
  epochs: number;
  epochStart: number;
  epochEnd: number;
  booked: number;
  creditMinted: number;
  creditExpired: number;
}

export interface AccountOptions {
  parent?: number;
  reservePpm?: number;
  weight?: number;
  limitPpm?: number;
}

const RULES = [
  "",
  "a queue's sums or heaps",
  "entitlement of children <= parent's",
  "lent = borrowed",
  "charged + idle + host = time",
  "credit = minted - expired - pool",
];

const LIMITS = "kernel/abi/scheduler.ts";
/** A crowd: 1,024 accounts of 16 threads, with up to seven levels above them. */
const CROWD: [RegExp, string][] = [
  [/\bTHREADS_MAX = \d+/, "THREADS_MAX = 16384"],
  [/\bACCOUNTS_MAX = \d+/, "ACCOUNTS_MAX = 1280"],
];

/** The compiled module; one compilation serves every instance. The crowd's has larger tables than the kernel. */
export async function schedulerModule(checked = false, crowd = false): Promise<WebAssembly.Module> {
  const text = readFileSync(rootPath(LIMITS), "utf8");
  const larger = CROWD.reduce((changed, [find, replace]) => changed.replace(find, replace), text);
  const bytes = await assemble({
    name: `wasm/model${checked ? "-checked" : ""}${crowd ? "-crowd" : ""}`,
    entry: "kernel/sched/model.ts",
    kind: checked ? "test" : "pure",
    flags: checked ? ["-O2"] : ["-O3"],
    changed: crowd ? new Map([[LIMITS, larger]]) : undefined,
  });
  return WebAssembly.compile(bytes as BufferSource);
}

export class Refused extends Error {
  constructor(
    readonly refusal: LedgerRefusal,
    text: string,
  ) {
    super(text);
  }
}

export class Scheduler {
  private readonly wasm: Exports;
  private readonly buffer: number;
  private readonly view: DataView;

  constructor(module: WebAssembly.Module, frames = 16384) {
    const instance = new WebAssembly.Instance(module, { env: { abort } });
    this.wasm = instance.exports as unknown as Exports;
    this.wasm.scheduleStart(0n, frames);
    this.buffer = this.wasm.recordBuffer();
    this.view = new DataView(this.wasm.memory.buffer);
  }

  openAccount(options: AccountOptions, now: number): number {
    const { parent = Account.ROOT, reservePpm = 0, weight = 100, limitPpm = Ppm.ONE } = options;
    const account = this.wasm.accountOpen(parent, reservePpm, weight, limitPpm, BigInt(now));
    if (account < 0) throw new Refused(-account, refusalText(-account));
    return account;
  }

  closeAccount(account: number, now: number): LedgerRefusal {
    return this.wasm.accountClose(account, BigInt(now));
  }

  admit(thread: number, account: number, now: number): LedgerRefusal {
    return this.wasm.threadAdmit(thread, account, BigInt(now));
  }

  dismiss(thread: number, now: number): void {
    this.wasm.threadDismiss(thread, BigInt(now));
  }

  wake(thread: number, now: number, due = now): void {
    this.wasm.wakeAt(thread, now, due);
  }

  block(thread: number, now: number): void {
    this.wasm.blockAt(thread, now);
  }

  yieldNow(now: number): void {
    this.wasm.yieldAt(now);
  }

  charge(now: number): void {
    this.wasm.chargeAt(now);
  }

  /** Books the latest `delta` to an account of which no thread ran. */
  chargeAccount(account: number, delta: number, now: number): void {
    this.wasm.chargeAccount(account, BigInt(delta), BigInt(now));
  }

  /** The thread that runs from now on, or null. */
  choose(now: number): number | null {
    const thread = this.wasm.chooseAt(now);
    return thread < 0 ? null : thread;
  }

  /** When the choice ends; Infinity when nothing limits it. */
  sliceEnd(now: number): number {
    return this.wasm.sliceEndAt(now);
  }

  preemptionDue(now: number): boolean {
    return this.wasm.preemptionDueAt(now) !== 0;
  }

  /** Books up to `now` and decides if that is due -> when the slice ends. */
  proceedTo(now: number): number {
    return this.wasm.proceedTo(now);
  }

  /** The thread chosen last, or null. */
  running(): number | null {
    const thread = this.wasm.running();
    return thread < 0 ? null : thread;
  }

  /** Closes the books of the latest epoch for every account: the kernel takes steps, programs ask until it is done. */
  finishBooks(): void {
    this.wasm.booksFinish();
  }

  /** Runs so many decisions among busy children of the root -> the largest lag in ns (kernel/sched/lag.ts). */
  lagRun(decisions: number): number {
    return this.wasm.lagRun(decisions);
  }

  framesCharge(account: number, frames: number): LedgerRefusal {
    return this.wasm.framesCharge(account, frames);
  }

  framesRelease(account: number, frames: number): void {
    this.wasm.framesRelease(account, frames);
  }

  framesConfigure(account: number, reserve: number, limit: number): LedgerRefusal {
    return this.wasm.framesConfigure(account, reserve, limit);
  }

  /** Throws when a structure or a conservation law is broken. */
  verify(): void {
    const rule = this.wasm.verify();
    if (rule !== 0) throw new Error(`broken: ${RULES[rule]}`);
  }

  account(account: number): AccountState {
    this.wasm.accountRead(account, this.buffer);
    return {
      entitledPpm: this.word(AccountRecord.ENTITLED_PPM),
      entitled: this.long(AccountRecord.ENTITLED_NS),
      used: this.long(AccountRecord.USED_NS),
      lent: this.long(AccountRecord.LENT_NS),
      borrowed: this.long(AccountRecord.BORROWED_NS),
      charged: this.long(AccountRecord.CHARGED_NS),
      reserved: this.long(AccountRecord.RESERVED_NS),
      epoch: {
        entitled: this.word(AccountRecord.EPOCH_ENTITLED_NS),
        used: this.word(AccountRecord.EPOCH_USED_NS),
        lent: this.word(AccountRecord.EPOCH_LENT_NS),
        borrowed: this.word(AccountRecord.EPOCH_BORROWED_NS),
        wakeMax: this.word(AccountRecord.EPOCH_WAKE_MAX_NS),
      },
      wakes: this.word(AccountRecord.WAKES),
      wakeMax: this.word(AccountRecord.WAKE_MAX_NS),
      framesUsed: this.word(AccountRecord.FRAMES_USED),
      credit: Number(this.view.getBigInt64(this.buffer + AccountRecord.CREDIT_NS, true)),
    };
  }

  schedule(): ScheduleState {
    this.wasm.scheduleRead(this.buffer);
    return {
      now: this.long(ScheduleRecord.NOW_NS),
      idle: this.long(ScheduleRecord.IDLE_NS),
      idleWhileReady: this.long(ScheduleRecord.IDLE_WHILE_READY_NS),
      host: this.long(ScheduleRecord.HOST_NS),
      decisions: this.long(ScheduleRecord.DECISIONS),
      switches: this.long(ScheduleRecord.SWITCHES),
      epochs: this.long(ScheduleRecord.EPOCHS),
      epochStart: this.long(ScheduleRecord.EPOCH_START_NS),
      epochEnd: this.long(ScheduleRecord.EPOCH_END_NS),
      booked: this.long(ScheduleRecord.BOOKED_NS),
      creditMinted: this.long(ScheduleRecord.CREDIT_MINTED_NS),
      creditExpired: this.long(ScheduleRecord.CREDIT_EXPIRED_NS),
    };
  }

  /** The record as the kernel would copy it to a program. */
  accountBytes(account: number): Uint8Array {
    this.wasm.accountRead(account, this.buffer);
    return new Uint8Array(this.wasm.memory.buffer, this.buffer, AccountRecord.SIZE).slice();
  }

  scheduleBytes(): Uint8Array {
    this.wasm.scheduleRead(this.buffer);
    return new Uint8Array(this.wasm.memory.buffer, this.buffer, ScheduleRecord.SIZE).slice();
  }

  histogramBytes(account: number): Uint8Array {
    const address = this.wasm.accountHistogram(account);
    return new Uint8Array(this.wasm.memory.buffer, address, LatencyHistogram.SIZE).slice();
  }

  private word(offset: number): number {
    return this.view.getUint32(this.buffer + offset, true);
  }

  private long(offset: number): number {
    return Number(this.view.getBigUint64(this.buffer + offset, true));
  }
}

/** A refusal in words. */
export function refusalText(refusal: LedgerRefusal): string {
  switch (refusal) {
    case LedgerRefusal.ACCOUNTS_EXHAUSTED:
      return "no account is left";
    case LedgerRefusal.NO_SUCH_ACCOUNT:
      return "there is no such account";
    case LedgerRefusal.TOO_DEEP:
      return "accounts nest too deep";
    case LedgerRefusal.RESERVE_EXCEEDS_PARENT:
      return "the reserves of the children would exceed the parent's";
    case LedgerRefusal.WEIGHT_OUT_OF_RANGE:
      return "a weight is 1 to 10,000";
    case LedgerRefusal.LIMIT_OUT_OF_RANGE:
      return "a limit is above 0, at most the whole, and not below the reserve";
    case LedgerRefusal.NOT_A_LEAF:
      return "threads live in accounts without children";
    case LedgerRefusal.ACCOUNT_IN_USE:
      return "the account still has children, threads or frames";
    case LedgerRefusal.FRAMES_EXHAUSTED:
      return "no frames are left";
    default:
      return "done";
  }
}

function abort(_message: number, _file: number, line: number, column: number): never {
  throw new Error(`assertion at ${line}:${column}`);
}
