// One line per step that takes long enough to be noticed, on stderr.
import { colour } from "../colour.ts";

const NOTICED_MS = 200;

let quiet = false;

/** Nothing is printed any more: for --json and for the tests. */
export function silence(): void {
  quiet = true;
}

/** Starts a step; calling the result ends it. */
export function progress(what: string): () => void {
  const started = performance.now();
  return () => {
    const took = performance.now() - started;
    if (quiet || took < NOTICED_MS) return;
    console.error(colour("gray", `  ${what} (${(took / 1000).toFixed(1)} s)`, process.stderr));
  };
}
