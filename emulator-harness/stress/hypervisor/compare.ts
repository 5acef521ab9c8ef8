// Runs a scenario three ways, on one clock each, and judges the way that lends.
import { buildImage } from "../../build/pipeline.ts";
import type { Scenario } from "../file/scenario.ts";
import { type Print, runOnMachine } from "../run.ts";
import type { StressRun } from "../run-record.ts";
import { demandOf } from "./demand.ts";
import { SlicingHost } from "./host.ts";
import {
  type Measured,
  memoryOf,
  resultOf,
  type TenantResult,
  usedOf,
  type WayResult,
} from "./result.ts";
import { alone, sliced, type Tenant, tenantsOf, type Way } from "./ways.ts";

export interface Verdict {
  text: string;
  met: boolean;
}

export interface Comparison {
  file: string;
  scenario: Scenario;
  tenants: Tenant[];
  /** Nanoseconds that an ideal machine works, by epochs. */
  idealNs: number[];
  ways: WayResult[];
  verdicts: Verdict[];
  exitCode: number;
}

const EXIT_MISSED = 1;

export async function compare(file: string, scenario: Scenario, print: Print): Promise<Comparison> {
  const tenants = tenantsOf(scenario);
  const demand = demandOf(scenario, tenants);
  const measure: Record<Way, () => Promise<Measured>> = {
    machines: () => onMachines(file, scenario, tenants, print),
    slices: () => together(file, sliced(scenario, tenants), tenants, print, false),
    lending: () => together(file, { ...scenario, expects: [] }, tenants, print, true),
  };
  const ways: WayResult[] = [];
  for (const way of ["machines", "slices", "lending"] as const) {
    print(`-- ${TITLES[way]}`);
    ways.push(resultOf(way, scenario, tenants, demand, await measure[way]()));
  }
  const verdicts = judge(scenario, ways);
  const failed = Math.max(...ways.map(({ exitCode }) => exitCode));
  const exitCode = failed !== 0 ? failed : verdicts.every(({ met }) => met) ? 0 : EXIT_MISSED;
  const { idealNs } = demand;
  return { file, scenario, tenants, idealNs, ways, verdicts, exitCode };
}

export const TITLES: Record<Way, string> = {
  machines: "a machine per tenant",
  slices: "LendOS, slices",
  lending: "LendOS, lending",
};

/** One v86 machine per tenant, all on one host's processor. */
async function onMachines(
  file: string,
  scenario: Scenario,
  tenants: Tenant[],
  print: Print,
): Promise<Measured> {
  const shares = tenants.map(({ path, slicePpm }) => ({ name: path, ppm: slicePpm }));
  const { periodNs } = scenario.hypervisor!;
  // Once for all of them, which start together.
  await buildImage();
  const host = new SlicingHost(periodNs, scenario.durationNs, shares);
  const runs = await Promise.all(
    tenants.map((tenant) => {
      const settings = {
        ...{ clock: "virtual" as const, memoryBytes: tenant.memoryBytes, host },
        budget: budgetOf(scenario),
        onStart: (machine: Parameters<SlicingHost["admit"]>[1]) => host.admit(tenant.path, machine),
      };
      const named = (line: string) => print(`${tenant.path}  ${line}`);
      return runOnMachine(file, alone(scenario, tenant), settings, named);
    }),
  );
  return {
    exitCode: Math.max(...runs.map(({ exitCode }) => exitCode)),
    usedNs: tenants.map(({ path }) => Array.from(host.usedOf(path), (ns) => ns ?? 0)),
    tasks: runs.flatMap((run) => run.tasks ?? []),
    memory: runs.map((run) => memoryOf(run, 0)),
    idleNs: host.idleNs,
    waitingNs: host.idleWaitingNs,
  };
}

/** All tenants on one machine. Only without limits does the kernel know who waited while it idled. */
async function together(
  file: string,
  scenario: Scenario,
  tenants: Tenant[],
  print: Print,
  lends: boolean,
): Promise<Measured> {
  const { memoryBytes } = scenario.hypervisor!;
  const settings = { clock: "virtual" as const, memoryBytes, budget: budgetOf(scenario) };
  const run: StressRun = await runOnMachine(file, scenario, settings, print);
  return {
    exitCode: run.exitCode,
    usedNs: usedOf(run, tenants),
    tasks: run.tasks ?? [],
    memory: tenants.map(({ group }) => memoryOf(run, group)),
    idleNs: run.end?.idleNs ?? 0,
    waitingNs: lends ? (run.end?.idleWhileReadyNs ?? null) : null,
  };
}

function budgetOf({ durationNs }: Scenario): number {
  return 120e9 + 4 * durationNs;
}

/** What must hold of lending, whatever the file says, and what the file says. */
function judge(scenario: Scenario, ways: WayResult[]): Verdict[] {
  const [machines, slices, lending] = ways;
  const { expect } = scenario.hypervisor!;
  const verdicts: Verdict[] = [];
  const check = (text: string, met: boolean) => void verdicts.push({ text, met });
  for (const { way, exitCode } of ways) {
    if (exitCode !== 0)
      check(`${TITLES[way]}: every run comes to its end: code ${exitCode}`, false);
  }
  const waiting = lending.waitingNs / 1000;
  check(`lending: idle while somebody waits, at most 0 us: ${waiting}`, waiting === 0);
  lending.tenants.forEach((tenant, index) => {
    const own = Math.max(machines.tenants[index].doneNs, slices.tenants[index].doneNs);
    const text = `${tenant.path} does at least the work that it does in slices of its own`;
    check(`${text}: ${ms(tenant.doneNs)} of ${ms(own)} ms`, tenant.doneNs >= own);
  });
  const { servedPct } = expect;
  if (servedPct !== undefined) {
    const percent = 100 * lending.served;
    const text = `lending: served / min(demand, capacity), at least ${servedPct} %`;
    check(`${text}: ${percent.toFixed(3)}`, percent >= servedPct);
  }
  for (const [path, least] of Object.entries(expect.foundPct)) {
    const percent = 100 * foundPart(tenantAt(lending, path));
    const text = `lending: ${path} finds in its cache at least ${least} %: ${percent.toFixed(2)}`;
    check(text, percent >= least);
  }
  for (const [path, most] of Object.entries(expect.p99Ms)) {
    const milliseconds = tenantAt(lending, path).p99Ns / 1e6;
    const text = `lending: ${path} answers 99 of 100 within ${most} ms: ${milliseconds.toFixed(3)}`;
    check(text, milliseconds <= most);
  }
  return verdicts;
}

function tenantAt({ tenants }: WayResult, path: string): TenantResult {
  return tenants.find((tenant) => tenant.path === path)!;
}

/** Of the entries that had been in the cache when they were read again, those that were still there. */
export function foundPart({ hits, misses, firstReads }: TenantResult): number {
  const again = hits + misses - firstReads;
  return again === 0 ? 1 : hits / again;
}

function ms(ns: number): string {
  return (ns / 1e6).toFixed(0);
}
