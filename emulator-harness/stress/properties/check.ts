// Runs a draft on the model against its properties: those that the file expects, and G5, which takes a run per tenant.
import { SchedulerTime } from "../../../kernel/abi/scheduler.ts";
import { readScenario } from "../file/read-scenario.ts";
import { runOnModel } from "../run.ts";
import type { StressRun } from "../run-record.ts";
import { busy, type Draft, draftText } from "./draft.ts";

/** Null: everything holds. Else the property that was broken, in words. */
export type Verdict = string | null;

/** `everyTenant`: G5 for those as well that sleep after each piece of work. */
export async function checkDraft(
  draft: Draft,
  module: WebAssembly.Module,
  everyTenant = false,
): Promise<Verdict> {
  const run = await runDraft(draft, module);
  if (typeof run === "string") return run;
  const failed = run.end!.expect.find(({ met }) => !met);
  if (failed !== undefined) {
    const { name, group = "", least, most, measured } = failed;
    return `${group} ${name} ${least === undefined ? `<= ${most}` : `>= ${least}`}: ${measured}`.trim();
  }
  return sharing(draft, run, module, everyTenant);
}

/** A run, or what the scheduler died of. */
async function runDraft(draft: Draft, module: WebAssembly.Module): Promise<StressRun | string> {
  const scenario = readScenario("draft.json", draftText(draft));
  try {
    return await runOnModel("draft.json", scenario, () => {}, module);
  } catch (error) {
    return `the scheduler: ${(error as Error).message}`;
  }
}

/**
 * G5: at the end of every epoch, each tenant with a reserve has done at least what it does alone on a machine of
 * which it gets its reserve and no more (a limit), less a quantum. The limit's bucket lets it run ahead of an even
 * slice by a bucket of its own, which is taken off as well.
 */
async function sharing(
  draft: Draft,
  together: StressRun,
  module: WebAssembly.Module,
  everyTenant: boolean,
): Promise<Verdict> {
  for (const { path, reserve, limit } of draft.groups) {
    if (reserve === undefined || limit !== undefined) continue;
    const tasks = draft.tasks.filter(({ group }) => group === path || group.startsWith(`${path}/`));
    // Whoever sleeps after each piece of work loses the wait before each piece as well: see the README.
    const open = everyTenant || busy(draft, path) || tasks.every(({ lender }) => lender);
    if (tasks.length === 0 || !open) continue;
    const groups = draft.groups
      .filter((group) => group.path === path || group.path.startsWith(`${path}/`))
      .map((group) => (group.path === path ? { ...group, limit: reserve } : group));
    const alone = await runDraft({ ...draft, groups, tasks }, module);
    if (typeof alone === "string") return `alone, ${alone}`;
    const verdict = behind(path, together, alone, reserve);
    if (verdict !== null) return verdict;
  }
  return null;
}

function behind(path: string, together: StressRun, alone: StressRun, reserve: number): Verdict {
  const allowed =
    SchedulerTime.QUANTUM_NS / 1000 + (SchedulerTime.LIMIT_PERIOD_NS / 1000) * (reserve / 100);
  const sums = [together, alone].map((run) => {
    const index = run.start!.groups.findIndex((group) => group.path === path);
    let sum = 0;
    return run.epochs.map(({ groups }) => {
      sum += groups[index][1];
      return sum;
    });
  });
  const late = sums[0].findIndex((us, epoch) => us < sums[1][epoch] - allowed);
  if (late < 0) return null;
  const lost = sums[1][late] - sums[0][late];
  return `${path} is ${lost} us behind its own static slice at ${(late + 1) * 100} ms (at most ${allowed})`;
}
