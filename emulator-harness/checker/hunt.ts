// Hunt: looks for one planted bug with the checker.
//
// A bug is found when a law breaks, when a lender waits longer than was promised, or when the victim loses more than
// the closed worst of the source as it is, in the same configuration: that worst is exact, so anything above it is
// the bug's. Where the configuration does not close, it has to lose more than was promised.
import type { Configuration } from "./configuration.ts";
import { CONFIGURATIONS } from "./configurations.ts";
import { Explorer, type Outcome } from "./explorer.ts";
import { scriptOf } from "./moves.ts";
import { replay } from "./replay.ts";
import { WAIT_MAX } from "./report.ts";
import { buildModule, type Mutant, SCALES } from "./scale.ts";
import { scenarioOf } from "./scenario.ts";

export interface Found {
  by: string;
  script: string[];
  /** A file for the stress tool, or why there is none. */
  scenario: object | string;
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
const BOUNDS = { states: 600_000, seconds: 60 };
const SHORTEST_SECONDS = 10;

export async function hunt(mutant: Mutant): Promise<Found | null> {
  for (const name of mutant.grounds ?? GROUNDS) {
    const plan = CONFIGURATIONS.find((one) => one.name === name);
    if (plan === undefined) throw new Error(`${mutant.name}: no configuration ${name}`);
    const found = await huntIn(plan, mutant);
    if (found !== null) return found;
  }
  return null;
}

async function huntIn(plan: Configuration, mutant: Mutant): Promise<Found | null> {
  const quanta = mutant.beyondPromise ? plan.bound : await soundDeficit(plan);
  const module = await buildModule(plan.build, mutant);
  const caught = ({ broken, deficit, wait }: Outcome) =>
    broken || deficit > quanta || wait > WAIT_MAX;
  const first = new Explorer(plan, module, mutant.remembers);
  const outcome = first.run({ ...BOUNDS, quanta, wait: WAIT_MAX });
  if (mutant.runsAway && !outcome.closed) return ranAway(first, outcome);
  if (!caught(outcome)) return null;
  const bounds = { ...BOUNDS, seconds: SHORTEST_SECONDS, quanta, wait: WAIT_MAX, shortest: true };
  const shortest = new Explorer(plan, module, mutant.remembers);
  const again = shortest.run(bounds);
  const sure = caught(again);
  const steps = replay(sure ? shortest : first);
  const { quantum } = SCALES[plan.build];
  const what = wordsFor(sure ? again : outcome, quanta, mutant.beyondPromise ?? false);
  return {
    by: `found in ${plan.name}: ${what}; ${sure ? "a shortest script" : "a script"}:`,
    script: scriptOf(steps, quantum),
    scenario: scenarioOf(plan, steps, quantum),
  };
}

/** The ground closes with the source as it is (soundDeficit saw to that), within the same bounds. */
function ranAway(explorer: Explorer, { stop, states }: Outcome): Found {
  const { plan } = explorer;
  return {
    by: `found in ${plan.name}: closes no more, stopped at ${stop} with ${states} states; its worst so far:`,
    script: scriptOf(replay(explorer), SCALES[plan.build].quantum),
    scenario: "what is wrong is no schedule, but that states never end",
  };
}

function wordsFor(outcome: Outcome, quanta: number, beyondPromise: boolean): string {
  const { broken, stop, deficit, wait } = outcome;
  if (broken) return stop;
  if (wait > WAIT_MAX) return `a lender waits ${wait.toFixed(3)} q, promised ${WAIT_MAX} q`;
  const right = beyondPromise ? "promised" : "sound";
  return `deficit ${deficit.toFixed(3)} q, ${right} ${quanta.toFixed(3)} q`;
}

const sound = new Map<string, Promise<number>>();

/** The worst of the source as it is. */
function soundDeficit(plan: Configuration): Promise<number> {
  let worst = sound.get(plan.name);
  if (worst === undefined) {
    worst = explored(plan);
    sound.set(plan.name, worst);
  }
  return worst;
}

async function explored(plan: Configuration): Promise<number> {
  const explorer = new Explorer(plan, await buildModule(plan.build));
  const { closed, deficit, stop } = explorer.run({ ...BOUNDS, quanta: 12 });
  if (!closed) throw new Error(`${plan.name} is no ground for a hunt: ${stop}`);
  return deficit;
}
