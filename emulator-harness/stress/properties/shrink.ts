// Makes a failing draft small: fewer tasks, groups and events, smaller numbers, as long as it still fails.
import type { Draft, DraftTask } from "./draft.ts";

export interface Shrunk {
  draft: Draft;
  /** Runs that it took. */
  tries: number;
}

const TRIES_MOST = 300;
const EPOCH_MS = 100;
const EPOCHS_LEAST = 2;

/** `fails` says whether a draft is still a counter-example. */
export async function shrink(
  failing: Draft,
  fails: (draft: Draft) => Promise<boolean>,
): Promise<Shrunk> {
  let draft = failing;
  let tries = 0;
  for (let progress = true; progress && tries < TRIES_MOST; ) {
    progress = false;
    for (const smaller of candidates(draft)) {
      if (++tries > TRIES_MOST) break;
      if (!(await fails(smaller))) continue;
      draft = smaller;
      progress = true;
      break;
    }
  }
  return { draft, tries };
}

/** Every draft that is one step smaller, the large steps first. */
function* candidates(draft: Draft): Iterable<Draft> {
  const { groups, tasks, durationMs } = draft;
  for (const { path } of groups) yield without(draft, path);
  for (const task of tasks) {
    if (tasks.length > 1) yield { ...draft, tasks: tasks.filter((other) => other !== task) };
  }
  const half = EPOCH_MS * Math.ceil(durationMs / EPOCH_MS / 2);
  for (const shorter of [half, durationMs - EPOCH_MS]) {
    if (shorter < durationMs && shorter >= EPOCHS_LEAST * EPOCH_MS)
      yield { ...draft, durationMs: shorter };
  }
  for (const [index, group] of groups.entries()) {
    const { path, weight, reserve, limit } = group;
    const replaced = (other: object) => ({
      ...draft,
      groups: groups.with(index, { path, ...other }),
    });
    if (limit !== undefined) yield replaced({ weight, reserve });
    if (reserve !== undefined) yield replaced({ weight, limit });
    if (weight !== undefined) yield replaced({ reserve, limit });
    if ((reserve ?? 0) >= 2) yield replaced({ weight, limit, reserve: reserve! >> 1 });
  }
  for (const [index, task] of tasks.entries()) {
    for (const other of smallerTasks(task)) yield { ...draft, tasks: tasks.with(index, other) };
  }
}

/** Without a group, those below it and everybody in them. */
function without(draft: Draft, path: string): Draft {
  const stays = (other: string) => other !== path && !other.startsWith(`${path}/`);
  return {
    ...draft,
    groups: draft.groups.filter((group) => stays(group.path)),
    tasks: draft.tasks.filter((task) => stays(task.group)),
  };
}

function* smallerTasks(task: DraftTask): Iterable<DraftTask> {
  const { instances, delayUs, events } = task;
  if (instances > 1) yield { ...task, instances: 1 };
  if (instances > 2) yield { ...task, instances: instances >> 1 };
  if (delayUs > 0) yield { ...task, delayUs: 0 };
  // A lender without its timer or its work is none.
  if (!task.lender && events.length > 1) {
    for (const event of events) {
      const rest = events.filter((other) => other !== event);
      // What does nothing at all is no task.
      if (rest.some(({ kind }) => kind === "run")) yield { ...task, events: rest };
    }
  }
  for (const [index, event] of events.entries()) {
    const { us } = event;
    const rounder = [1000, 100, 10]
      .map((unit) => unit * Math.round(us / unit))
      .find((to) => to > 0 && to < us);
    const sizes = task.lender && event.kind === "timer" ? [] : [us >> 1, rounder ?? 0];
    for (const size of sizes) {
      if (size > 0 && size < us)
        yield { ...task, events: events.with(index, { ...event, us: size }) };
    }
  }
}
