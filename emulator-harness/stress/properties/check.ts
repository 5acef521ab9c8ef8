// Runs a draft on the model against its properties: those that the file expects, and G5, which takes a run per tenant.
import { SchedulerTime } from "../../../kernel/abi/scheduler.ts";
import { readScenario } from "../file/read-scenario.ts";
import { runOnModel } from "../run.ts";
import type { StressRun } from "../run-record.ts";
import { busy, type Draft, type DraftGroup, type DraftTask, draftText } from "./draft.ts";
import { certainWork, isClosedLoop } from "./slice.ts";

/** Null: everything holds. Else the property that was broken, in words. */
export type Verdict = string | null;

export async function checkDraft(draft: Draft, module: WebAssembly.Module): Promise<Verdict> {
  const run = await runDraft(draft, module);
  if (typeof run === "string") return run;
  const failed = run.end!.expect.find(({ met }) => !met);
  if (failed !== undefined) {
    const { name, group = "", least, most, measured } = failed;
    return `${group} ${name} ${least === undefined ? `<= ${most}` : `>= ${least}`}: ${measured}`.trim();
  }
  return sharing(draft, run, module);
}

/** A run, or what the scheduler died of. */
export async function runDraft(
  draft: Draft,
  module: WebAssembly.Module,
): Promise<StressRun | string> {
  const scenario = readScenario("draft.json", draftText(draft));
  try {
    return await runOnModel("draft.json", scenario, () => {}, module);
  } catch (error) {
    return `the scheduler: ${(error as Error).message}`;
  }
}

/**
 * G5: at the end of every epoch, each tenant with a reserve has done at least what it does on a static slice of it.
 *
 * Tenants that are always there, and lenders: what they do alone on a machine of which they get their reserve and no
 * more (a limit), less a quantum. The limit's bucket lets them run ahead of an even slice by a bucket of its own,
 * which is taken off as well. One that sleeps after each piece of work: what is certain on a slice (slice.ts), for
 * a limit on an empty machine is there whenever it wakes, as no slice is.
 */
async function sharing(
  draft: Draft,
  together: StressRun,
  module: WebAssembly.Module,
): Promise<Verdict> {
  for (const group of draft.groups) {
    const { path, reserve, limit } = group;
    if (reserve === undefined || limit !== undefined) continue;
    const tasks = draft.tasks.filter(({ group: at }) => at === path || at.startsWith(`${path}/`));
    const steady = busy(draft, path) || tasks.every(({ lender }) => lender);
    let verdict: Verdict = null;
    if (tasks.length > 0 && steady) {
      verdict = await behindAlone(draft, group, tasks, together, module);
    } else if (tasks.length === 1 && isClosedLoop(tasks[0])) {
      verdict = behindSlice(path, tasks[0], reserve, together);
    }
    if (verdict !== null) return verdict;
  }
  return null;
}

async function behindAlone(
  draft: Draft,
  { path, reserve = 0 }: DraftGroup,
  tasks: DraftTask[],
  together: StressRun,
  module: WebAssembly.Module,
): Promise<Verdict> {
  const groups = draft.groups
    .filter((group) => group.path === path || group.path.startsWith(`${path}/`))
    .map((group) => (group.path === path ? { ...group, limit: reserve } : group));
  const alone = await runDraft({ ...draft, groups, tasks }, module);
  if (typeof alone === "string") return `alone, ${alone}`;
  const allowed =
    SchedulerTime.QUANTUM_NS / 1000 + (SchedulerTime.LIMIT_PERIOD_NS / 1000) * (reserve / 100);
  return behind(path, servedBy(together, path), servedBy(alone, path), allowed);
}

/** For a tenant that sleeps: nothing is taken off. */
export function behindSlice(
  path: string,
  task: DraftTask,
  reserve: number,
  together: StressRun,
): Verdict {
  const served = servedBy(together, path);
  return behind(path, served, certainWork(task, reserve, served.length), 0);
}

/** What a group was served by each epoch's end, in us. */
function servedBy(run: StressRun, path: string): number[] {
  const index = run.start!.groups.findIndex((group) => group.path === path);
  let sum = 0;
  return run.epochs.map(({ groups }) => {
    sum += groups[index][1];
    return sum;
  });
}

function behind(path: string, served: number[], slice: number[], allowed: number): Verdict {
  const late = served.findIndex((us, epoch) => us < slice[epoch] - allowed);
  if (late < 0) return null;
  const lost = slice[late] - served[late];
  return `${path} is ${lost} us behind its own static slice at ${(late + 1) * 100} ms (at most ${allowed})`;
}
