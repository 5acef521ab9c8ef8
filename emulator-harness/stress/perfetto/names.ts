// Who is who in a trace: a process per group, a thread per thread that ran.
//
// The kernel uses the numbers of threads again, so here each pair of thread and process has a number of its own.
import type { RunTrace, StartRecord } from "../run-record.ts";
import { TraceEvent } from "../trace-buffer.ts";
import { records } from "./records.ts";

export interface Named {
  tid: number;
  pid: number;
  name: string;
}

export interface Names {
  /** One per group, then the system's. */
  processes: { pid: number; name: string }[];
  threads: Named[];
  idle: Named;
  /** Of whoever has that number now; the process is known when it runs, else it is the one that ran last. */
  thread(index: number, process: number | null): Named;
}

const FIRST_PID = 10_000;
const FIRST_TID = 1;

export function namesOf(
  start: StartRecord,
  trace: RunTrace,
  taskNames: string[],
  taskGroups: number[],
): Names {
  const processes = [...start.groups.map(({ path }) => path), "system"].map((name, index) => ({
    pid: FIRST_PID + index,
    name,
  }));
  const tasks = new Map(trace.workers);
  const known = new Map<string, Named>();
  const lastProcess = new Map<number, number>();
  const serials = new Map<number, number>();
  for (const { kind, subject, process } of records(trace.records)) {
    if (kind !== TraceEvent.RUN || known.has(`${subject}:${process}`)) continue;
    if (!lastProcess.has(subject)) lastProcess.set(subject, process);
    const task = tasks.get(process);
    const serial = serials.get(process) ?? 0;
    serials.set(process, serial + 1);
    const forked = serial > 0 ? `-${serial}` : "";
    const worker = trace.workers.findIndex(([number]) => number === process);
    const name =
      task === undefined ? `system-${process}${forked}` : `${taskNames[task]}-${worker}${forked}`;
    const { pid } =
      task === undefined ? processes[processes.length - 1] : processes[taskGroups[task]];
    known.set(`${subject}:${process}`, { tid: FIRST_TID + known.size, pid, name });
  }
  const unknown: Named = {
    tid: FIRST_TID + known.size,
    pid: FIRST_PID + start.groups.length,
    name: "never-ran",
  };
  return {
    processes,
    threads: [...known.values(), unknown],
    idle: { tid: 0, pid: 0, name: "swapper" },
    thread(index, process) {
      if (process !== null) lastProcess.set(index, process);
      return known.get(`${index}:${lastProcess.get(index)}`) ?? unknown;
    },
  };
}
