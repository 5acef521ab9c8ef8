// One class of attacks, or any choice of them: fought, judged, and as rows of the table.
import type { Attack } from "./attack.ts";
import { faultsOf } from "./judge.ts";
import { MODULE_FILES } from "./modules.ts";
import { type ArenaRun, type Fought, runArena } from "./run.ts";
import { type Row, rowOf } from "./table.ts";

export interface Verdict {
  attack: Attack;
  faults: string[];
  row: Row | null;
}

export interface Chosen {
  className: string;
  attack: Attack;
}

export interface Fight {
  verdicts: Verdict[];
  run: ArenaRun;
}

export async function fight(chosen: Chosen[], begun?: (name: string) => void): Promise<Fight> {
  const run = await runArena(
    chosen.map(({ attack }) => attack),
    MODULE_FILES,
    begun,
  );
  const verdicts = chosen.map((one, index) => verdictOf(one, run, run.fought[index]));
  return { verdicts, run };
}

function verdictOf({ className, attack }: Chosen, run: ArenaRun, fought?: Fought): Verdict {
  const { reference } = run;
  if (!fought || !reference) {
    const guilty = run.unfinished === attack.name;
    const fault = guilty
      ? `the machine ended with ${run.exitCode}:\n${run.tail}`
      : `it was not fought: the machine ended during ${run.unfinished}`;
    return { attack, faults: [fault], row: null };
  }
  const wanted = reference.victimLines.slice(0, attack.rounds).join("\n");
  const equal = fought.victimLines.join("\n") === wanted;
  const faults = faultsOf(attack, fought, reference);
  return { attack, faults, row: rowOf(className, attack, fought, equal) };
}
