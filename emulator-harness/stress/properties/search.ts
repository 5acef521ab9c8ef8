// The search for a scenario that breaks a property: seeds one after another, then the first failure made small.
import { buildModule } from "../../checker/scale.ts";
import { MUTANTS } from "../../checker/mutants.ts";
import { UsageError } from "../../command.ts";
import { schedulerModule } from "../scheduler.ts";
import { checkDraft } from "./check.ts";
import { type Draft, draftText } from "./draft.ts";
import { drawScenario } from "./draw.ts";
import { shrink } from "./shrink.ts";

export interface Finding {
  seed: number;
  /** What the drawn scenario broke, and what the small one does. */
  broke: string;
  breaks: string;
  draft: Draft;
  text: string;
  tries: number;
}

const PROPERTIES = ["lag_q", "wake_max_us", "share_pct", "idle_while_ready_us", "static slice"];

function propertyOf(verdict: string): string {
  return PROPERTIES.find((name) => verdict.includes(name)) ?? "the scheduler";
}

/** The scheduler as it is, with its assertions on; or with one of the checker's planted bugs. */
export async function plantedModule(name: string | undefined): Promise<WebAssembly.Module> {
  if (name === undefined) return schedulerModule(true);
  const mutant = MUTANTS.find((one) => one.name === name);
  if (mutant === undefined) {
    throw new UsageError(
      `--planted is one of ${MUTANTS.map((one) => one.name).join(", ")}, not "${name}"`,
    );
  }
  return buildModule("shipped", mutant);
}

/** Null: every seed's scenario kept every property. */
export async function search(
  seeds: Iterable<number>,
  module: WebAssembly.Module,
  progress: (seed: number) => void = () => {},
): Promise<Finding | null> {
  for (const seed of seeds) {
    progress(seed);
    const drawn = drawScenario(seed);
    const broke = await checkDraft(drawn, module);
    if (broke === null) continue;
    // A smaller one counts only if it breaks the same property.
    const small = await shrink(drawn, async (draft) => {
      if (draft.tasks.length === 0) return false;
      const verdict = await checkDraft(draft, module);
      return verdict !== null && propertyOf(verdict) === propertyOf(broke);
    });
    const breaks = (await checkDraft(small.draft, module))!;
    return { seed, broke, breaks, ...small, text: draftText(small.draft) };
  }
  return null;
}
