// Explores configurations and says in a line each what came out.
import type { Configuration } from "./configuration.ts";
import { type Bounds, explorerFor, type Outcome } from "./explorer.ts";
import { scriptOf } from "./moves.ts";
import { buildModule, SCALES } from "./scale.ts";

/** A wake-up with budget is served within one quantum (G3). */
const WAIT_MAX = 1;

export interface Finding {
  plan: Configuration;
  outcome: Outcome;
  /** The promise holds as far as was seen. */
  kept: boolean;
}

export async function explore(
  plan: Configuration,
  bounds: Bounds,
  progress?: (states: number) => void,
): Promise<Finding> {
  const module = await buildModule(plan.build);
  const outcome = explorerFor(plan, module).run(bounds, progress);
  const kept = !outcome.broken && outcome.deficit <= plan.bound && outcome.wait <= WAIT_MAX;
  return { plan, outcome, kept };
}

/** "closed, N states, worst deficit X q", or which bound ended it and the worst so far. */
export function lineOf({ plan, outcome, kept }: Finding): string {
  const { closed, stop, states, deficit, wait } = outcome;
  const end = closed ? "closed" : `stopped at ${stop}`;
  const so = closed ? "" : " so far";
  const worst = plan.share[0] === 0 ? "" : `, worst deficit${so} ${deficit.toFixed(3)} q`;
  const waits = plan.lender === undefined ? "" : `, lender waits${so} ${wait.toFixed(3)} q at most`;
  const verdict = kept ? "" : ` BEYOND its bound of ${plan.bound} q`;
  return `${plan.name}: ${end}, ${states} states${worst}${waits}${verdict}`;
}

/** The end of the path to the worst deficit, for a promise that was broken. */
export function scriptLines({ plan, outcome }: Finding, most = 40): string[] {
  const lines = scriptOf(outcome.path, SCALES[plan.build].quantum);
  const cut = lines.length - most;
  return cut > 0 ? [`  ... ${cut} lines before`, ...lines.slice(cut)] : lines;
}
