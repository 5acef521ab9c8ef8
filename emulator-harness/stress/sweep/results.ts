// Results of a sweep: a file of JSON lines per shard, a head and then a line per run, in the order of the runs.
//
// Nothing in it depends on when, where or beside what it was made. So a shard that was interrupted goes on where it
// was and ends with the same bytes, and the shards of a sweep together hold the lines of a single one.
import { appendFileSync, existsSync, mkdirSync, readFileSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "../../command.ts";
import type { ExpectResult, GroupResult, StressRun } from "../run-record.ts";
import type { Shard } from "./seeds.ts";

/** What was to be run: equal in all shards of a sweep, but for `shard`. */
export interface Head {
  sweep: 1;
  seeds: string;
  on: StressRun["on"];
  shard: string;
  /** Name, what was typed, and a hash of the scenario without its seed. */
  scenarios: { name: string; file: string; hash: string }[];
}

/** One run. Not in it: epochs, latency buckets. */
export interface Line {
  scenario: string;
  seed: number;
  exitCode: number;
  idleNs: number;
  idleWhileReadyNs: number;
  switches: number;
  shareErrorPpm: number;
  jainPpm: number;
  groups: Omit<GroupResult, "wakes">[];
  expect: ExpectResult[];
}

export function lineOf(scenario: string, seed: number, { exitCode, end }: StressRun): Line {
  const none = {
    idleNs: 0,
    idleWhileReadyNs: 0,
    switches: 0,
    shareErrorPpm: 0,
    jainPpm: 0,
    groups: [],
    expect: [],
  };
  const { idleNs, idleWhileReadyNs, switches, shareErrorPpm, jainPpm, groups, expect } =
    end ?? none;
  const kept = groups.map(({ wakes: _, ...group }: GroupResult) => group);
  const numbers = { idleNs, idleWhileReadyNs, switches, shareErrorPpm, jainPpm };
  return { scenario, seed, exitCode, ...numbers, groups: kept, expect };
}

export function shardFile(folder: string, { index, count }: Shard): string {
  return join(folder, `shard-${index}-of-${count}.jsonl`);
}

/** The file of one shard, which is only ever appended to. */
export class ShardFile {
  /** What is there already. */
  readonly done: Line[] = [];

  constructor(
    private readonly path: string,
    folder: string,
    head: Head,
  ) {
    mkdirSync(folder, { recursive: true });
    const text = existsSync(path) ? readFileSync(path, "utf8") : "";
    // A line without its end was being written when the last run was ended.
    const whole = text.slice(0, text.lastIndexOf("\n") + 1);
    if (whole.length < text.length) truncateSync(path, Buffer.byteLength(whole));
    if (whole === "") {
      appendFileSync(path, `${JSON.stringify(head)}\n`);
      return;
    }
    const { head: before, lines } = parse(path, whole);
    if (JSON.stringify(before) !== JSON.stringify(head)) {
      throw new UsageError(
        `${path} is of another sweep (${difference(before, head)}): take another --out`,
      );
    }
    this.done = lines;
  }

  append(line: Line): void {
    appendFileSync(this.path, `${JSON.stringify(line)}\n`);
  }
}

/** Reads a whole file of results. */
export function readResults(path: string): { head: Head; lines: Line[] } {
  const text = readFileSync(path, "utf8");
  if (!text.endsWith("\n"))
    throw new UsageError(`${path} ends in the middle of a line: run its shard again`);
  return parse(path, text);
}

function parse(path: string, text: string): { head: Head; lines: Line[] } {
  const [head, ...lines] = text
    .trimEnd()
    .split("\n")
    .map((line, index) => {
      try {
        return JSON.parse(line);
      } catch {
        throw new UsageError(`${path}:${index + 1}: this is no JSON`);
      }
    });
  if (head.sweep !== 1) throw new UsageError(`${path}:1: this is no head of a sweep's results`);
  return { head, lines };
}

/** The first thing in which two sweeps differ, the shard aside if it is the same. */
export function difference(one: Head, other: Head): string {
  const key = (Object.keys(one) as (keyof Head)[]).find(
    (name) => JSON.stringify(one[name]) !== JSON.stringify(other[name]),
  );
  if (key === undefined) return "other keys";
  if (key !== "scenarios") return `${key} ${one[key]}, not ${other[key]}`;
  return "other scenarios, or one of them has changed";
}
