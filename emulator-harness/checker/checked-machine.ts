// The module of kernel/message/checked.ts: one configuration, its states kept and explored edge by edge.
import { Report } from "../../kernel/message/checked-words.ts";
import type { Configuration } from "./configuration.ts";
import type { Rests } from "./graph.ts";
import { SCALES } from "./scale.ts";
import { stubs } from "./stubs.ts";

interface Exports {
  memory: WebAssembly.Memory;
  begin(calls: boolean): void;
  accountPlan(parent: number, reserve: number, weight: number, limit: number): number;
  threadPlan(account: number, adversary: boolean): number;
  threadServes(thread: number): void;
  threadWakes(mask: number): void;
  labelClass(member: number, one: number): void;
  memberOfThread(thread: number): number;
  settings(step: number, late: number, victims: number, guests: number, lender: number): void;
  keep(): number;
  restore(): void;
  edge(move: number, waiting: boolean, deficit: number, part: number, whole: number): number;
  describe(waiting: boolean, deficit: number): void;
  stateBuffer(): number;
  keptAddress(): number;
  freshAddress(): number;
  reportAddress(): number;
  globalsKeep(address: number): void;
  globalsPut(address: number): void;
}

/** Who may do what: all that the choice of moves depends on. */
export interface Situation {
  running: number;
  asleep: number;
  inCall: number;
  closed: number;
  serves: boolean;
}

const NONE = 0xffff_ffff;

export class CheckedMachine {
  /** The canonical words of the state that is here begin at this index; `size` bytes, then zeros. */
  readonly words: Int32Array;
  readonly canonicalAt: number;
  readonly recordBytes: number;
  readonly bytes: Uint8Array;
  readonly keptAt: number;
  readonly freshAt: number;
  readonly part: number;
  readonly whole: number;
  private readonly wasm: Exports;
  private readonly reportAt: number;

  constructor(plan: Configuration, module: WebAssembly.Module, noneAlike: boolean) {
    const imports = stubs(module, () => this.wasm.memory);
    this.wasm = new WebAssembly.Instance(module, imports).exports as unknown as Exports;
    [this.part, this.whole] = plan.share;
    this.prepare(plan, noneAlike);
    const { buffer } = this.wasm.memory;
    this.words = new Int32Array(buffer);
    this.bytes = new Uint8Array(buffer);
    this.canonicalAt = this.wasm.stateBuffer() >> 2;
    this.keptAt = this.wasm.keptAddress();
    this.freshAt = this.wasm.freshAddress();
    this.reportAt = this.wasm.reportAddress() >> 2;
    this.recordBytes = this.keepFresh();
  }

  /** Everybody who is always ready is awake, servers wait, first budgets are there. */
  private prepare(plan: Configuration, noneAlike: boolean): void {
    const { wasm } = this;
    const { quantum, one, weight: unit } = SCALES[plan.build];
    const part = (sixtyFourths: number) => (sixtyFourths * one) / 64;
    wasm.begin(plan.calls !== undefined);
    const accounts: number[] = [];
    for (const { parent = -1, weight = 2, reserve = 0, limit = 64 } of plan.accounts) {
      const above = parent < 0 ? 0 : accounts[parent];
      const account = wasm.accountPlan(above, part(reserve), weight * unit, part(limit));
      if (account < 0) throw new Error(`${plan.name}: the ledger refuses an account: ${-account}`);
      accounts.push(account);
    }
    const moved = ["adversary", "guest", "server", "limited"];
    for (const { account, role } of plan.threads) {
      wasm.threadPlan(accounts[account], moved.includes(role));
    }
    if (!noneAlike && plan.calls === undefined) this.prepareClasses(plan, accounts);
    let victims = 0;
    let guests = 0;
    let awake = 0;
    plan.threads.forEach(({ role }, thread) => {
      const serves = role === "server" || (plan.servers?.includes(thread) ?? false);
      if (serves) wasm.threadServes(thread);
      if (role === "victim" || role === "guest" || role === "limited") victims |= 1 << thread;
      if (role === "guest") guests |= 1 << thread;
      if (role === "victim" || role === "hog") awake |= 1 << thread;
    });
    wasm.threadWakes(awake);
    const lender = plan.threads.findIndex(({ account }) => account === plan.lender);
    const late = Math.round((plan.late ?? 0) * quantum);
    wasm.settings(quantum / plan.steps, late, victims, guests, lender);
  }

