// The model: the kernel's scheduler and ledger under virtual time, with tasks as machines of phases.
//
// No instruction is executed: `run` of N us is N us of service, and timers are exact (in v86 up to 0.1 ms late).
// What the kernel takes for a switch and a sleep is charged as in v86, by two measured constants.
import { SchedulerTime, SystemGroup } from "../../kernel/abi/scheduler.ts";
import { EventKind, TraceReading } from "../../userland/stress/plan.ts";
import { delaysWanted, eventKind } from "./compile-plan.ts";
import { ASK_NS, FORK_NS } from "./costs.ts";
import type { Scenario, ScenarioEvent } from "./file/scenario.ts";
import type { Meeting } from "./meeting.ts";
import { PassLog } from "./pass-log.ts";
import type { Books, Report } from "./report.ts";
import type { RunTrace } from "./run-record.ts";
import { Scheduler } from "./scheduler.ts";
import { Sleepers } from "./sleepers.ts";
import { streamOf } from "./file/stream-name.ts";
import { streamSeed } from "./stream.ts";
import { TaskMemory } from "./task-memory.ts";
import { TaskResults } from "./task-results.ts";
import { type Common, jitterUs, type Step, TaskRun } from "./task-run.ts";
import { TraceBuffer, TraceEvent } from "./trace-buffer.ts";

/** Service that the stress program takes per epoch to read the books and print a line. */
const REPORT_NS = 31_000;
/** The stress program's process in the trace: no worker has that number. */
const REPORTER_PROCESS = 1279;
/** Service that a thread loses to the kernel when it is switched to, and when it goes to sleep and wakes. */
const SWITCH_NS = 2_100;
const SLEEP_NS = 700;

interface Thread {
  index: number;
  account: number;
  run: TaskRun | null;
  state: "ready" | "asleep" | "waiting" | "gone";
  /** Service still wanted, or the time until which it works. */
  workNs: number;
  until: number;
  /** The process it is in, and its place there. */
  worker: Worker | null;
  place: number;
}

/** A process: its first thread and those that were forked. */
interface Worker {
  number: number;
  /** The task of its first thread. */
  task: number;
  /** Is a thread in that place? The first is its own. */
  places: boolean[];
  /** How many more there may be. */
  forks: number;
}

export class Model {
  readonly scheduler: Scheduler;
  private readonly accounts: number[];
  private readonly threads: Thread[] = [];
  private readonly sleepers = new Sleepers();
  private readonly startNs = SchedulerTime.EPOCH_NS as number;
  private now = 0;
  private running: Thread | null = null;
  private readonly reporter: Thread;
  private readonly common: Common;
  /** Indices of threads that are gone, to be used again. */
  private readonly free: number[] = [];
  /** Rows of the log, worker by worker. */
  readonly log: number[][][] = [];
  private readonly results: TaskResults[];
  private epoch = 0;
  /** How often the stress program woke, and how far apart. */
  private wakes = 0;
  private readonly periodNs: number;
  /** What the kernel's ring would get, until it is read; null when nobody reads it. */
  private readonly trace: TraceBuffer | null;
  /** Everything that was read, when the scenario is to be traced. */
  private readonly traced: Uint8Array[] = [];

  constructor(
    private readonly scenario: Scenario,
    module: WebAssembly.Module,
    private readonly meeting: Meeting,
  ) {
    const { bufferBytes } = scenario;
    this.results = scenario.tasks.map(() => new TaskResults());
    this.common = { bufferBytes, counts: new Uint32Array(EventKind.COUNT) };
    const delays = delaysWanted(scenario);
    this.trace = delays ? new TraceBuffer() : null;
    this.periodNs = delays ? TraceReading.PERIOD_NS : SchedulerTime.EPOCH_NS;
    this.scheduler = new Scheduler(module);
    const system = { reservePpm: SystemGroup.RESERVE_PPM, weight: SystemGroup.WEIGHT };
    const systemAccount = this.scheduler.openAccount(system, 0);
    this.reporter = this.addThread(systemAccount, this.startNs);
    this.accounts = [];
    for (const { parent, reservePpm, weight, limitPpm } of scenario.groups) {
      const above = parent < 0 ? 0 : this.accounts[parent];
      const options = { parent: above, reservePpm, weight, limitPpm };
      this.accounts.push(this.scheduler.openAccount(options, 0));
    }
    this.addWorkers();
  }

  /** Runs the scenario to its end -> how many expectations failed. */
  run(report: Report): number {
    const end = this.startNs + this.scenario.durationNs;
    this.tell(report);
    while (this.epoch <= this.scenario.durationNs / SchedulerTime.EPOCH_NS) {
      this.step(report);
      if (this.now > end + SchedulerTime.EPOCH_NS) throw new Error("the reporter did not run");
    }
    this.results.forEach(({ bytes }, task) => void report.task(task, bytes));
    return report.finish(this.common.counts);
  }

