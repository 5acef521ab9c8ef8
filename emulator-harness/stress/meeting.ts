// Locks, conditions, semaphores and barriers on the model: the very Wasm that the hub in LendOS runs.
import type { EventKind } from "../../userland/stress/plan.ts";
import { assemble } from "../build/assemblyscript.ts";

interface Exports {
  memory: WebAssembly.Memory;
  meetingPlan(): number;
  meetingStart(): void;
  meetingAsk(kind: number, object: number, mutex: number, waiter: number): number;
  meetingReleased(): number;
  meetingTimer(object: number, period: bigint, begin: bigint, now: bigint, mode: number): bigint;
}

export async function meetingModule(): Promise<WebAssembly.Module> {
  const entry = "userland/stress/meeting.ts";
  const bytes = await assemble({ name: "wasm/stress-meeting", entry, kind: "program" });
  return WebAssembly.compile(bytes as BufferSource);
}

export class Meeting {
  private readonly wasm: Exports;

  constructor(module: WebAssembly.Module, plan: Uint8Array) {
    const { exports } = new WebAssembly.Instance(module, {});
    this.wasm = exports as unknown as Exports;
    const { memory } = this.wasm;
    new Uint8Array(memory.buffer, this.wasm.meetingPlan(), plan.length).set(plan);
    this.wasm.meetingStart();
  }

  /** Does the event; may the waiter go on at once? */
  ask(kind: EventKind, object: number, mutex: number, waiter: number): boolean {
    return this.wasm.meetingAsk(kind, object, mutex, waiter) !== 0;
  }

  /** All waiters that may go on now. */
  *released(): Iterable<number> {
    for (;;) {
      const waiter = this.wasm.meetingReleased();
      if (waiter < 0) return;
      yield waiter;
    }
  }

  /** When a shared timer expires next. */
  timer(object: number, period: number, begin: number, now: number, absolute: boolean): number {
    const [p, b, n] = [period, begin, now].map(BigInt);
    return Number(this.wasm.meetingTimer(object, p, b, n, absolute ? 1 : 0));
  }
}
