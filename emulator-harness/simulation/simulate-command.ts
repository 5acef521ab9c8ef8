// What `npx lendos simulate` takes and prints.
import { Profile } from "../../userland/heartbeat/abi.ts";
import { OwnerLimit } from "../../userland/heartbeat/owner/abi.ts";
import { type Command, type CommandContext, UsageError } from "../command.ts";
import { daemonModule } from "./daemon.ts";
import { readFaults } from "./faults.ts";
import { spread } from "./figures.ts";
import type { NetworkOptions } from "./network.ts";
import { mutantNamed, runPlanted } from "./planted-command.ts";
import { type RunOptions, type RunResult, runSeed } from "./run.ts";

const NODES_MAX = 8000;
const SECONDS_MAX = 1_000_000;

export const command: Command = {
  summary: "many nodes of the heartbeat daemon under virtual time: detection, false deaths, load",
  usage: "[planted bug...]",
  options: {
    nodes: { type: "string", help: "<number> how many (16)" },
    seconds: { type: "string", help: "<number> of virtual time (300)" },
    seed: { type: "string", help: "<a..b> one seed or several (1)" },
    loss: { type: "string", help: "<percent> of all datagrams (0)" },
    duplicates: { type: "string", help: "<per mille> of all datagrams (0)" },
    delay: { type: "string", help: "<a..b> milliseconds, drawn for each datagram (0.1..1)" },
    faults: {
      type: "string",
      help: "<file.json|kills|random|links|owners|none> what goes wrong (kills)",
    },
    late: { type: "string", help: "<per mille> of all datagrams come up to 5 s late (0)" },
    groups: { type: "string", help: "<number> groups that have one owner (0)" },
    voters: { type: "string", help: "<number> nodes that decide who owns (3, with --groups)" },
    witnesses: { type: "string", help: "<number> of the voters that run no group (0)" },
    profile: { type: "string", help: "<lan|own> Serf's timing, or a LendOS cluster's (own)" },
    fence: { type: "boolean", help: "new owners have their predecessors destroyed" },
    hidden: {
      type: "boolean",
      help: "with owners: clocks set back while their machine stands still",
    },
    all: { type: "boolean", help: "go on after a broken promise, and count them" },
    planted: { type: "boolean", help: "every planted bug, or those named, must be found" },
    mutant: { type: "string", help: "<name> run the daemon with this planted bug" },
  },
  run: simulate,
};

async function simulate(context: CommandContext): Promise<number> {
  if (context.flag("planted")) return runPlanted(context.positionals);
  if (context.positionals.length > 0) {
    throw new UsageError(`"${context.positionals[0]}": names of planted bugs go with --planted`);
  }
  const nodes = between(context.integer("nodes", 16), 2, NODES_MAX, "--nodes");
  const options = {
    nodes,
    seconds: between(context.integer("seconds", 300), 5, SECONDS_MAX, "--seconds"),
    profile: profileOf(context.text("profile") ?? "own"),
    network: networkOf(context),
    faults: faultsOf(context.text("faults") ?? "kills", nodes),
    ...ownersOf(context, nodes),
  };
  const seeds = rangeOf(context.text("seed") ?? "1", "--seed");
  const mutant = context.text("mutant");
  const module = await daemonModule(mutant === undefined ? undefined : mutantNamed(mutant));
  const results: RunResult[] = [];
  for (let seed = seeds.first; seed <= seeds.last; seed++) {
    const result = runSeed(module, { ...options, seed });
    results.push(result);
    progress(context.json, seed - seeds.first + 1, seeds.last - seeds.first + 1);
    if (result.found === null) continue;
    if (!context.json) {
      console.log(`seed ${seed}: ${result.found}`);
      console.log(`  replay: npx lendos simulate ${replayWords(context, seed)}`);
    }
    if (!context.flag("all")) break;
  }
  if (context.json) console.log(JSON.stringify(results));
  else for (const line of lines(options, results)) console.log(line);
  return results.some(({ found }) => found !== null) ? 1 : 0;
}

/** A line each half minute: ten thousand seeds take a while. */
function progress(silent: boolean, done: number, all: number): void {
  if (silent || performance.now() < progressAt) return;
  progressAt = performance.now() + 30_000;
  if (done > 1) console.error(`  ${done} of ${all} seeds`);
}

let progressAt = 0;

function replayWords(context: CommandContext, seed: number): string {
  const given = Object.keys(command.options).filter(
    (name) => !["seed", "planted", "all", "fence", "hidden"].includes(name),
  );
  const words = given.flatMap((name) => {
    const value = context.text(name);
    return value === undefined ? [] : [`--${name} ${value}`];
  });
  const flags = ["fence", "hidden"].filter((name) => context.flag(name)).map((name) => `--${name}`);
  return [...words, ...flags, `--seed ${seed}`].join(" ");
}