  /** Whom the numbers in the trace mean. */
  private tell(report: Report): void {
    for (const [process, task] of this.workers()) report.worker(process, task);
    this.accounts.forEach((account, group) => void report.groupAccount(account, group));
  }

  /** What was read of the trace, and whom it means. */
  runTrace(): RunTrace {
    const records = new Uint8Array(Buffer.concat(this.traced));
    const accounts = this.accounts.map((account, group): [number, number] => [account, group]);
    return { startNs: this.startNs, workers: this.workers(), accounts, records, unkept: 0 };
  }

  /** Process and task of every worker. */
  private workers(): [number, number][] {
    return this.threads.flatMap(({ worker }): [number, number][] =>
      worker === null ? [] : [[worker.number, worker.task]],
    );
  }

  private addWorkers(): void {
    const { tasks, seed } = this.scenario;
    tasks.forEach((task, number) => {
      for (let instance = 0; instance < task.instances; instance++) {
        const delay = task.delayUs + jitterUs(seed, number, instance, task.jitterUs);
        const begin = this.startNs + delay * 1000;
        const { forks } = task;
        const worker = { number: this.log.length, task: number, places: [true], forks };
        this.log.push([]);
        const thread = this.addThread(this.accounts[task.group], begin);
        const own = streamSeed(streamOf(task.name, seed), instance);
        const memory = new TaskMemory(task, own, begin, this.results[number]);
        this.employ(thread, worker, 0, number, begin, memory);
      }
    });
  }

  /** A thread that sleeps until its start. */
  private addThread(account: number, begin: number): Thread {
    const index = this.free.pop() ?? this.threads.length;
    const idle = { workNs: 0, until: 0, place: 0, worker: null, run: null };
    const thread: Thread = { ...idle, index, account, state: "asleep" };
    this.threads[index] = thread;
    this.scheduler.admit(index, account, this.now);
    this.sleepers.add(begin, index);
    return thread;
  }

  /** Gives the thread its task, in a place of a worker. */
  private employ(
    thread: Thread,
    worker: Worker,
    place: number,
    number: number,
    begin: number,
    memory: TaskMemory | null = null,
  ): void {
    const { scenario, startNs } = this;
    const names = { worker: worker.number, task: number, thread: place };
    const keep = (row: number[]) => void this.log[worker.number].push(row);
    const log = scenario.log ? new PassLog(keep, names, startNs, scenario.cumulativeSlack) : null;
    thread.worker = worker;
    thread.place = place;
    worker.places[place] = true;
    thread.run = new TaskRun(scenario.tasks[number], begin, this.common, log, memory);
  }

  /** From one event to the next: a slice's end, the end of some work, a wake-up. */
  private step(report: Report): void {
    this.scheduler.charge(this.now);
    this.wakeSleepers();
    this.proceed(report);
    if (this.scheduler.preemptionDue(this.now)) this.choose();
    const next = Math.min(
      this.scheduler.sliceEnd(this.now),
      this.workEnd(),
      this.sleepers.nextDue(),
    );
    if (this.running !== null) this.running.workNs -= next - this.now;
    this.now = next;
  }

  private choose(): void {
    const chosen = this.scheduler.choose(this.now);
    const thread = chosen === null ? null : this.threads[chosen];
    if (thread !== this.running) {
      if (thread !== null) thread.workNs += SWITCH_NS;
      this.noteSwitch(thread);
    }
    this.running = thread;
  }

  private noteSwitch(thread: Thread | null): void {
    if (this.trace === null) return;
    if (thread === null) {
      this.trace.add(this.now, TraceEvent.IDLE, 0, 0);
      return;
    }
    const process = thread.worker === null ? REPORTER_PROCESS : thread.worker.number;
    this.trace.add(this.now, TraceEvent.RUN, thread.index, process + thread.account * 2 ** 16);
  }

  private workEnd(): number {
    const thread = this.running;
    if (thread === null) return Infinity;
    if (thread.until > 0) return Math.max(thread.until, this.now);
    return this.now + thread.workNs;
  }

  private wakeSleepers(): void {
    while (this.sleepers.nextDue() <= this.now) {
      const { due, index } = this.sleepers.take();
      const thread = this.threads[index];
      thread.state = "ready";
      thread.workNs = index === this.reporter.index ? this.reportingNs() : SLEEP_NS;
      thread.until = 0;
      this.scheduler.wake(index, this.now, due);
      this.trace?.add(this.now, TraceEvent.WAKE, index, 0);
    }
  }

