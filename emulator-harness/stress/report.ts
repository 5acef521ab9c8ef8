// The report of a run, printed by the same Wasm in LendOS and here: this drives userland/stress/report.ts.
import { MessageBuffer, MessageInfo, Slot } from "../../kernel/abi/capability.ts";
import { Limit } from "../../kernel/abi/limits.ts";
import { ConsoleRequest } from "../../userland/console/protocol.ts";
import { Plan } from "../../userland/stress/plan.ts";
import { assemble } from "../build/assemblyscript.ts";

interface Exports {
  memory: WebAssembly.Memory;
  planBuffer(): number;
  countsBuffer(): number;
  accountBuffer(group: number): number;
  histogramBuffer(group: number): number;
  scheduleBuffer(): number;
  traceBuffer(): number;
  switchesWorker(process: number, task: number): void;
  switchesAccount(account: number, group: number): void;
  reportTrace(count: number, lost: number): void;
  reportHeading(size: number): number;
  reportStart(): void;
  reportEpoch(sinceStart: bigint): void;
  reportFinish(): number;
  resultsBuffer(): number;
  reportTask(task: number): void;
}

/** Where the raw records come from. */
export interface Books {
  account(group: number): Uint8Array;
  histogram(group: number): Uint8Array;
  schedule(): Uint8Array;
}

export async function reportModule(): Promise<WebAssembly.Module> {
  const entry = "userland/stress/report.ts";
  const bytes = await assemble({ name: "wasm/stress-report", entry, kind: "program" });
  return WebAssembly.compile(bytes as BufferSource);
}

const EXTRA_MASK = 63;
export const TRACE_RECORD_BYTES = 16;

export class Report {
  private readonly wasm: Exports;
  private readonly decoder = new TextDecoder();
  private readonly groups: number;
  /** Address of the message buffer. */
  private buffer = 0;
  /** Everything printed, `@` records included. */
  output = "";

  constructor(module: WebAssembly.Module, plan: Uint8Array, groups: number) {
    const kernel = {
      messageBuffer: (address: number) => {
        this.buffer = address;
        return 0;
      },
      messageCall: (info: number, words: number) => this.call(info, words),
    };
    const { exports } = new WebAssembly.Instance(module, { kernel });
    this.wasm = exports as unknown as Exports;
    this.groups = groups;
    if (plan.length > Plan.BYTES_MAX) throw new Error("the plan is too large");
    this.put(this.wasm.planBuffer(), plan);
    if (this.wasm.reportHeading(plan.length) === 0) throw new Error("the plan is not sound");
  }

  start(books: Books): void {
    this.copy(books);
    this.wasm.reportStart();
  }

  epoch(books: Books, sinceStartNs: number): void {
    this.copy(books);
    this.wasm.reportEpoch(BigInt(sinceStartNs));
  }

  /** Which process does which task, and which account is which group's. */
  worker(process: number, task: number): void {
    this.wasm.switchesWorker(process, task);
  }

  groupAccount(account: number, group: number): void {
    this.wasm.switchesAccount(account, group);
  }

  /** TraceRecords since the last ones. */
  trace(records: Uint8Array): void {
    const most = Limit.TRACE_RECORDS * TRACE_RECORD_BYTES;
    for (let at = 0; at < records.length; at += most) {
      const part = records.subarray(at, at + most);
      this.put(this.wasm.traceBuffer(), part);
      this.wasm.reportTrace(part.length / TRACE_RECORD_BYTES, 0);
    }
  }

  /** Prints the result -> how many expectations failed. */
  finish(counts: Uint32Array): number {
    new Uint32Array(this.wasm.memory.buffer, this.wasm.countsBuffer(), counts.length).set(counts);
    return this.wasm.reportFinish();
  }

  /** Prints what became of a task, if that is anything; `results` are Results.BYTES. */
  task(task: number, results: Uint8Array): void {
    this.put(this.wasm.resultsBuffer(), results);
    this.wasm.reportTask(task);
  }

  private copy(books: Books): void {
    for (let group = 0; group < this.groups; group++) {
      this.put(this.wasm.accountBuffer(group), books.account(group));
      this.put(this.wasm.histogramBuffer(group), books.histogram(group));
    }
    this.put(this.wasm.scheduleBuffer(), books.schedule());
  }

  private put(address: number, bytes: Uint8Array): void {
    new Uint8Array(this.wasm.memory.buffer, address, bytes.length).set(bytes);
  }

  /** The console's side of a call: it is only ever asked to write. */
  private call(info: number, at: number): number {
    const words = new Uint32Array(this.wasm.memory.buffer, at, 2);
    const [request, size] = words;
    const came = 4 * ((info >>> MessageInfo.EXTRA_SHIFT) & EXTRA_MASK);
    const asked = info >>> MessageInfo.SLOT_SHIFT === Slot.CONSOLE;
    if (!asked || request !== ConsoleRequest.WRITE || size > came) {
      throw new Error(`the report makes a strange call: info ${info}, words ${words}`);
    }
    const text = new Uint8Array(this.wasm.memory.buffer, this.buffer + MessageBuffer.EXTRA, size);
    this.output += this.decoder.decode(text);
    words.set([0, size]);
    return 0;
  }
}