function lines(options: Omit<RunOptions, "seed">, results: RunResult[]): string[] {
  const sum = (pick: (one: RunResult) => number) =>
    results.reduce((all, one) => all + pick(one), 0);
  const nodeHours = sum(({ nodeSeconds }) => nodeSeconds) / 3600;
  const seconds = sum(({ milliseconds }) => milliseconds) / 1000;
  const first = results.flatMap((one) => one.first);
  const all = results.flatMap((one) => one.all);
  const rate = (value: number) => (value / Math.max(nodeHours, 1e-9)).toFixed(4);
  const traces = results.map(({ seed, trace }) => `${seed} ${trace}`);
  const broken = results.filter(({ found }) => found !== null).map(({ seed }) => seed);
  const dead = sum(({ falselyDead }) => falselyDead);
  return [
    `${options.nodes} nodes, ${results.length} seeds, ${nodeHours.toFixed(2)} node-hours`,
    `detection    ${spreadText(first)} (first to say so, ${first.length} kills)`,
    `             ${spreadText(all)} (everybody knows)`,
    `promises     ${broken.length} of ${results.length} seeds broke one ${broken.slice(0, 8).join(" ")}`,
    `false deaths ${dead} living nodes declared dead, ${rate(dead)} per node-hour`,
    ...ownerLines(results),
    `idle load    ${(sum(({ idlePackets }) => idlePackets) / results.length).toFixed(2)} packets/s, ` +
      `${(sum(({ idleBytes }) => idleBytes) / results.length).toFixed(0)} bytes/s of frames per node`,
    `speed        ${Math.round(sum(({ nodeSeconds }) => nodeSeconds) / seconds)} node-seconds per second, ` +
      `${Math.round(sum(({ idleSpeed }) => idleSpeed) / results.length)} before the first fault`,
    `traces       ${traces.slice(0, 4).join(", ")}${traces.length > 4 ? ", ..." : ""}`,
  ];
}

function ownerLines(results: RunResult[]): string[] {
  const gained = results.reduce((all, one) => all + one.gained, 0);
  if (gained === 0) return [];
  const gaps = results.flatMap((one) => one.ownerless);
  return [`owners       ${gained} gained; without one: ${spreadText(gaps)}`];
}

function spreadText(values: number[]): string {
  if (values.length === 0) return "none";
  const { median, p99, max } = spread(values);
  const text = (value: number) => `${(value / 1000).toFixed(2)} s`;
  return `median ${text(median)}, p99 ${text(p99)}, max ${text(max)}`;
}

function between(value: number, least: number, most: number, name: string): number {
  if (value >= least && value <= most) return value;
  throw new UsageError(`${name} is from ${least} to ${most}, not ${value}`);
}

function profileOf(text: string): Profile {
  if (text === "lan") return Profile.LAN;
  if (text === "own") return Profile.OWN;
  throw new UsageError(`--profile lan or own, not "${text}"`);
}

function networkOf(context: CommandContext): NetworkOptions {
  const lossPercent = Number(context.text("loss") ?? "0");
  if (!(lossPercent >= 0 && lossPercent <= 100)) throw new UsageError("--loss is from 0 to 100");
  const duplicatePerMille = between(context.integer("duplicates", 0), 0, 1000, "--duplicates");
  const match = /^([\d.]+)\.\.([\d.]+)$/.exec(context.text("delay") ?? "0.1..1");
  const [delayLeastMs, delayMostMs] = match ? [Number(match[1]), Number(match[2])] : [1, 0];
  if (!(delayLeastMs >= 0 && delayMostMs >= delayLeastMs)) {
    throw new UsageError("--delay is two milliseconds, such as 0.1..1");
  }
  const latePerMille = between(context.integer("late", 0), 0, 1000, "--late");
  return { lossPercent, duplicatePerMille, delayLeastMs, delayMostMs, latePerMille };
}

function ownersOf(context: CommandContext, nodes: number) {
  const groups = between(context.integer("groups", 0), 0, OwnerLimit.GROUPS, "--groups");
  if (groups === 0) return {};
  const most = Math.min(nodes, OwnerLimit.VOTERS);
  const voters = between(context.integer("voters", Math.min(3, most)), 1, most, "--voters");
  const more = { fence: context.flag("fence"), hidden: context.flag("hidden") };
  return {
    groups,
    ...more,
    voters,
    witnesses: between(context.integer("witnesses", 0), 0, voters, "--witnesses"),
  };
}

function faultsOf(text: string, nodes: number): RunOptions["faults"] {
  const plans = ["none", "kills", "random", "links", "owners"] as const;
  const plan = plans.find((one) => one === text);
  if (plan) return plan;
  return readFaults(text, nodes);
}

/** `3` or `0..99`. */
export function rangeOf(text: string, name: string): { first: number; last: number } {
  const match = /^(\d+)(?:\.\.(\d+))?$/.exec(text);
  const first = Number(match?.[1]);
  const last = Number(match?.[2] ?? match?.[1]);
  if (match && last >= first) return { first, last };
  throw new UsageError(`${name} takes a number or a..b, not "${text}"`);
}
