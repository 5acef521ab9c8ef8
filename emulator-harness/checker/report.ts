// Explores configurations and says in a line each what came out.
import type { Configuration } from "./configuration.ts";
import { type Bounds, Explorer, type Outcome } from "./explorer.ts";
import { scriptOf } from "./moves.ts";
import { replay } from "./replay.ts";
import { buildModule, SCALES } from "./scale.ts";

/** A wake-up with budget is served within one quantum (G3). */
export const WAIT_MAX = 1;

export interface Finding {
  plan: Configuration;
  outcome: Outcome;
  /** The promise holds as far as was seen. */
  kept: boolean;
  /** How the worst came about, when the promise was broken. */
  script: string[];
}

export async function explore(
  plan: Configuration,
  bounds: Bounds,
  progress?: (states: number) => void,
): Promise<Finding> {
  const module = await buildModule(plan.build);
  const explorer = new Explorer(plan, module);
  const outcome = explorer.run(bounds, progress);
  const kept = !outcome.broken && outcome.deficit <= plan.bound && outcome.wait <= WAIT_MAX;
  const script = kept ? [] : scriptOf(replay(explorer), SCALES[plan.build].quantum);
  return { plan, outcome, kept, script };
}

/** "closed, N states, worst deficit X q", or which bound ended it and the worst so far. */
export function lineOf({ plan, outcome, kept }: Finding): string {
  const { closed, stop, states, deficit, wait, seconds, bytes } = outcome;
  const end = closed ? "closed" : `stopped at ${stop}`;
  const so = closed ? "" : " so far";
  const of = plan.share[0] < 0 ? "excess" : "deficit";
  const worst = plan.share[0] === 0 ? "" : `, worst ${of}${so} ${deficit.toFixed(3)} q`;
  const waits = plan.lender === undefined ? "" : `, lender waits${so} ${wait.toFixed(3)} q at most`;
  const verdict = kept ? "" : ` BEYOND its bound of ${plan.bound} q`;
  const cost = `${seconds.toFixed(1)} s, ${(bytes / 2 ** 20).toFixed(0)} MiB`;
  return `${plan.name}: ${end}, ${states} states${worst}${waits}${verdict} (${cost})`;
}

/** The end of the path to the worst deficit, for a promise that was broken. */
export function scriptLines({ script: lines }: Finding, most = 40): string[] {
  const cut = lines.length - most;
  return cut > 0 ? [`  ... ${cut} lines before`, ...lines.slice(cut)] : lines;
}
