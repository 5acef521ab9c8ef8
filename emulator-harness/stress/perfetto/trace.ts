// A run as a trace for ui.perfetto.dev: groups are processes, threads are threads, the kernel's records are
// sched_switch and sched_waking; per group four counters per epoch, and a flow for every loan from lender to borrower.
import { type Loan, loansOf } from "../loans.ts";
import type { RunTrace, StartRecord, StressRun } from "../run-record.ts";
import { TraceEvent } from "../trace-buffer.ts";
import * as fields from "./fields.ts";
import { Message } from "./protobuf.ts";
import { type Named, type Names, namesOf } from "./names.ts";
import { records, type SwitchRecord } from "./records.ts";

const { Bundle, Event, EventType, Ftrace, Packet, Switch, Track, Waking } = fields;
const SEQUENCE = 1;
const EVENTS_PER_BUNDLE = 1000;
const COUNTERS = ["entitled", "used", "lent", "borrowed"];
const PRIORITY = 120;
const RUNNABLE = 0;
const SLEEPING = 1;
/** A flow runs from what began earlier to what began later. */
const FLOW_NS = 1000;

export class NoTrace extends Error {}

/** `taskNames` and `taskGroups` by the number of the task. */
export function perfettoTrace(
  run: StressRun,
  taskNames: string[],
  taskGroups: number[],
): Uint8Array {
  const { start, trace } = run;
  if (start === null || trace === undefined)
    throw new NoTrace("the run ended before its trace was printed");
  const names = namesOf(start, trace, taskNames, taskGroups);
  const whole = new Message();
  const packet = (inner: Message) => void whole.message(fields.TRACE_PACKET, inner);
  packet(processTree(names));
  for (const inner of schedule(trace, names)) packet(inner);
  for (const inner of tracks(start, names)) packet(inner);
  for (const { ms, groups } of run.epochs) {
    const from = trace.startNs + (ms - start.epochMs) * 1e6;
    groups.forEach((row, group) => {
      row.forEach((us, kind) => void packet(counter(from, counterTrack(group, kind), us)));
    });
  }
  const loans = run.epochs.flatMap((epoch) => loansOf(start, epoch));
  for (const inner of flows(loans, start, trace.startNs)) packet(inner);
  return whole.finish();
}

function sequenced(): Message {
  return new Message().number(Packet.SEQUENCE_ID, SEQUENCE);
}

function processTree({ processes, threads }: Names): Message {
  const tree = new Message();
  for (const { pid, name } of processes) {
    const process = new Message()
      .number(fields.Process.PID, pid)
      .text(fields.Process.CMDLINE, name);
    tree.message(fields.ProcessTree.PROCESSES, process);
  }
  for (const { tid, pid, name } of threads) {
    const thread = new Message().number(fields.Thread.TID, tid).text(fields.Thread.NAME, name);
    tree.message(fields.ProcessTree.THREADS, thread.number(fields.Thread.TGID, pid));
  }
  return sequenced()
    .number(Packet.SEQUENCE_FLAGS, fields.STATE_CLEARED)
    .message(Packet.PROCESS_TREE, tree);
}

/** The kernel's records as bundles of ftrace events. */
function* schedule(trace: RunTrace, names: Names): Iterable<Message> {
  let bundle = new Message().number(Bundle.CPU, 0);
  let count = 0;
  const machine = new Machine(names);
  for (const record of records(trace.records)) {
    const event = machine.event(record);
    if (event === null) continue;
    bundle.message(Bundle.EVENT, event);
    if (++count % EVENTS_PER_BUNDLE > 0) continue;
    yield sequenced().message(Packet.FTRACE_EVENTS, bundle);
    bundle = new Message().number(Bundle.CPU, 0);
  }
  if (count % EVENTS_PER_BUNDLE > 0) yield sequenced().message(Packet.FTRACE_EVENTS, bundle);
}

/** Follows who runs, so that a switch can name whom it takes the processor from. */
class Machine {
  private running: Named;
  private index = -1;
  private blocked = false;

  constructor(private readonly names: Names) {
    this.running = names.idle;
  }

  event({ timeNs, kind, subject, process }: SwitchRecord): Message | null {
    const event = new Message()
      .number(Ftrace.TIMESTAMP, timeNs)
      .number(Ftrace.PID, this.running.tid);
    switch (kind) {
      case TraceEvent.RUN:
        return event.message(
          Ftrace.SCHED_SWITCH,
          this.switch(this.names.thread(subject, process), subject),
        );
      case TraceEvent.IDLE:
        return event.message(Ftrace.SCHED_SWITCH, this.switch(this.names.idle, -1));
      case TraceEvent.WAKE: {
        const { name, tid } = this.names.thread(subject, null);
        const waking = new Message().text(Waking.COMM, name).number(Waking.PID, tid);
        waking.number(Waking.PRIO, PRIORITY).number(Waking.SUCCESS, 1).number(Waking.TARGET_CPU, 0);
        return event.message(Ftrace.SCHED_WAKING, waking);
      }
      case TraceEvent.BLOCK:
        this.blocked ||= subject === this.index;
        return null;
      default:
        return null;
    }
  }

