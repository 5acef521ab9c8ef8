// Delays and lag from a trace that is written by hand: every figure can be worked out on paper.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { AccountRecord, ScheduleRecord } from "../../kernel/abi/scheduler.ts";
import { compilePlan } from "./compile-plan.ts";
import { readScenario } from "./file/read-scenario.ts";
import { type Books, Report, reportModule } from "./report.ts";
import type { DelaysRecord, EndRecord } from "./run-record.ts";
import { TraceBuffer, TraceEvent } from "./trace-buffer.ts";

const module = await reportModule();
const MS = 1_000_000;
const START = 100 * MS;
const TEXT = `{"global": {"duration": 0.2}, "groups": {"/victim": {}, "/other": {}},
  "tasks": {"victim": {"taskgroup": "/victim", "run": 1}, "other": {"taskgroup": "/other", "run": 1}},
  "expect": {"lag_q": {"/victim": 2}}}`;
const { RUN, WAKE, BLOCK, IDLE } = TraceEvent;

/** Both groups own half of the processor; nothing else is in the books. */
function books(): Books {
  const account = new DataView(new ArrayBuffer(AccountRecord.SIZE));
  account.setUint32(AccountRecord.ENTITLED_PPM, 500_000, true);
  const schedule = new DataView(new ArrayBuffer(ScheduleRecord.SIZE));
  schedule.setBigUint64(ScheduleRecord.EPOCH_START_NS, BigInt(START), true);
  const [one, two] = [new Uint8Array(account.buffer), new Uint8Array(schedule.buffer)];
  return { account: () => one, histogram: () => new Uint8Array(1536), schedule: () => two };
}

/** Process 1 is the victim's in account 5, process 2 the other's in account 6; threads have the same numbers. */
function judge(
  write: (at: (ms: number, kind: number, thread: number, value?: number) => void) => void,
) {
  const plan = compilePlan(readScenario("t.json", TEXT));
  const report = new Report(module, plan, 2);
  for (const process of [1, 2]) {
    report.worker(process, process - 1);
    report.groupAccount(4 + process, process - 1);
  }
  report.start(books());
  const buffer = new TraceBuffer();
  write((ms, kind, thread, late = 0) => {
    const value = kind === RUN ? thread + (4 + thread) * 65536 : late;
    buffer.add(START + ms * MS, kind, thread, value);
  });
  report.trace(buffer.take());
  report.epoch(books(), 200 * MS);
  const failed = report.finish(new Uint32Array(24));
  const records = report.output.split("\n").flatMap((line) => {
    return line.startsWith("@") ? [JSON.parse(line.slice(1))] : [];
  });
  const delays = records.find(({ stress }) => stress === "delays") as DelaysRecord;
  const end = records.find(({ stress }) => stress === "end") as EndRecord;
  return {
    failed,
    delays: Object.fromEntries(delays.rows.map(([name, ...row]) => [name, row])),
    end,
  };
}

test("runtime, switches and delays of a preemption, a wake-up and a block", () => {
  const { delays } = judge((at) => {
    at(0, RUN, 1);
    at(4, WAKE, 2);
    at(5, RUN, 2); // after 1 ms; preempts 1
    at(7, BLOCK, 2);
    at(7, RUN, 1); // after 2 ms
    at(10, WAKE, 2, 2 * MS); // 2 ms late
    at(11, RUN, 2); // so after 3 ms
    at(12, RUN, 1); // after 1 ms
    at(20, IDLE, 0);
  });
  const ms = (...values: number[]) => values.map((value) => value * MS);
  assert.equal(delays.victim, [...ms(17), 3, 2, ...ms(3, 2, 7)]);
  assert.equal(delays.other, [...ms(3), 2, 2, ...ms(4, 3, 11)]);
  assert.equal(delays["/victim"], delays.victim);
});

test("lag is the worst window, wherever it begins", () => {
  const { end } = judge((at) => {
    at(0, RUN, 1); // 20 ms ahead of its half after 40 ms, which does not count
    at(40, RUN, 2); // then 12 ms without: 6 ms are missing, 1.5 quanta
    at(52, RUN, 1);
  });
  assert.is(end.expect[0].measured, 1.5);
});

test("a window that is too long fails the expectation", () => {
  const { end, failed } = judge((at) => {
    at(0, RUN, 2);
    at(17, RUN, 1);
  });
  assert.is(failed, 1);
  assert.is(end.expect[0].measured, 17 / 2 / 4);
});

test("time paid by an account is its group's, whoever runs", () => {
  const { delays } = judge((at) => {
    at(0, RUN, 1);
    at(50, BLOCK, 1);
  });
  assert.equal(delays["/victim"][0], 200 * MS);
  assert.equal(delays["/other"][0], 0);
});

test.run();