  /** Adversaries that nothing tells apart: accounts with one thread each, or threads of one account. */
  private prepareClasses(plan: Configuration, accounts: number[]): void {
    const classes = new Map<string, number[]>();
    const threadsOf = (account: number) => plan.threads.filter((one) => one.account === account);
    plan.threads.forEach(({ account, role }, thread) => {
      if (role !== "adversary" || account === plan.lender) return;
      const { parent = -1, weight = 2, reserve = 0, limit = 64 } = plan.accounts[account];
      const alone = threadsOf(account).length === 1;
      if (alone && limit !== 64) return;
      const closes = plan.closes?.includes(thread) ?? false;
      const key = alone ? `below ${parent} ${weight} ${reserve} ${closes}` : `in ${account}`;
      const member = alone ? accounts[account] : this.wasm.memberOfThread(thread);
      classes.set(key, [...(classes.get(key) ?? []), member]);
    });
    let one = 0;
    for (const members of classes.values()) {
      if (members.length < 2) continue;
      one += 1;
      for (const member of members.sort((a, b) => a - b)) this.wasm.labelClass(member, one);
    }
  }

  /** Copies the state that is here to where JavaScript can read it -> its bytes. */
  keepFresh(): number {
    this.wasm.globalsKeep(this.freshAt);
    return this.wasm.keep();
  }

  /** The kept state is here again. */
  restoreKept(): void {
    this.wasm.globalsPut(this.keptAt);
    this.wasm.restore();
  }

  /** One move from the kept state; false: there is none such. */
  edge(move: number, waiting: boolean, deficit: number): boolean {
    this.wasm.globalsPut(this.keptAt);
    return this.wasm.edge(move, waiting, deficit, this.part, this.whole) !== 0;
  }

  describe(waiting: boolean, deficit: number): void {
    this.wasm.describe(waiting, deficit);
  }

  private word(at: number): number {
    return this.words[this.reportAt + at];
  }

  get situation(): Situation {
    const running = this.word(Report.RUNNING);
    return {
      running: running >>> 0 === NONE ? -1 : running,
      asleep: this.word(Report.ASLEEP),
      inCall: this.word(Report.IN_CALL),
      closed: this.word(Report.CLOSED),
      serves: this.word(Report.SERVES) !== 0,
    };
  }

  /** The situation as one number below 2^31. */
  get situationKey(): number {
    const { words, reportAt } = this;
    const masks =
      (words[reportAt + Report.ASLEEP] << 16) |
      (words[reportAt + Report.IN_CALL] << 8) |
      words[reportAt + Report.CLOSED];
    const running = words[reportAt + Report.RUNNING] + 1;
    return masks * 32 + running * 2 + words[reportAt + Report.SERVES];
  }

  get waiting(): boolean {
    return this.word(Report.WAITING) !== 0;
  }

  get span(): number {
    return this.word(Report.SPAN);
  }

  get served(): number {
    return this.word(Report.SERVED);
  }

  get victimRuns(): boolean {
    return this.word(Report.VICTIM_RUNS) !== 0;
  }

  get victimRests(): Rests {
    return this.word(Report.VICTIM_RESTS);
  }

  /** Who ran in the edge; -1: nobody. */
  get ran(): number {
    const ran = this.word(Report.RAN);
    return ran >>> 0 === NONE ? -1 : ran;
  }

  get hash(): number {
    return this.word(Report.HASH);
  }

  /** Canonical bytes. */
  get size(): number {
    return this.word(Report.SIZE);
  }

  /** 0, or the number of the law that is broken. */
  get law(): number {
    return this.word(Report.LAW);
  }
}