  private switch(next: Named, index: number): Message {
    const previous = this.running;
    const state = this.blocked ? SLEEPING : RUNNABLE;
    this.running = next;
    this.index = index;
    this.blocked = false;
    return new Message()
      .text(Switch.PREV_COMM, previous.name)
      .number(Switch.PREV_PID, previous.tid)
      .number(Switch.PREV_PRIO, PRIORITY)
      .number(Switch.PREV_STATE, state)
      .text(Switch.NEXT_COMM, next.name)
      .number(Switch.NEXT_PID, next.tid)
      .number(Switch.NEXT_PRIO, PRIORITY);
  }
}

/** Numbers of tracks: a block of eight for each group. */
const processTrack = (group: number) => 8 * (group + 1);
const counterTrack = (group: number, kind: number) => processTrack(group) + 1 + kind;
const loansTrack = (group: number) => processTrack(group) + 5;

function* tracks(start: StartRecord, names: Names): Iterable<Message> {
  const described = (inner: Message) => sequenced().message(Packet.TRACK_DESCRIPTOR, inner);
  const child = (uuid: number, name: string, group: number) =>
    new Message()
      .number(Track.UUID, uuid)
      .text(Track.NAME, name)
      .number(Track.PARENT, processTrack(group));
  for (let group = 0; group < start.groups.length; group++) {
    const { pid, name } = names.processes[group];
    const process = new Message()
      .number(fields.ProcessTrack.PID, pid)
      .text(fields.ProcessTrack.NAME, name);
    yield described(
      new Message().number(Track.UUID, processTrack(group)).message(Track.PROCESS, process),
    );
    const unit = new Message().text(fields.Counter.UNIT_NAME, `us per ${start.epochMs} ms`);
    for (const [kind, title] of COUNTERS.entries()) {
      yield described(child(counterTrack(group, kind), title, group).message(Track.COUNTER, unit));
    }
    yield described(child(loansTrack(group), "loans", group));
  }
}

function counter(timeNs: number, track: number, value: number): Message {
  const event = new Message().number(Event.TYPE, EventType.COUNTER).number(Event.TRACK, track);
  event.number(Event.COUNTER_VALUE, value);
  return sequenced().number(Packet.TIMESTAMP, timeNs).message(Packet.TRACK_EVENT, event);
}

/** In every epoch: a slice of each lender, one of each borrower, and a flow for every pair. */
function* flows(loans: Loan[], start: StartRecord, startNs: number): Iterable<Message> {
  const numbered = loans.map((loan, index) => ({ ...loan, id: index + 1 }));
  const epochs = [...new Set(loans.map(({ ms }) => ms))];
  const groups = start.groups.map((_, index) => index);
  for (const ms of epochs) {
    const from = startNs + (ms - start.epochMs) * 1e6;
    const now = numbered.filter((loan) => loan.ms === ms);
    for (const group of groups) {
      const given = now.filter(({ lender }) => lender === group);
      if (given.length > 0) yield slice(from, group, "lends", given, Event.FLOW);
    }
    for (const group of groups) {
      const taken = now.filter(({ borrower }) => borrower === group);
      if (taken.length > 0) yield slice(from + FLOW_NS, group, "borrows", taken, Event.FLOW_END);
    }
    const ended = new Set(now.flatMap(({ lender, borrower }) => [lender, borrower]));
    for (const group of groups) {
      const both =
        now.some(({ lender }) => lender === group) &&
        now.some(({ borrower }) => borrower === group);
      for (let i = ended.has(group) ? (both ? 2 : 1) : 0; i > 0; i--) {
        yield track(
          startNs + ms * 1e6 - FLOW_NS,
          group,
          new Message().number(Event.TYPE, EventType.END),
        );
      }
    }
  }
}

function slice(
  timeNs: number,
  group: number,
  verb: string,
  loans: (Loan & { id: number })[],
  flow: number,
): Message {
  const us = loans.reduce((sum, loan) => sum + loan.us, 0);
  const event = new Message().number(Event.TYPE, EventType.BEGIN);
  event.text(Event.NAME, `${verb} ${(us / 1000).toFixed(3)} ms`);
  for (const { id } of loans) event.fixed64(flow, id);
  return track(timeNs, group, event);
}

function track(timeNs: number, group: number, event: Message): Message {
  event.number(Event.TRACK, loansTrack(group));
  return sequenced().number(Packet.TIMESTAMP, timeNs).message(Packet.TRACK_EVENT, event);
}