  /** Lets the running thread go on to its next step when the present one is done. */
  private proceed(report: Report): void {
    const thread = this.running;
    if (thread === null || thread.state !== "ready") return;
    const done = thread.until > 0 ? this.now >= thread.until : thread.workNs <= 0;
    if (!done) return;
    if (thread.run === null) {
      this.observe(report);
      return;
    }
    const served = thread.until > 0 ? Math.max(0, -thread.workNs) : 0;
    this.begin(thread, thread.run, thread.run.next(this.now, served));
  }

  private begin(thread: Thread, run: TaskRun, step: Step): void {
    thread.workNs = 0;
    thread.until = 0;
    switch (step.kind) {
      case "work":
        thread.workNs = step.ns;
        return;
      case "until":
        thread.until = step.at;
        return;
      case "yield":
        this.scheduler.yieldNow(this.now);
        return;
      case "sleep":
        this.block(thread, step.at);
        return;
      case "ask":
        this.ask(thread, step.event);
        return;
      case "expire": {
        const { event } = step;
        const { object, ns, absolute } = event;
        const at = this.meeting.timer(object, ns, run.begin, this.now, absolute);
        run.log?.timer(this.now, at, ns);
        if (this.now < at) this.block(thread, at);
        else thread.workNs = ASK_NS;
        return;
      }
      case "fork":
        this.fork(thread, step.task);
        return;
      case "exit":
        this.exit(thread);
        return;
    }
  }

  /** An event at which threads meet: this one goes on or waits, and others may go on. */
  private ask(thread: Thread, event: ScenarioEvent): void {
    const object = "object" in event ? event.object : 0;
    const mutex = "mutex" in event ? event.mutex : 0;
    if (this.meeting.ask(eventKind(event), object, mutex, thread.index)) {
      thread.workNs = ASK_NS;
    } else {
      thread.state = "waiting";
      this.scheduler.block(thread.index, this.now);
      this.trace?.add(this.now, TraceEvent.BLOCK, thread.index, 0);
    }
    for (const index of this.meeting.released()) {
      const other = this.threads[index];
      other.state = "ready";
      other.workNs = ASK_NS;
      this.scheduler.wake(index, this.now, this.now);
      this.trace?.add(this.now, TraceEvent.WAKE, index, 0);
    }
  }

  /** A new thread in the worker's group. Refused when as many run as may. */
  private fork(thread: Thread, number: number): void {
    const worker = thread.worker!;
    thread.workNs = FORK_NS;
    let place = 1;
    while (place <= worker.forks && worker.places[place]) place++;
    if (place > worker.forks) {
      this.common.counts[EventKind.REFUSED]++;
      return;
    }
    const begin = this.now + this.scenario.tasks[number].delayUs * 1000;
    this.employ(this.addThread(thread.account, begin), worker, place, number, begin);
  }

  private exit(thread: Thread): void {
    thread.state = "gone";
    this.scheduler.dismiss(thread.index, this.now);
    this.trace?.add(this.now, TraceEvent.BLOCK, thread.index, 0);
    this.running = null;
    thread.worker!.places[thread.place] = false;
    this.free.push(thread.index);
  }

  private block(thread: Thread, until: number): void {
    thread.state = "asleep";
    this.scheduler.block(thread.index, this.now);
    this.trace?.add(this.now, TraceEvent.BLOCK, thread.index, 0);
    // Who comes too late for its next appointment does not sleep.
    this.sleepers.add(Math.max(until, this.now), thread.index);
  }

  /** The stress program: the trace every time it wakes, books at the start and after every epoch. */
  private observe(report: Report): void {
    const due = this.wakes * this.periodNs;
    if (this.trace !== null && this.epoch > 0) {
      const records = this.trace.take();
      report.trace(records);
      if (this.scenario.trace) this.traced.push(records);
    }
    if (due % SchedulerTime.EPOCH_NS === 0) this.readBooks(report);
    this.wakes++;
    this.block(this.reporter, this.startNs + this.wakes * this.periodNs);
  }

  /** What waking costs the stress program. */
  private reportingNs(): number {
    const books = (this.wakes * this.periodNs) % SchedulerTime.EPOCH_NS === 0 ? REPORT_NS : 0;
    if (this.trace === null) return books;
    return books + TraceReading.BASE_NS + TraceReading.RECORD_NS * this.trace.count;
  }

  private readBooks(report: Report): void {
    const { scheduler, accounts } = this;
    scheduler.finishBooks();
    const books: Books = {
      account: (group) => scheduler.accountBytes(accounts[group]),
      histogram: (group) => scheduler.histogramBytes(accounts[group]),
      schedule: () => scheduler.scheduleBytes(),
    };
    if (this.epoch === 0) report.start(books);
    else report.epoch(books, this.epoch * SchedulerTime.EPOCH_NS);
    this.epoch++;
  }
}
