// Stands in for "uvu" in the bundled tests: uvu runs them, and each result is told to the parent process.
import * as uvu from "uvu";
import type { Result } from "./results.ts";
import { Skip, takeNotes } from "./support.ts";

type Handler = (context: never) => unknown;

const only = process.env.LENDOS_TEST_NAME ?? "";

export const test = recorded(uvu.test, "");
export const exec = uvu.exec;

export function suite(name = "", state?: never): typeof uvu.test {
  return recorded(uvu.suite(name, state) as unknown as typeof uvu.test, name);
}

function recorded(real: typeof uvu.test, suiteName: string): typeof uvu.test {
  const wrapped = (name: string, handler: Handler) => {
    const fullName = suiteName ? `${suiteName}: ${name}` : name;
    if (only !== "" && only !== fullName) return;
    real(name, (context) => run(fullName, handler, context as never));
  };
  return Object.assign(wrapped, {
    only: wrapped,
    skip: (name?: string) => tell({ name: name ?? "?", status: "skipped", milliseconds: 0 }),
    before: (handler: Handler) => real.before(hook(`${suiteName}: before its tests`, handler)),
    after: (handler: Handler) => real.after(hook(`${suiteName}: after its tests`, handler)),
    run: () => real.run(),
  }) as never;
}

/** uvu is silent about what a hook throws: it is told as a failed test. */
function hook(name: string, handler: Handler) {
  return async (context: unknown) => {
    try {
      await handler(context as never);
    } catch (error) {
      tell({ name, status: "failed", message: explain(error), milliseconds: 0 });
      throw error;
    }
  };
}

async function run(name: string, handler: Handler, context: never): Promise<void> {
  const started = performance.now();
  const taken = () => Math.round(performance.now() - started);
  try {
    await handler(context);
    tell({ name, status: "passed", message: takeNotes(), milliseconds: taken() });
  } catch (error) {
    if (error instanceof Skip) {
      tell({ name, status: "skipped", message: error.message, milliseconds: taken() });
      return;
    }
    tell({ name, status: "failed", message: explain(error), milliseconds: taken() });
    throw error;
  }
}

function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const details = (error as { details?: unknown }).details;
  const place = error.stack
    ?.split("\n")
    .filter((line) => /^\s+at /.test(line) && !/node:internal|node_modules/.test(line))
    .slice(0, 4)
    .map((line) => line.trim());
  return [error.message, ...(typeof details === "string" ? [details] : []), ...(place ?? [])].join(
    "\n",
  );
}

function tell(result: Result): void {
  process.send?.(result);
}
