// `npx lendos stress merge <folder>...`: the shards of a sweep as one, checked for completeness, with a table.
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "../../command.ts";
import { difference, type Head, type Line, readResults } from "./results.ts";
import { seedsOf } from "./seeds.ts";

export interface Merged {
  head: Head;
  lines: Line[];
}

/** Reads all result files in folders (or files by name); refuses what is missing, doubled or of another sweep. */
export function mergeResults(places: string[]): Merged {
  const paths = places.flatMap(filesIn);
  if (paths.length === 0) throw new UsageError(`no *.jsonl of a sweep in ${places.join(", ")}`);
  const parts = paths.map((path) => ({ path, ...readResults(path) }));
  const [{ head }] = parts;
  for (const part of parts) {
    if (JSON.stringify({ ...part.head, shard: "" }) === JSON.stringify({ ...head, shard: "" }))
      continue;
    const what = difference({ ...part.head, shard: "" }, { ...head, shard: "" });
    throw new UsageError(`${part.path} is of another sweep than ${parts[0].path}: ${what}`);
  }
  const byRun = new Map<string, { path: string; line: Line }>();
  for (const { path, lines } of parts) {
    for (const line of lines) {
      const key = `seed ${line.seed} of ${line.scenario}`;
      const known = byRun.get(key);
      if (known !== undefined) throw new UsageError(`${key} is in ${known.path} and in ${path}`);
      byRun.set(key, { path, line });
    }
  }
  const lines = ordered(head).map((key) => byRun.get(key)?.line ?? key);
  const missing = lines.filter((line) => typeof line === "string");
  if (missing.length > 0) {
    const some = missing.slice(0, 5).join(", ") + (missing.length > 5 ? ", ..." : "");
    throw new UsageError(`${missing.length} of ${lines.length} runs are missing: ${some}`);
  }
  if (byRun.size > lines.length) throw new UsageError("there are runs that are not of the sweep");
  return { head: { ...head, shard: "1/1" }, lines: lines as Line[] };
}

function filesIn(place: string): string[] {
  const known = statSync(place, { throwIfNoEntry: false });
  if (known === undefined) throw new UsageError(`cannot read ${place}`);
  if (!known.isDirectory()) return [place];
  const names = readdirSync(place).filter((name) => name.endsWith(".jsonl"));
  return names.sort().map((name) => join(place, name));
}

function ordered({ seeds, scenarios }: Head): string[] {
  const { first, last } = seedsOf(seeds);
  const keys: string[] = [];
  for (let seed = first; seed <= last; seed++) {
    for (const { name } of scenarios) keys.push(`seed ${seed} of ${name}`);
  }
  return keys;
}

/** The bytes that a sweep with a single shard would have written. */
export function mergedText({ head, lines }: Merged): string {
  return [head, ...lines].map((line) => `${JSON.stringify(line)}\n`).join("");
}

/** A row per expectation of each scenario: how it was met over all seeds, and the seed that was worst. */
export interface ExpectRow {
  scenario: string;
  expect: string;
  bound: string;
  best: number;
  median: number;
  worst: number;
  worstSeed: number;
  failed: number;
  runs: number;
}

export function expectRows({ head, lines }: Merged): ExpectRow[] {
  return head.scenarios.flatMap(({ name }) => {
    const runs = lines.filter(({ scenario }) => scenario === name);
    const first = runs.find(({ expect }) => expect.length > 0);
    return (first?.expect ?? []).map((shape, index) => {
      const upper = shape.least === undefined;
      const measured = runs
        .filter(({ expect }) => expect.length > index)
        .map(({ seed, expect }) => ({ seed, ...expect[index] }))
        .sort(
          (a, b) => (upper ? a.measured - b.measured : b.measured - a.measured) || b.seed - a.seed,
        );
      const worst = measured.at(-1)!;
      return {
        scenario: name,
        expect: `${shape.group ?? ""} ${shape.name}`.trim(),
        bound: upper ? `<= ${shape.most}` : `>= ${shape.least}`,
        best: measured[0].measured,
        median: measured[(measured.length - 1) >> 1].measured,
        worst: worst.measured,
        worstSeed: worst.seed,
        failed: measured.filter(({ met }) => !met).length,
        runs: measured.length,
      };
    });
  });
}

export function mergedTable(merged: Merged): string {
  const { head, lines } = merged;
  const rows = expectRows(merged).map((row) => [
    row.scenario,
    row.expect,
    row.bound,
    ...[row.best, row.median, row.worst].map((value) => value.toFixed(3)),
    String(row.worstSeed),
    `${row.failed} of ${row.runs}`,
  ]);
  const all = [
    ["scenario", "expectation", "bound", "best", "median", "worst", "at seed", "failed"],
    ...rows,
  ];
  const widths = all[0].map((_, i) => Math.max(...all.map((row) => row[i].length)));
  const text = all.map((row) =>
    row.map((cell, i) => (i < 3 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join("  "),
  );
  const failed = lines.filter(({ exitCode }) => exitCode !== 0);
  const replays = failed.slice(0, 10).map(({ scenario, seed }) => {
    const { file } = head.scenarios.find(({ name }) => name === scenario)!;
    return `replay: npx lendos stress ${file} --on ${head.on} --seed ${seed}`;
  });
  const ending = `${lines.length} runs on ${head.on}, seeds ${head.seeds}: ${failed.length} failed`;
  return [...text, "", ...replays, ending].join("\n");
}
