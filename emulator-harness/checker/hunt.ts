// Hunt: looks for one planted bug with the checker.
//
// A bug is found when a law breaks, or when the victim loses more than the closed worst of the source as it is,
// in the same configuration: that worst is exact, so anything above it is the bug's.
import type { Configuration } from "./configuration.ts";
import { CONFIGURATIONS } from "./configurations.ts";
import { Explorer } from "./explorer.ts";
import { scriptOf } from "./moves.ts";
import { replay } from "./replay.ts";
import { buildModule, type Mutant, SCALES } from "./scale.ts";

export interface Found {
  by: string;
  script: string[];
}

/** Small configurations that close quickly; between them every kind of member is there. */
const GROUNDS = [
  "coarse 8:8:8 /1",
  "coarse 16:16:16 /2",
  "coarse 16:32:16 /2",
  "coarse 32:4:4 /2",
  "coarse weight 16 beside an adversary with reserve 16/64 and weight 16 /2",
  "coarse weight 16 beside an adversary with reserve 32/64 and weight 16 /4",
  "coarse weight 16 beside an adversary with reserve 24/64 and weight 16 /4",
  "coarse weight 16 beside an adversary with reserve 32/64 and weight 2 /4",
  "coarse weight 16 beside reserve 16/64 and weight 16 /1",
];
const BOUNDS = { states: 300_000, seconds: 30 };
const SHORTEST_SECONDS = 10;

export async function hunt(mutant: Mutant): Promise<Found | null> {
  for (const name of GROUNDS) {
    const plan = CONFIGURATIONS.find((one) => one.name === name)!;
    const found = await huntIn(plan, mutant);
    if (found !== null) return found;
  }
  return null;
}

async function huntIn(plan: Configuration, mutant: Mutant): Promise<Found | null> {
  const sound = new Explorer(plan, await buildModule(plan.build)).run({ ...BOUNDS, quanta: 12 });
  if (!sound.closed) throw new Error(`${plan.name} is no ground for a hunt: ${sound.stop}`);
  const module = await buildModule(plan.build, mutant);
  const quanta = sound.deficit;
  const first = new Explorer(plan, module, mutant.remembers);
  const outcome = first.run({ ...BOUNDS, quanta });
  if (!outcome.broken && outcome.deficit <= quanta) return null;
  const bounds = { ...BOUNDS, seconds: SHORTEST_SECONDS, quanta, shortest: true };
  const shortest = new Explorer(plan, module, mutant.remembers);
  const again = shortest.run(bounds);
  const sure = again.broken || again.deficit > quanta;
  const { deficit, broken, stop } = sure ? again : outcome;
  const what = broken ? stop : `deficit ${deficit.toFixed(3)} q, sound ${quanta.toFixed(3)} q`;
  return {
    by: `found in ${plan.name}: ${what}; ${sure ? "a shortest script" : "a script"}:`,
    script: scriptOf(replay(sure ? shortest : first), SCALES[plan.build].quantum),
  };
}
