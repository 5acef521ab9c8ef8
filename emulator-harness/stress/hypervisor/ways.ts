// One workload, three ways to share a machine: a virtual machine per tenant, slices inside LendOS, lending.
//
// A tenant is a group at the top. Its slice is its reserve, scaled so that the slices fill the machine: the
// hypervisor is given nothing to keep for itself.
import { meets, type Scenario, type ScenarioGroup } from "../file/scenario.ts";

export const WAYS = ["machines", "slices", "lending"] as const;
export type Way = (typeof WAYS)[number];

export interface Tenant {
  path: string;
  /** Its group in the scenario. */
  group: number;
  /** Parts per million of the processor. */
  slicePpm: number;
  /** Of its virtual machine. */
  memoryBytes: number;
}

const MEBIBYTE = 2 ** 20;

/** What a scenario breaks of what the three ways need; the text says what to write. */
export class NotComparable extends Error {}

export function tenantsOf(scenario: Scenario): Tenant[] {
  const { groups, hypervisor } = scenario;
  if (hypervisor === undefined) throw new NotComparable('the scenario has no "hypervisor"');
  const tops = groups.filter(({ parent }) => parent < 0);
  for (const { path, reservePpm, framesReserve } of tops) {
    if (path === "/") throw new NotComparable('every task needs a "taskgroup": it is its tenant');
    if (reservePpm === 0) throw new NotComparable(`"${path}" needs a cpu reserve: it is its slice`);
    if (framesReserve === 0) throw new NotComparable(`"${path}" needs a memory reserve`);
  }
  if (tops.length < 2) throw new NotComparable("a comparison needs at least two tenants");
  checkTasks(scenario);
  const ppm = tops.reduce((sum, group) => sum + group.reservePpm, 0);
  const frames = tops.reduce((sum, group) => sum + group.framesReserve, 0);
  return tops.map((group) => ({
    path: group.path,
    group: groups.indexOf(group),
    slicePpm: Math.floor((1e6 * group.reservePpm) / ppm),
    memoryBytes: mebibytes((hypervisor.memoryBytes * group.framesReserve) / frames),
  }));
}

function mebibytes(bytes: number): number {
  return Math.floor(bytes / MEBIBYTE) * MEBIBYTE;
}

function checkTasks({ tasks }: Scenario): void {
  for (const task of tasks) {
    const events = task.phases.flatMap((phase) => phase.events);
    if (events.some(meets)) {
      throw new NotComparable(`"${task.name}" meets others, and machines of their own cannot meet`);
    }
    if (task.jitterUs > 0) {
      throw new NotComparable(
        `"${task.name}" has "jitter_us", which would differ between the ways`,
      );
    }
    if (!events.some(({ kind }) => kind === "arrive")) {
      throw new NotComparable(`"${task.name}" has no "arrive": what is asked of it is not known`);
    }
  }
}

/** The scenario of one tenant's own machine: its groups and tasks, which have the machine to themselves. */
export function alone(scenario: Scenario, tenant: Tenant): Scenario {
  const own = scenario.groups.filter((_, index) => topOf(scenario, index) === tenant.group);
  const groups = own.map((group) => ({
    ...group,
    parent: group.parent < 0 ? group.parent : own.indexOf(scenario.groups[group.parent]),
    ...{ reservePpm: 0, framesReserve: 0, framesLimit: 0 },
  }));
  const tasks = scenario.tasks
    .filter((task) => topOf(scenario, task.group) === tenant.group)
    .map((task) => ({ ...task, group: own.indexOf(scenario.groups[task.group]) }));
  return { ...scenario, groups, tasks, expects: [] };
}

/** Everything on one machine, nobody beyond its slice. */
export function sliced(scenario: Scenario, tenants: Tenant[]): Scenario {
  const limited = (group: ScenarioGroup, index: number): ScenarioGroup => {
    const tenant = tenants.find((one) => one.group === index);
    if (tenant === undefined) return group;
    return { ...group, limitPpm: tenant.slicePpm, framesLimit: group.framesReserve };
  };
  return { ...scenario, groups: scenario.groups.map(limited), expects: [] };
}

/** The group at the top above a group. */
export function topOf(scenario: Scenario, index: number): number {
  let at = index;
  while (scenario.groups[at].parent >= 0) at = scenario.groups[at].parent;
  return at;
}
