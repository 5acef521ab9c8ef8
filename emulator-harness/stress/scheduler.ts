// The kernel's scheduler and ledger in Node: the Wasm of kernel/sched/model.ts behind plain numbers.
//
// Times are nanoseconds as JavaScript numbers: exact up to 104 days.
import {
  Account,
  AccountRecord,
  LatencyHistogram,
  LedgerRefusal,
  Ppm,
  ScheduleRecord,
} from "../../kernel/abi/scheduler.ts";
import { assemble } from "../build/assemblyscript.ts";

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
  threadWake(thread: number, now: bigint, due: bigint): void;
  threadBlock(thread: number, now: bigint): void;
  threadYield(now: bigint): void;
  charge(now: bigint): void;
  chargeAccount(account: number, delta: bigint, now: bigint): void;
  choose(now: bigint): number;
  sliceEnd(now: bigint): bigint;
  preemptionDue(now: bigint): number;
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
];

/** The compiled module; one compilation serves every instance. */
export async function schedulerModule(checked = false): Promise<WebAssembly.Module> {
  const bytes = await assemble({
    name: checked ? "wasm/model-checked" : "wasm/model",
    entry: "kernel/sched/model.ts",
    kind: checked ? "test" : "pure",
    flags: checked ? ["-O2"] : ["-O3"],
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
    this.wasm.threadWake(thread, BigInt(now), BigInt(due));
  }

  block(thread: number, now: number): void {
    this.wasm.threadBlock(thread, BigInt(now));
  }

  yieldNow(now: number): void {
    this.wasm.threadYield(BigInt(now));
  }

  charge(now: number): void {
    this.wasm.charge(BigInt(now));
  }

  /** Books the latest `delta` to an account of which no thread ran. */
  chargeAccount(account: number, delta: number, now: number): void {
    this.wasm.chargeAccount(account, BigInt(delta), BigInt(now));
  }

  /** The thread that runs from now on, or null. */
  choose(now: number): number | null {
    const thread = this.wasm.choose(BigInt(now));
    return thread < 0 ? null : thread;
  }

  /** When the choice ends; Infinity when nothing limits it. */
  sliceEnd(now: number): number {
    const end = BigInt.asUintN(64, this.wasm.sliceEnd(BigInt(now)));
    return end === 0xffff_ffff_ffff_ffffn ? Infinity : Number(end);
  }

  preemptionDue(now: number): boolean {
    return this.wasm.preemptionDue(BigInt(now)) !== 0;
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
