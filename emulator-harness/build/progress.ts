// One line per step that takes long enough to be noticed, on stderr.
import { colour } from "../colour.ts";

const NOTICED_MS = 200;
const CLEAR_LINE = "\r\x1b[K";

let quiet = false;

/** Nothing is printed any more: for --json and for the tests. */
export function silence(): void {
  quiet = true;
}

/** Starts a step; calling the result ends it. A terminal shows the step while it runs. */
export function progress(what: string): () => void {
  const started = performance.now();
  const live = !quiet && process.stderr.isTTY === true;
  if (live) process.stderr.write(`  ${what} ...`);
  return () => {
    const took = performance.now() - started;
    if (live) process.stderr.write(CLEAR_LINE);
    if (quiet || took < NOTICED_MS) return;
    console.error(colour("gray", `  ${what} (${(took / 1000).toFixed(1)} s)`, process.stderr));
  };
}
