// The log of a run in rt-app's form: eleven columns, a line for every pass of a phase, in microseconds.
//
// One file for all threads, each under a line with its name as rt-app would call it: task-number, and
// for forked threads their place in their parent's process.
import type { Scenario } from "./file/scenario.ts";

const HEADING = [
  ...["#idx", "perf", "run", "period", "start", "end", "rel_st", "slack", "c_duration"],
  ...["c_period", "wu_lat"],
];
const WIDTH = 11;

/** `rows` are those of LogRecord (run-record.ts). */
export function logFile(scenario: Scenario, rows: number[][]): string {
  const threads = new Map<string, { worker: number; rows: number[][] }>();
  for (const row of rows) {
    const [worker, task, thread] = row;
    const forked = thread > 0 ? `-${thread}` : "";
    const name = `${scenario.tasks[task].name}-${worker}${forked}`;
    const known = threads.get(name);
    if (known === undefined) threads.set(name, { worker, rows: [row] });
    else known.rows.push(row);
  }
  const parts = [...threads].map(([name, { worker, rows }]) => {
    const lines = rows.map((row) => lineOf(columns(worker, row)));
    return [`# ${name}`, lineOf(HEADING), ...lines, ""].join("\n");
  });
  return parts.join("\n");
}

/** rel_st is the start since the scenario's; start and end are the same clock here. */
function columns(worker: number, row: number[]): number[] {
  const [, , , perf, run, start, end, slack, duration, period, latency] = row;
  return [worker, perf, run, end - start, start, end, start, slack, duration, period, latency];
}

function lineOf(cells: (string | number)[]): string {
  return cells.map((cell) => String(cell).padStart(WIDTH)).join(" ");
}
