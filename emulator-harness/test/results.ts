// What running tests produced, and how it is printed: KTAP for people and tools, JSON lines for programs.
import { colour } from "../colour.ts";

export type Status = "passed" | "failed" | "skipped";

export interface Result {
  name: string;
  status: Status;
  /** Why it failed or was skipped; what it noted. */
  message?: string;
  milliseconds: number;
}

export interface FileResult {
  path: string;
  results: Result[];
  milliseconds: number;
}

export class Totals {
  passed = 0;
  failed = 0;
  skipped = 0;

  add(results: Result[]): void {
    for (const { status } of results) this[status] += 1;
  }

  /** The line that ends a run. */
  toString(): string {
    const skipped = this.skipped > 0 ? `, ${this.skipped} skipped` : "";
    return `${this.passed} passed, ${this.failed} failed${skipped}`;
  }
}

/** A file in which nothing ran proves nothing: it counts as a failure. */
export function orFailure(results: Result[], message: string): Result[] {
  if (results.length > 0) return results;
  return [{ name: "the file runs at least one test", status: "failed", message, milliseconds: 0 }];
}

/** One file's block of KTAP. */
export function ktapBlock(file: FileResult, number: number, replay: string): string {
  const { path, results } = file;
  const failed = results.some((result) => result.status === "failed");
  const lines = results.flatMap((result, index) => ktapLines(result, index + 1, path, replay));
  const seconds = (file.milliseconds / 1000).toFixed(1);
  return [
    `  KTAP version 1`,
    `  # Subtest: ${path}`,
    `  1..${results.length}`,
    ...lines.map((line) => `  ${line}`),
    `${verdict(!failed)} ${number} ${path} # ${seconds} s`,
  ].join("\n");
}

function ktapLines(result: Result, number: number, path: string, replay: string): string[] {
  const { name, status, message } = result;
  const line = `${verdict(status !== "failed")} ${number} ${name.replaceAll("#", "\\#")}`;
  const detail = (message ?? "").split("\n").map((text) => `# ${text}`);
  if (status === "passed") return message === undefined ? [line] : [line, ...detail];
  if (status === "skipped") return [`${line} # SKIP ${message ?? ""}`];
  return [line, ...detail, `# replay: npx lendos test "${path}#${name}"${replay}`];
}

function verdict(good: boolean): string {
  return good ? "ok" : colour("red", "not ok");
}
