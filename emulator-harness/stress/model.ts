// The model: the kernel's scheduler and ledger under virtual time, with tasks as machines of phases.
//
// No instruction is executed: `run` of N us is N us of service, and timers are exact (in v86 up to 0.1 ms late).
// What the kernel takes for a switch and a sleep is charged as in v86, by two measured constants.
import { SchedulerTime, SystemGroup } from "../../kernel/abi/scheduler.ts";
import type { Scenario } from "./file/scenario.ts";
import type { Books, Report } from "./report.ts";
import { Scheduler } from "./scheduler.ts";
import { jitterUs, type Step, TaskRun } from "./task-run.ts";

/** Service that the stress program takes per epoch to read the books and print a line. */
const REPORT_NS = 23_000;
/** Service that a thread loses to the kernel when it is switched to, and when it goes to sleep and wakes. */
const SWITCH_NS = 2_100;
const SLEEP_NS = 100;

interface Thread {
  index: number;
  run: TaskRun | null;
  state: "born" | "ready" | "asleep" | "gone";
  /** Service still wanted, or the time until which it works. */
  workNs: number;
  until: number;
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
  private epoch = 0;
  /** Called with every switch: for traces. */
  onSwitch: (now: number, thread: number | null) => void = () => {};

  constructor(
    private readonly scenario: Scenario,
    module: WebAssembly.Module,
  ) {
    this.scheduler = new Scheduler(module);
    const system = { reservePpm: SystemGroup.RESERVE_PPM, weight: SystemGroup.WEIGHT };
    const systemAccount = this.scheduler.openAccount(system, 0);
    this.reporter = this.addThread(systemAccount, null, this.startNs);
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
    while (this.epoch <= this.scenario.durationNs / SchedulerTime.EPOCH_NS) {
      this.step(report);
      if (this.now > end + SchedulerTime.EPOCH_NS) throw new Error("the reporter did not run");
    }
    return report.finish();
  }

  private addWorkers(): void {
    const { tasks, seed } = this.scenario;
    tasks.forEach((task, number) => {
      for (let instance = 0; instance < task.instances; instance++) {
        const delay = task.delayUs + jitterUs(seed, number, instance, task.jitterUs);
        const begin = this.startNs + delay * 1000;
        this.addThread(this.accounts[task.group], new TaskRun(task, begin), begin);
      }
    });
  }

  /** A thread that sleeps until its start. */
  private addThread(account: number, run: TaskRun | null, begin: number): Thread {
    const index = this.threads.length;
    const thread: Thread = { index, run, state: "asleep", workNs: 0, until: 0 };
    this.threads.push(thread);
    this.scheduler.admit(index, account, 0);
    this.sleepers.add(begin, thread.index);
    return thread;
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
      this.onSwitch(this.now, chosen);
    }
    this.running = thread;
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
      thread.workNs = index === this.reporter.index ? REPORT_NS : SLEEP_NS;
      thread.until = 0;
      this.scheduler.wake(index, this.now, due);
    }
  }

  /** Lets the running thread go on to its next step when the present one is done. */
  private proceed(report: Report): void {
    const thread = this.running;
    if (thread === null || thread.state !== "ready") return;
    const done = thread.until > 0 ? this.now >= thread.until : thread.workNs <= 0;
    if (!done) return;
    if (thread.run === null) {
      this.readBooks(report);
      return;
    }
    this.begin(thread, thread.run.next(this.now));
  }

  private begin(thread: Thread, step: Step): void {
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
      case "exit":
        thread.state = "gone";
        this.scheduler.dismiss(thread.index, this.now);
        this.running = null;
        return;
    }
  }

  private block(thread: Thread, until: number): void {
    thread.state = "asleep";
    this.scheduler.block(thread.index, this.now);
    this.sleepers.add(until, thread.index);
  }

  /** The stress program: books at the start, then after every epoch. */
  private readBooks(report: Report): void {
    const { scheduler, accounts } = this;
    const books: Books = {
      account: (group) => scheduler.accountBytes(accounts[group]),
      histogram: (group) => scheduler.histogramBytes(accounts[group]),
      schedule: () => scheduler.scheduleBytes(),
    };
    if (this.epoch === 0) report.start(books);
    else report.epoch(books, this.epoch * SchedulerTime.EPOCH_NS);
    this.epoch++;
    this.block(this.reporter, this.startNs + this.epoch * SchedulerTime.EPOCH_NS);
  }
}

/** Threads by the time they wake; equal times in the order in which they went to sleep. */
class Sleepers {
  private readonly heap: { due: number; serial: number; index: number }[] = [];
  private serial = 0;

  nextDue(): number {
    return this.heap.length === 0 ? Infinity : this.heap[0].due;
  }

  add(due: number, index: number): void {
    const { heap } = this;
    let at = heap.push({ due, serial: this.serial++, index }) - 1;
    while (at > 0 && this.before(at, (at - 1) >> 1)) {
      const above = (at - 1) >> 1;
      [heap[at], heap[above]] = [heap[above], heap[at]];
      at = above;
    }
  }

  take(): { due: number; index: number } {
    const { heap } = this;
    const first = heap[0];
    const last = heap.pop()!;
    if (heap.length > 0) {
      heap[0] = last;
      this.sink();
    }
    return first;
  }

  private sink(): void {
    const { heap } = this;
    for (let at = 0; ; ) {
      let least = at;
      for (const child of [2 * at + 1, 2 * at + 2]) {
        if (child < heap.length && this.before(child, least)) least = child;
      }
      if (least === at) return;
      [heap[at], heap[least]] = [heap[least], heap[at]];
      at = least;
    }
  }

  private before(one: number, other: number): boolean {
    const [a, b] = [this.heap[one], this.heap[other]];
    return a.due !== b.due ? a.due < b.due : a.serial < b.serial;
  }
}
