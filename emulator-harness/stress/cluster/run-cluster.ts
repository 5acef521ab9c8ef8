// npx lendos stress cluster.json: the workload on machines of a cluster, while what the script says goes wrong.
//
// On each machine that runs the workload the scenario's own expectations are judged, as on one machine alone; the
// cluster's are judged from outside (judge.ts). A machine that is killed takes its workload with it.
import { buildImage } from "../../build/pipeline.ts";
import { writeWhole } from "../../build/files.ts";
import { heartbeatArchive } from "../../cluster/archive.ts";
import { Cluster } from "../../cluster/cluster.ts";
import { nodeNames } from "../../cluster/names.ts";
import { eventLine } from "../../cluster/snapshot.ts";
import { type CommandContext, UsageError } from "../../command.ts";
import type { Fault } from "../../switch/faults.ts";
import { compilePlan } from "../compile-plan.ts";
import type { Scenario } from "../file/scenario.ts";
import { htmlReport } from "../html/report.ts";
import { planName } from "../plan-name.ts";
import { runOf, type StressRun } from "../run-record.ts";
import { Judge, type Verdict } from "./judge.ts";

/** Between two looks whether everybody is done. */
const STEP_NS = 100e6;
/** After the last fault, and beyond what a workload was to take. */
const REST_NS = 10e9;

export interface NodeRun {
  node: string;
  run: StressRun;
  /** When it was killed with its workload. */
  killedNs: number | null;
}

export interface ClusterRun {
  nodes: NodeRun[];
  verdicts: Verdict[];
  trace: string;
  /** The worst of its parts, as of a run on one machine. */
  exitCode: number;
}

type Print = (atNs: number, node: string, text: string) => void;

/** Runs a scenario with a `cluster` and prints it -> exit code. */
export async function runCluster(
  file: string,
  scenario: Scenario,
  context: CommandContext,
): Promise<number> {
  for (const option of ["trace", "log", "planted", "picture", "memory", "clock", "timeout"]) {
    if (context.text(option) !== undefined) {
      throw new UsageError(`--${option} is for scenarios without a cluster`);
    }
  }
  const print: Print = (atNs, node, text) => {
    if (!context.json) console.log(eventLine(atNs, node, text));
  };
  const result = await clusterRun(file, scenario, print);
  const runs = result.nodes.filter(({ killedNs }) => killedNs === null).map(({ run }) => run);
  const page = context.text("report");
  if (page !== undefined) writeWhole(page, htmlReport(runs));
  if (context.json) console.log(JSON.stringify(result, null, 1));
  else console.log(`\n${tableOf(result)}`);
  if (result.exitCode !== 0)
    console.error(`replay: npx lendos stress ${file} --seed ${scenario.seed}`);
  return result.exitCode;
}

/** Boots the cluster, starts the workload on time, and runs until everybody is done and every fault was seen. */
export async function clusterRun(
  file: string,
  scenario: Scenario,
  print: Print,
): Promise<ClusterRun> {
  const settings = scenario.cluster!;
  const { nodes, memoryBytes, startNs, on } = settings;
  const plan = { name: planName(scenario.name), bytes: compilePlan(scenario) };
  const starts = on.map((node): Fault => {
    return { atNs: startNs, action: { kind: "type", node, text: `stress ${scenario.name}` } };
  });
  const faults = [...settings.script.faults, ...starts].sort((one, two) => one.atNs - two.atNs);
  const judge = new Judge(faults, nodeNames(nodes));
  const cluster = new Cluster({
    ...{ nodes, memoryBytes, seed: scenario.seed },
    ...{ image: await buildImage(), heartbeat: await heartbeatArchive([plan]) },
    script: { ...settings.script, faults },
    onLine: (atNs, node, text) => {
      judge.line(atNs, node, text.replace(/^lendos> /, ""));
      print(atNs, node, `| ${text}`);
    },
    onNote: (atNs, node, text) => print(atNs, node ?? "wire", text),
  });
  const leastNs = Math.max(startNs, (faults.at(-1)?.atNs ?? 0) + REST_NS);
  const mostNs = Math.max(leastNs, startNs + 2 * scenario.durationNs + REST_NS);
  const killed = (node: string) => killedNs(faults, node, startNs, cluster.nowNs);
  const isDone = (node: string) => killed(node) !== null || ended(cluster, node);
  while (cluster.nowNs < leastNs || (cluster.nowNs < mostNs && !on.every(isDone))) {
    await cluster.runUntil(cluster.nowNs + STEP_NS);
  }
  cluster.wire.verify();
  const runs = on.map((node) => {
    return { node, killedNs: killed(node), run: nodeRun(cluster, node, file) };
  });
  const verdicts = judge.verdicts(settings.expect, cluster.nowNs);
  return { nodes: runs, verdicts, trace: cluster.trace.hash, exitCode: exitOf(runs, verdicts) };
}

function records(cluster: Cluster, node: string): Record<string, unknown>[] {
  return cluster.nodes.find(({ name }) => name === node)?.machine?.console.records() ?? [];
}

function ended(cluster: Cluster, node: string): boolean {
  return records(cluster, node).some(({ stress }) => stress === "end");
}

function nodeRun(cluster: Cluster, node: string, file: string): StressRun {
  const run = runOf(`${file} on ${node}`, "v86", 0, records(cluster, node));
  const exitCode = run.end === null ? 3 : Math.min(1, run.end.failed);
  return { ...run, exitCode };
}

/** When a machine was killed with the workload on it. */
function killedNs(faults: Fault[], node: string, fromNs: number, nowNs: number): number | null {
  const kill = faults.find(
    ({ atNs, action }) =>
      action.kind === "kill" && action.node === node && atNs >= fromNs && atNs < nowNs,
  );
  return kill?.atNs ?? null;
}

function exitOf(nodes: NodeRun[], verdicts: Verdict[]): number {
  const codes = nodes.map(({ killedNs, run }) => (killedNs === null ? run.exitCode : 0));
  return Math.max(0, ...codes, ...verdicts.map(({ met }) => (met ? 0 : 1)));
}

export function tableOf({ nodes, verdicts, trace }: ClusterRun): string {
  const machines = nodes.map(({ node, killedNs, run }) => {
    if (killedNs !== null) return `${node.padEnd(14)}killed at ${(killedNs / 1e9).toFixed(3)} s`;
    if (run.end === null) return `${node.padEnd(14)}its workload did not come to its end`;
    const { expect, failed } = run.end;
    return `${node.padEnd(14)}${expect.length - failed} of ${expect.length} expectations met`;
  });
  const rows = verdicts.map(({ name, measured, most, met }) => {
    const number = Number.isFinite(measured)
      ? measured.toFixed(measured % 1 === 0 ? 0 : 1)
      : "never";
    return `${name.padEnd(14)}${number.padStart(8)}  at most ${`${most}`.padEnd(8)}${met ? "met" : "FAILED"}`;
  });
  return [...machines, ...rows, `trace ${trace}`].join("\n");
}
