// The Perfetto trace, read again by a decoder that knows no schema: it says what the run's own records say.
import { readFileSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { readScenario } from "../file/read-scenario.ts";
import { loansOf } from "../loans.ts";
import { runOnMachine, runOnModel } from "../run.ts";
import type { StressRun } from "../run-record.ts";
import { findScenarios } from "../shipped.ts";
import { TraceEvent } from "../trace-buffer.ts";
import { Event, EventType, Ftrace, Packet, Switch, Track, TRACE_PACKET } from "./fields.ts";
import { type Field, fieldsOf, Message, Wire } from "./protobuf.ts";
import { records } from "./records.ts";
import { perfettoTrace } from "./trace.ts";

async function traced(name: string, on: "model" | "v86", durationS: number) {
  const [{ path }] = findScenarios(name);
  const scenario = readScenario(name, readFileSync(path, "utf8"), { trace: true, durationS });
  const run =
    on === "model"
      ? await runOnModel(name, scenario, () => {})
      : await runOnMachine(name, scenario, { clock: "virtual", budget: 60e9 }, () => {});
  const tasks = scenario.tasks;
  return {
    run,
    bytes: perfettoTrace(
      run,
      tasks.map((t) => t.name),
      tasks.map((t) => t.group),
    ),
  };
}

const inner = (fields: Field[], field: number) =>
  fields.filter((one) => one.field === field).map(({ bytes }) => fieldsOf(bytes));
const value = (fields: Field[], field: number) =>
  Number(fields.find((one) => one.field === field)?.value ?? -1);
const text = (fields: Field[], field: number) =>
  new TextDecoder().decode(fields.find((one) => one.field === field)!.bytes);

interface Decoded {
  switches: { timeNs: number; previous: number; state: number; next: number }[];
  /** tid -> pid, pid -> name. */
  threads: Map<number, number>;
  processes: Map<number, string>;
  /** Track -> name and parent. */
  tracks: Map<number, { name: string; parent: number }>;
  events: {
    timeNs: number;
    type: number;
    track: number;
    counter: number;
    flows: bigint[];
    ends: bigint[];
  }[];
}

function decode(bytes: Uint8Array): Decoded {
  const out: Decoded = {
    switches: [],
    threads: new Map(),
    processes: new Map(),
    tracks: new Map(),
    events: [],
  };
  for (const packet of inner(fieldsOf(bytes), TRACE_PACKET)) {
    assert.is(value(packet, Packet.SEQUENCE_ID), 1);
    for (const tree of inner(packet, Packet.PROCESS_TREE)) {
      for (const process of inner(tree, 1)) out.processes.set(value(process, 1), text(process, 3));
      for (const thread of inner(tree, 2)) out.threads.set(value(thread, 1), value(thread, 3));
    }
    for (const event of inner(packet, Packet.FTRACE_EVENTS).flatMap((bundle) => inner(bundle, 2))) {
      for (const change of inner(event, Ftrace.SCHED_SWITCH)) {
        const numbers = [Switch.PREV_PID, Switch.PREV_STATE, Switch.NEXT_PID].map((n) =>
          value(change, n),
        );
        const [previous, state, next] = numbers;
        out.switches.push({ timeNs: value(event, Ftrace.TIMESTAMP), previous, state, next });
      }
    }
    for (const track of inner(packet, Packet.TRACK_DESCRIPTOR)) {
      const named = track.some(({ field }) => field === Track.NAME);
      const name = named ? text(track, Track.NAME) : "";
      out.tracks.set(value(track, Track.UUID), { name, parent: value(track, Track.PARENT) });
    }
    for (const event of inner(packet, Packet.TRACK_EVENT)) {
      const flow = (field: number) => event.filter((one) => one.field === field);
      assert.ok(
        [...flow(Event.FLOW), ...flow(Event.FLOW_END)].every(({ wire }) => wire === Wire.FIXED64),
      );
      const [type, track, counter] = [Event.TYPE, Event.TRACK, Event.COUNTER_VALUE].map((n) =>
        value(event, n),
      );
      const [flows, ends] = [Event.FLOW, Event.FLOW_END].map((n) =>
        flow(n).map((one) => one.value),
      );
      out.events.push({
        timeNs: value(packet, Packet.TIMESTAMP),
        type,
        track,
        counter,
        flows,
        ends,
      });
    }
  }
  return out;
}

/** What each group's threads ran, from the switches alone. */
function runtimes(
  { switches, threads, processes }: Decoded,
  { trace, start }: StressRun,
): Map<string, number> {
  const sums = new Map<string, number>();
  const end = trace!.startNs + start!.durationMs * 1e6;
  switches.forEach(({ timeNs, next }, index) => {
    const until = Math.min(switches[index + 1]?.timeNs ?? end, end);
    const group = processes.get(threads.get(next) ?? 0) ?? "idle";
    const from = Math.max(timeNs, trace!.startNs);
    sums.set(group, (sums.get(group) ?? 0) + Math.max(0, until - from));
  });
  return sums;
}

function check({ run, bytes }: { run: StressRun; bytes: Uint8Array }): Decoded {
  const decoded = decode(bytes);
  const { start, trace, epochs, delays } = run;
  const wanted = [...records(trace!.records)].filter(
    ({ kind }) => kind === TraceEvent.RUN || kind === TraceEvent.IDLE,
  );
  assert.is(decoded.switches.length, wanted.length);
  decoded.switches.forEach(({ timeNs, previous, next }, index) => {
    assert.is(timeNs, wanted[index].timeNs);
    assert.is(next === 0, wanted[index].kind === TraceEvent.IDLE);
    if (index > 0) assert.is(previous, decoded.switches[index - 1].next);
  });
  const sums = runtimes(decoded, run);
  for (const [index, { path, leaf }] of start!.groups.entries()) {
    if (leaf) assert.is(sums.get(path), delays!.rows[index][1], path);
  }
  const counters = decoded.events.filter(({ type }) => type === EventType.COUNTER);
  assert.equal(
    counters.map(({ counter }) => counter),
    epochs.flatMap(({ groups }) => groups.flat()),
  );
  assert.is(decoded.tracks.get(counters[1].track)!.name, "used");
  checkFlows(decoded, run);
  return decoded;
}

/** Every loan is one flow, from the lender's process to the borrower's, forward in time. */
function checkFlows({ events, tracks }: Decoded, { start, epochs }: StressRun): void {
  const loans = epochs.flatMap((epoch) => loansOf(start!, epoch));
  assert.ok(loans.length > 0);
  const group = (track: number) => tracks.get(track)!.parent / 8 - 1;
  loans.forEach(({ lender, borrower }, index) => {
    const id = BigInt(index + 1);
    const [from, ...more] = events.filter(({ flows }) => flows.includes(id));
    const [to, ...others] = events.filter(({ ends }) => ends.includes(id));
    assert.equal([more, others], [[], []]);
    assert.equal([group(from.track), group(to.track)], [lender, borrower]);
    assert.ok(from.timeNs < to.timeNs);
  });
  const begun = events.filter(({ type }) => type === EventType.BEGIN).length;
  assert.is(events.filter(({ type }) => type === EventType.END).length, begun);
}

test("numbers of every size and messages inside messages come back", () => {
  const sizes = [0, 127, 128, 300, 2 ** 31, 2 ** 32 + 5, Number.MAX_SAFE_INTEGER];
  const message = new Message();
  for (const size of sizes) message.number(900, size).fixed64(2, size);
  message.message(3, new Message().text(1, "ü".repeat(200)));
  const fields = fieldsOf(message.finish());
  assert.equal(
    fields.flatMap((one) => (one.field === 900 ? [Number(one.value)] : [])),
    sizes,
  );
  assert.equal(
    fields.flatMap((one) => (one.field === 2 ? [Number(one.value)] : [])),
    sizes,
  );
  assert.is(text(fieldsOf(fields.at(-1)!.bytes), 1), "ü".repeat(200));
  assert.throws(() => fieldsOf(message.finish().subarray(0, -1)), /longer than its message/);
  assert.throws(() => new Message().number(1, -1), /no varint/);
});

test("lending on the model: switches, counters, loans; the same bytes twice", async () => {
  const one = await traced("lending.json", "model", 2);
  check(one);
  assert.equal(one.bytes, (await traced("lending.json", "model", 2)).bytes);
});

test("lending in LendOS on v86: nothing lost, nothing dropped, the same bytes twice", async () => {
  const one = await traced("lending.json", "v86", 1);
  assert.is(one.run.delays!.lost, 0);
  assert.is(one.run.trace!.unkept, 0);
  check(one);
  assert.equal(one.bytes, (await traced("lending.json", "v86", 1)).bytes);
});

test.run();
