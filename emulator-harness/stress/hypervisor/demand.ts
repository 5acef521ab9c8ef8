// What was asked of the tenants, and what a machine that never idles with work at hand would have done when.
import type { Scenario } from "../file/scenario.ts";
import { type Request, requestsOf } from "../stream.ts";
import { type Tenant, topOf } from "./ways.ts";

const EPOCH_NS = 100_000_000;

export interface Demand {
  /** By tenant, in order of arrival. */
  requests: Request[][];
  /** Nanoseconds that the ideal machine works in each epoch, on whatever was asked. */
  idealNs: number[];
}

export function demandOf(scenario: Scenario, tenants: Tenant[]): Demand {
  const requests = tenants.map((tenant) => asked(scenario, tenant));
  const all = requests.flat().sort((one, other) => one.atNs - other.atNs);
  return { requests, idealNs: ideal(all, scenario.durationNs) };
}

function asked(scenario: Scenario, tenant: Tenant): Request[] {
  const { tasks, seed, durationNs } = scenario;
  const found: Request[] = [];
  for (const task of tasks.filter(({ group }) => topOf(scenario, group) === tenant.group)) {
    for (let instance = 0; instance < task.instances; instance++) {
      found.push(...requestsOf(task, seed, instance, durationNs));
    }
  }
  return found.sort((one, other) => one.atNs - other.atNs);
}

/** However the work is ordered, a processor that never idles with work at hand is busy at the same times. */
export function ideal(requests: Request[], durationNs: number): number[] {
  const epochs = new Array<number>(durationNs / EPOCH_NS).fill(0);
  let free = 0;
  for (const { atNs, workNs } of requests) {
    let from = Math.max(free, atNs);
    free = from + workNs;
    while (from < Math.min(free, durationNs)) {
      const epoch = Math.floor(from / EPOCH_NS);
      const until = Math.min(free, (epoch + 1) * EPOCH_NS);
      epochs[epoch] += until - from;
      from = until;
    }
  }
  return epochs;
}

/** Of what the ideal machine does in each epoch, the part that was done in that epoch. */
export function servedPart(usedNs: number[], idealNs: number[]): number {
  const wanted = idealNs.reduce((sum, ns) => sum + ns, 0);
  const done = idealNs.reduce((sum, ns, epoch) => sum + Math.min(ns, usedNs[epoch] ?? 0), 0);
  return wanted === 0 ? 1 : done / wanted;
}

/**
 * At least so long the processor idled while a tenant waited: idle time of epochs that some tenant entered with
 * more work waiting than it was served in them. Work for entries made again counts as served, so this is a bound.
 */
export function idleWaitingLeast(
  requests: Request[][],
  usedNs: number[][],
  epochs: number,
): number {
  const backlog = requests.map(() => 0);
  const next = requests.map(() => 0);
  let sum = 0;
  for (let epoch = 0; epoch < epochs; epoch++) {
    let idle = EPOCH_NS;
    let waits = false;
    requests.forEach((queue, tenant) => {
      const used = usedNs[tenant][epoch] ?? 0;
      idle -= used;
      waits ||= backlog[tenant] > used;
      for (; next[tenant] < queue.length; next[tenant]++) {
        if (queue[next[tenant]].atNs >= (epoch + 1) * EPOCH_NS) break;
        backlog[tenant] += queue[next[tenant]].workNs;
      }
      backlog[tenant] = Math.max(0, backlog[tenant] - used);
    });
    if (waits) sum += Math.max(0, idle);
  }
  return sum;
}
