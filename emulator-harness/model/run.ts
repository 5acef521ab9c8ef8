// One sequence, side by side: each operation first on the reference, then on the kernel, then compared.
import { Call, callSignature } from "../../kernel/abi/calls.ts";
import { Limit } from "../../kernel/abi/limits.ts";
import {
  type Action,
  actionText,
  addressOf,
  type CallAction,
  Place,
  type TouchAction,
} from "./action.ts";
import { compareAudit } from "./audit-compare.ts";
import { beginning, INIT } from "./beginning.ts";
import { compareState, Difference, expectSame, objectNumberOf } from "./compare.ts";
import { compareMemory } from "./compare-memory.ts";
import { keeperMay } from "./keeper.ts";
import type { KernelInV8 } from "./kernel-in-v8.ts";
import { meaningOf } from "./meaning.ts";
import type { Operation } from "./operations.ts";
import { preamble, towerPreamble } from "./preamble.ts";
import { perform, performTouch } from "./reference/reference.ts";
import type { Process, Thread } from "./reference/things.ts";
import type { World } from "./reference/world.ts";
import { hasTower } from "./tower.ts";
import { KernelState } from "./state.ts";

/** Operations between two looks at everything, and between two verifications by the kernel itself. */
const COMPARE_EVERY = 16;
const VERIFY_EVERY = 64;
const AUDIT_EVERY = 128;
const SLICE_NS = 4_000_000n;
/** Slices that the end of something may take, or that it may take until the keeper runs. */
const PATIENCE = 2000;
const EXTRA_WORDS = 32;
const PAGE_BITS = 12;

export interface Outcome {
  /** Operations done until the difference, or all. */
  operations: number;
  difference: string | null;
}

export class SideBySide {
  private readonly state: KernelState;
  private world!: World;
  /** By call: how often it was done, refused, and waited. */
  /** The deepest nesting of calls that came about. */
  deepest = 0;
  readonly tallies = new Map<string, { done: number; refused: number; waits: number }>();
  private tower: Process | null = null;
  private careful = false;
  private log: ((line: string) => void) | null = null;

  constructor(private readonly kernel: KernelInV8) {
    this.state = new KernelState(kernel.view);
  }

  /** Runs a sequence from the kernel's first moment on; `careful`: everything is looked at each time. */
  run(
    sequence: Operation[],
    careful = false,
    log: ((line: string) => void) | null = null,
  ): Outcome {
    this.kernel.restore();
    this.careful = careful;
    this.log = log;
    this.world = beginning(this.state, this.kernel.frame);
    let done = 0;
    try {
      for (const action of preamble()) this.byKeeper(action);
      this.tower = null;
      if (hasTower(sequence)) {
        for (const action of towerPreamble()) this.byKeeper(action);
        this.tower = this.world.processes.at(-1)!;
      }
      for (const operation of sequence) {
        this.step(operation);
        done += 1;
        this.look(done);
      }
      this.compare();
      this.kernel.verify();
      this.compareAudits();
    } catch (error) {
      return { operations: done, difference: textOf(error, this.log !== null) };
    }
    return { operations: done, difference: null };
  }

  private byKeeper(action: CallAction): void {
    this.keeperRuns();
    this.perform(this.running(), action);
  }

  private look(done: number): void {
    if (this.careful || done % COMPARE_EVERY === 0) this.compare();
    if (done % VERIFY_EVERY === 0) this.kernel.verify();
    if (done % AUDIT_EVERY === 0) this.compareAudits();
  }

  private compare(): void {
    compareState(this.world, this.state);
    compareMemory(this.world, this.state, this.kernel);
  }

  private step(operation: Operation): void {
    const thread = this.running();
    const { processes } = this.world;
    const alive = processes.filter(({ exit }) => exit === null);
    const keeper = thread.process.number === INIT;
    const tower = thread.process === this.tower;
    const scene = { thread, processes: alive, place: placeOf(thread), keeper, tower };
    const action = meaningOf(operation, scene);
    if ("touch" in action) {
      this.touch(thread, action);
      return;
    }
    if ("nanoseconds" in action || (keeper && !keeperMay(thread, action))) {
      this.pass("nanoseconds" in action ? BigInt(action.nanoseconds) : SLICE_NS);
      return;
    }
    this.perform(thread, action);
  }

  /** Time passes: whoever is resumed must be ready. */
  private pass(nanoseconds: bigint): void {
    this.kernel.run(nanoseconds);
    const { process, number } = this.running();
    this.log?.(`         time passes; ${process.number}/${number} runs`);
  }

  private perform(thread: Thread, action: CallAction): void {
    const { kernel, world } = this;
    const frame = kernel.frame;
    perform(world, thread, action);
    for (const [place, words] of action.memory ?? []) kernel.writeUser(place, words);
    if (action.text) kernel.writeUserText(Place.NAME, action.text);
    const answered = thread.answer !== null;
    this.tell(thread, action);
    kernel.call((action.info ?? 0) | action.call, action.words);
    this.settle(frame);
    if (answered) this.log?.(`         = ${kernel.answer(frame).result}`);
    this.count(thread, action);
    this.checkAnswers();
    this.learn(thread, action);
    this.running();
  }

