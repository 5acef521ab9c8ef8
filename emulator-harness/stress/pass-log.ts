// The log of one thread on the model: a record for every pass of a phase, as userland/stress/area.ts keeps.

interface Sums {
  start: number;
  workNs: number;
  runNs: number;
  durationNs: number;
  periodNs: number;
  latencyNs: number;
}

/** What the thread is doing, until it asks what to do next. */
type Doing = { kind: "work"; since: number; ns: number } | { kind: "sleep"; at: number } | null;

export class PassLog {
  private sums: Sums | null = null;
  private slackNs = 0;
  private doing: Doing = null;

  constructor(
    /** Takes the words of LogWord, before them the worker. */
    private readonly keep: (row: number[]) => void,
    private readonly names: { worker: number; task: number; thread: number },
    private readonly zero: number,
    private readonly cumulative: boolean,
  ) {}

  /** What went on is over; it was served so long. */
  settle(now: number, served: number): void {
    const { doing, sums } = this;
    this.doing = null;
    if (doing === null || sums === null) return;
    if (doing.kind === "sleep") {
      sums.latencyNs += now - doing.at;
    } else {
      sums.runNs += now - doing.since;
      sums.workNs += doing.ns > 0 ? doing.ns : served;
    }
  }

  begin(now: number): void {
    this.sums = { start: now, workNs: 0, runNs: 0, durationNs: 0, periodNs: 0, latencyNs: 0 };
    if (!this.cumulative) this.slackNs = 0;
  }

  /** Begins to work: fixed work of `ns`, or (0) as long as it takes. */
  work(now: number, ns: number, durationNs: number): void {
    this.doing = { kind: "work", since: now, ns };
    this.sums!.durationNs += durationNs;
  }

  /** Comes to a timer that is due at `at`. */
  timer(now: number, at: number, period: number): void {
    this.sums!.periodNs += period;
    this.slackNs += at - now;
    if (now < at) this.doing = { kind: "sleep", at };
  }

  end(now: number): void {
    const { sums, names, zero } = this;
    if (sums === null) return;
    this.sums = null;
    const times = [sums.workNs, sums.runNs, sums.start - zero, now - zero, this.slackNs];
    const rest = [sums.durationNs, sums.periodNs, sums.latencyNs];
    const row = [...times, ...rest].map((ns) => Math.trunc(ns / 1000));
    this.keep([names.worker, names.task, names.thread, ...row]);
  }
}
