// Draws a scenario from a seed: two to five groups, perhaps one level more, every kind of rule and of behaviour.
import { Random } from "../random.ts";
import type { Draft, DraftEvent, DraftGroup, DraftTask } from "./draft.ts";

const NAMES = ["a", "b", "c", "d", "e"];
const RESERVES_MOST = 92;
const WEIGHTS = [1, 10, 100, 100, 100, 200, 1000, 10_000];

/** Every other seed draws a siege. */
export function drawScenario(seed: number): Draft {
  return seed % 2 === 0 ? drawSiege(seed) : drawMixture(seed);
}

/** One victim that is always there, and groups that do nothing but come and go at the worst moments they can find. */
function drawSiege(seed: number): Draft {
  const random = new Random(seed);
  const durationMs = 100 * random.between(5, 20);
  const draft: Draft = { seed, durationMs, groups: [], tasks: [] };
  const reserves = random.chance(0.4);
  let unreserved = RESERVES_MOST;
  for (const name of NAMES.slice(0, random.between(2, 5))) {
    const group: DraftGroup = {
      path: `/${name}`,
      weight: 100 * random.between(1, random.chance(0.5) ? 1 : 4),
    };
    if (reserves && random.chance(0.6))
      group.reserve = random.between(1, Math.max(1, unreserved >> 1));
    unreserved -= group.reserve ?? 0;
    draft.groups.push(group);
    const events: DraftEvent[] = name === "a" ? [{ kind: "run", us: 1000 }] : naps(random);
    const common = { group: group.path, instances: 1, delayUs: 0, lender: false };
    draft.tasks.push({ name: `t${name}`, events, ...common });
  }
  return draft;
}

/** Stays and naps whose lengths have to do with each other and with the quantum. */
function naps(random: Random): DraftEvent[] {
  const nap = random.chance(0.5) ? random.between(1, 20) : random.between(100, 4000);
  return Array.from({ length: random.between(1, 6) }, () => {
    const parts = pick(random, [1, 1, 2, 3, 4, 8]);
    const near = Math.floor(4000 / parts) + random.between(-3, 3);
    const run = random.chance(0.7) ? near : random.between(1, 8000);
    const sleep = random.chance(0.7) ? nap : random.between(1, 8000);
    const events: DraftEvent[] = [
      { kind: "run", us: run },
      { kind: "sleep", us: sleep },
    ];
    return events;
  }).flat();
}

function drawMixture(seed: number): Draft {
  const random = new Random(seed);
  const draft: Draft = { seed, durationMs: 100 * random.between(3, 10), groups: [], tasks: [] };
  let unreserved = RESERVES_MOST;
  for (const name of NAMES.slice(0, random.between(2, 5))) {
    const group: DraftGroup = { path: `/${name}`, weight: pick(random, WEIGHTS) };
    if (random.chance(0.5))
      group.reserve = random.between(1, Math.max(1, Math.floor(unreserved / 2)));
    unreserved -= group.reserve ?? 0;
    if (random.chance(0.15))
      group.limit = Math.min(100, (group.reserve ?? 0) + random.between(5, 60));
    draft.groups.push(group);
    populate(random, draft, group);
  }
  return draft;
}

/** Tasks of a group, or of children that it gets. */
function populate(random: Random, draft: Draft, group: DraftGroup): void {
  const { path, reserve = 0, limit } = group;
  if (reserve >= 2 && limit === undefined && random.chance(0.4)) {
    draft.tasks.push(lender(random, path, reserve));
    return;
  }
  if (random.chance(0.2)) {
    for (let i = random.between(1, 3); i > 0; i--) {
      const child = { path: `${path}/${i}`, weight: pick(random, WEIGHTS) };
      draft.groups.push(child);
      crowd(random, draft, child.path);
    }
    return;
  }
  crowd(random, draft, path);
}

function crowd(random: Random, draft: Draft, group: string): void {
  for (let i = random.between(1, 2); i > 0; i--) {
    const busy = random.chance(0.5);
    draft.tasks.push({
      name: `t${draft.tasks.length}`,
      group,
      instances: random.chance(0.7) ? 1 : random.between(2, 6),
      delayUs: busy || random.chance(0.7) ? 0 : random.between(1, 20_000),
      events: busy ? working(random) : sleeping(random),
      lender: false,
    });
  }
}

/** Half of what its reserve gives it in a period, and so little that it is done in time. */
function lender(random: Random, group: string, reserve: number): DraftTask {
  const periodUs = random.between(10, 60) * 1000;
  const mostUs = Math.floor((periodUs * reserve) / 200);
  return {
    name: `lender${group.slice(1)}`,
    group,
    instances: 1,
    // Away from the ends of epochs, when the stress program itself wakes.
    delayUs: random.between(1, 9) * 1000 + 500,
    events: [
      { kind: "run", us: random.between(1, mostUs) },
      { kind: "timer", us: periodUs },
    ],
    lender: true,
  };
}

function working(random: Random): DraftEvent[] {
  const run: DraftEvent = { kind: "run", us: random.between(100, 5000) };
  return random.chance(0.25) ? [run, { kind: "yield", us: 0 }] : [run];
}

/** Runs of around a quantum and naps of all sizes: what adversaries of the checker do. */
function sleeping(random: Random): DraftEvent[] {
  const events: DraftEvent[] = [];
  for (let i = random.between(1, 3); i > 0; i--) {
    events.push({
      kind: "run",
      us: random.chance(0.4) ? random.between(3900, 4100) : random.between(1, 9000),
    });
    const nap = random.chance(0.5) ? random.between(1, 200) : random.between(200, 20_000);
    events.push({ kind: "sleep", us: nap });
  }
  return events;
}

function pick<T>(random: Random, items: T[]): T {
  return items[random.below(items.length)];
}