  /** A page fault: the page has its frame afterwards, or the program has ended. */
  private touch(thread: Thread, action: TouchAction): void {
    const { frame } = this.kernel;
    performTouch(this.world, thread, action.touch >>> PAGE_BITS);
    this.tell(thread, action);
    this.kernel.fault(action.touch);
    this.settle(frame);
    this.checkAnswers();
    this.running();
  }

  /** Lets the caller's work come to its end: deleting is done in steps, and others may run between. */
  private settle(frame: number): void {
    for (let i = 0; i < PATIENCE; i++) {
      if (this.state.field(frame, "work") === 0) return;
      this.kernel.run(SLICE_NS);
    }
    throw new Difference("a thread's work does not come to its end");
  }

  /** The thread whose frame the kernel answered; it must be one that is ready. */
  private running(): Thread {
    this.kernel.touch();
    const record = this.state.threadAt(this.kernel.frame);
    const thread = this.world.threads().find(({ number }) => number === record.number);
    const found = thread ?? this.firstThread(record.process);
    if (!found) throw new Difference(`thread ${record.number} runs, which there is not`);
    found.number = record.number;
    expectSame(`wait of the resumed thread ${record.number}`, "nothing", found.wait);
    return found;
  }

  /** A new process's only thread becomes known when it runs. */
  private firstThread(index: number): Thread | undefined {
    const process = this.world.processes.find(
      ({ number, exit }) => exit === null && number! % Limit.PROCESSES === index,
    );
    return process?.threads.find(({ number }) => number === null);
  }

  /** Whose call is over finds in its registers what it should. */
  private checkAnswers(): void {
    for (const thread of this.world.threads()) {
      if (thread.answer === null || thread.number === null) continue;
      this.checkAnswer(thread);
      thread.answer = null;
    }
  }

  private checkAnswer(thread: Thread): void {
    const { result, words, extra, record, numberOf } = thread.answer!;
    const { address } = this.state.threadNumbered(thread.number!);
    const answer = this.kernel.answer(address);
    const name = `thread ${thread.number}`;
    if (numberOf) {
      if (answer.result <= 0) expectSame(`answer of ${name}`, answer.result, "a number");
      numberOf.number ??= answer.result;
      expectSame(`answer of ${name}`, answer.result, numberOf.number);
      return;
    }
    expectSame(`answer of ${name}`, answer.result, result | 0);
    if (words) expectSame(`words of ${name}`, `${answer.words}`, `${words}`);
    if (record) this.expectWords(`record of ${name}`, address, addressOf(Place.ANSWER), record);
    if (!extra || extra.length === 0) return;
    this.expectWords(`extra words of ${name}`, address, thread.buffer + EXTRA_WORDS, extra);
  }

  /** What stands in a thread's memory. */
  private expectWords(what: string, thread: number, address: number, words: number[]): void {
    const at = this.kernel.physicalOf(this.state.field(thread, "directory"), address);
    const got = words.map((_, i) => this.kernel.view.getUint32(at + 4 * i, true));
    expectSame(what, `${got}`, `${words}`);
  }

  /** Numbers of new objects, before they may be gone again. */
  private learn(thread: Thread, { call, words }: CallAction): void {
    if (call !== Call.OBJECT_CREATE || !thread.alive) return;
    const made = thread.process.space.slots.get(words[2]);
    const { address } = this.state.threadNumbered(thread.number!);
    const record = this.state.slot(address, words[2]);
    if (made && record) made.object.number ??= objectNumberOf(record.kind, record.object);
  }

  private compareAudits(): void {
    compareAudit(this.world, this.kernel, () => this.keeperRuns());
  }

  private keeperRuns(): void {
    for (let i = 0; this.running().process.number !== INIT; i++) {
      if (i === PATIENCE) throw new Difference("the keeper does not get to run");
      this.kernel.run(SLICE_NS);
    }
  }

  private count({ answer, alive, nesting }: Thread, { call }: CallAction): void {
    this.deepest = Math.max(this.deepest, nesting);
    const name = nameOfCall(call);
    const tally = this.tallies.get(name) ?? { done: 0, refused: 0, waits: 0 };
    if (answer === null && alive) tally.waits += 1;
    else if ((answer?.result ?? 0) < 0) tally.refused += 1;
    else tally.done += 1;
    this.tallies.set(name, tally);
  }

  private tell(thread: Thread, action: Action): void {
    if (this.log === null) return;
    const name = `${thread.process.number}/${thread.number}`;
    this.log(`${name.padEnd(8)} ${actionText(action, nameOfCall)}`);
  }
}

/** By thread: which of the four buffers of its process it has, for as long as it lives. */
const places = new WeakMap<Thread, number>();

/** Null for those who come when all four are taken. */
function placeOf(thread: Thread): number | null {
  const known = places.get(thread);
  if (known !== undefined) return known;
  const taken = thread.process.threads.map((sibling) => places.get(sibling));
  const place = [0, 1, 2, 3].find((one) => !taken.includes(one));
  if (place === undefined) return null;
  places.set(thread, place);
  return place;
}

function nameOfCall(call: Call): string {
  return callSignature(call).split(" ")[0];
}

function textOf(error: unknown, whole: boolean): string {
  if (error instanceof Difference || !(error instanceof Error)) return String(error);
  return whole ? (error.stack ?? error.message) : error.message;
}
