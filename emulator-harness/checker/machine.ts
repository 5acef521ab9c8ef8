// The scheduler's Wasm as the oracle drives it.
import { stubs } from "./stubs.ts";

/** What the checker and the oracle call. */
interface Exports {
  memory: WebAssembly.Memory;
  scheduleStart(now: bigint, frames: number): void;
  accountOpen(parent: number, reserve: number, weight: number, limit: number, now: bigint): number;
  threadAdmit(thread: number, account: number, now: bigint): number;
  threadWake(thread: number, now: bigint, due: bigint): void;
  threadBlock(thread: number, now: bigint): void;
  threadYield(now: bigint): void;
  charge(now: bigint): void;
  choose(now: bigint): number;
  sliceEnd(now: bigint): bigint;
  preemptionDue(now: bigint): number;
  running(): number;
  verify(): number;
  stateBuffer(): number;
  memberRead(index: number): void;
  memberOfThread(thread: number): number;
  serverHasBudget(account: number): number;
}

const NEVER = 0xffff_ffff_ffff_ffffn;
const FRAMES = 1000;

/** Where a member stands in its queue, in the kernel's own units. */
export interface Member {
  state: number;
  start: bigint;
  used: bigint;
  fraction: bigint;
  load: bigint;
  weights: bigint;
  prepaid: bigint;
}

export class Machine {
  now = 0;
  private readonly wasm: Exports;
  private readonly view: DataView;
  private readonly buffer: number;
  private threads = 0;

  constructor(module: WebAssembly.Module) {
    const imports = stubs(module, () => this.wasm.memory);
    this.wasm = new WebAssembly.Instance(module, imports).exports as unknown as Exports;
    this.wasm.scheduleStart(0n, FRAMES);
    this.view = new DataView(this.wasm.memory.buffer);
    this.buffer = this.wasm.stateBuffer();
  }

  /** An account below `parent` -> its index. */
  open(parent: number, reserve: number, weight: number, limit: number): number {
    const account = this.wasm.accountOpen(parent, reserve, weight, limit, BigInt(this.now));
    if (account < 0) throw new Error(`the ledger refuses account: ${-account}`);
    return account;
  }

  /** Admits the next thread, blocked. */
  admit(account: number): number {
    const thread = this.threads++;
    if (this.wasm.threadAdmit(thread, account, BigInt(this.now)) !== 0) throw new Error("admit");
    return thread;
  }

  wake(thread: number): void {
    this.wasm.threadWake(thread, BigInt(this.now), BigInt(this.now));
  }

  block(thread: number): void {
    this.wasm.threadBlock(thread, BigInt(this.now));
  }

  yieldNow(): void {
    this.wasm.threadYield(BigInt(this.now));
  }

  /** Lets the time pass and books it. */
  pass(span: number): void {
    this.now += span;
    this.wasm.charge(BigInt(this.now));
  }

  /** Decides if a decision is due -> the thread that runs, -1 for none. */
  decide(): number {
    const now = BigInt(this.now);
    return this.wasm.preemptionDue(now) !== 0 ? this.wasm.choose(now) : this.wasm.running();
  }

  choose(): number {
    return this.wasm.choose(BigInt(this.now));
  }

  get due(): boolean {
    return this.wasm.preemptionDue(BigInt(this.now)) !== 0;
  }

  get running(): number {
    return this.wasm.running();
  }

  /** How long the choice holds; Infinity without an end. */
  sliceLeft(): number {
    const end = BigInt.asUintN(64, this.wasm.sliceEnd(BigInt(this.now)));
    return end === NEVER ? Infinity : Number(end) - this.now;
  }

  /** 0, or the number of the law that is broken. */
  verify(): number {
    return this.wasm.verify();
  }

  /** An account or (with `memberOfThread`) a thread as a member of the queue above it. */
  member(index: number): Member {
    this.wasm.memberRead(index);
    const word = (at: number) => this.view.getBigInt64(this.buffer + 8 * at, true);
    return {
      state: Number(word(0)),
      start: word(1),
      used: word(2),
      fraction: word(3),
      load: word(4),
      weights: word(5),
      prepaid: word(6),
    };
  }

  serverHasBudget(account: number): boolean {
    return this.wasm.serverHasBudget(account) !== 0;
  }

  memberOfThread(thread: number): number {
    return this.wasm.memberOfThread(thread);
  }
}
