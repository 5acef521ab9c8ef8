// The daemon under virtual time: how soon a death is noticed, who is wrongly declared dead, what an idle node costs.
import { Profile } from "../../userland/heartbeat/abi.ts";
import { daemonModule } from "../simulation/daemon.ts";
import { spread } from "../simulation/figures.ts";
import { QUIET_NETWORK } from "../simulation/network.ts";
import { type RunOptions, type RunResult, runSeed } from "../simulation/run.ts";
import { atLeast, atMost, type Figure } from "./figure.ts";
import type { Effort } from "./section.ts";

const NODES = 16;
const KILLS_SECONDS = 2000;
const HOUR_SECONDS = 3600;
const GOAL = {
  ownMedian: 2.8,
  ownP99: 4,
  lanMedian: 6.5,
  lanMax: 10.4,
  packets: 2.2,
  bytes: 300,
  evenPercent: 10,
  speed: 20_000,
  ownerless: 5,
};

type Wanted = (name: string) => boolean;
type Report = (figure: Figure) => void;

/** Every figure of this file that is wanted. */
export async function membershipFigures(wanted: Wanted, { rounds }: Effort, report: Report) {
  const module = await daemonModule();
  const seeds = rounds < 10 ? 2 : 8;
  for (const loss of [0, 5, 10]) detection(module, loss, seeds, wanted, report);
  lan(module, seeds, wanted, report);
  falseDeaths(module, seeds, wanted, report);
  idle(module, wanted, report);
  ownerless(module, seeds, wanted, report);
}

function runs(module: WebAssembly.Module, seeds: number, options: Partial<RunOptions>) {
  const results: RunResult[] = [];
  for (let seed = 1; seed <= seeds; seed++) {
    const result = runSeed(module, {
      ...{ nodes: NODES, seconds: KILLS_SECONDS, seed, profile: Profile.OWN },
      ...{ network: QUIET_NETWORK, faults: "kills" as const, ...options },
    });
    if (result.found !== null) throw new Error(`seed ${seed}: ${result.found}`);
    results.push(result);
  }
  return results;
}

function detection(
  module: WebAssembly.Module,
  loss: number,
  seeds: number,
  wanted: Wanted,
  report: Report,
): void {
  const names = ["median", "p99"].map((what) => `cluster/detection ${what}, ${loss} % loss`);
  if (!names.some(wanted)) return;
  const network = { ...QUIET_NETWORK, lossPercent: loss };
  const first = runs(module, seeds, { network }).flatMap((one) => one.first);
  const { median, p99, max } = spread(first);
  const beside = `${first.length} kills among ${NODES} nodes, own profile`;
  const rows = [
    { name: names[0], value: median / 1000, goal: atMost(GOAL.ownMedian), beside },
    { name: names[1], value: p99 / 1000, goal: atMost(GOAL.ownP99), beside: `max ${max / 1000} s` },
  ];
  for (const row of rows) if (wanted(row.name)) report({ ...row, unit: "s" });
}

function lan(module: WebAssembly.Module, seeds: number, wanted: Wanted, report: Report): void {
  const name = "cluster/detection, Serf's LAN profile";
  if (!wanted(name)) return;
  const first = runs(module, seeds, { profile: Profile.LAN }).flatMap((one) => one.first);
  const { median, p99, max } = spread(first);
  const text = `p99 ${p99 / 1000} s, max ${max / 1000} s (goal ${GOAL.lanMax}), ${first.length} kills`;
  report({ name, value: median / 1000, unit: "s", goal: atMost(GOAL.lanMedian), beside: text });
}

function falseDeaths(
  module: WebAssembly.Module,
  seeds: number,
  wanted: Wanted,
  report: Report,
): void {
  for (const [loss, goal] of [
    [5, 0],
    [10, 0.02],
  ]) {
    const name = `cluster/false deaths per node-hour, ${loss} % loss`;
    if (!wanted(name)) continue;
    const network = { ...QUIET_NETWORK, lossPercent: loss };
    const results = runs(module, seeds * 2, { network, seconds: HOUR_SECONDS, faults: "none" });
    const hours = results.reduce((sum, one) => sum + one.nodeSeconds, 0) / HOUR_SECONDS;
    const dead = results.reduce((sum, one) => sum + one.falselyDead, 0);
    const beside = `${dead} in ${Math.round(hours)} virtual node-hours`;
    report({ name, value: dead / hours, unit: "", goal: atMost(goal), beside });
  }
}

/** Packets and bytes of a node, which must not depend on how many there are; and the simulator's speed. */
function idle(module: WebAssembly.Module, wanted: Wanted, report: Report): void {
  const names = {
    packets: "cluster/idle packets per node and second",
    bytes: "cluster/idle bytes per node and second",
    even: "cluster/idle load, largest against smallest",
    speed: "cluster/simulated nodes, 1,000",
  };
  if (!Object.values(names).some(wanted)) return;
  const sizes = [3, 16, 100, 1000];
  const results = sizes.map((nodes) => {
    const options = { nodes, seconds: 120, profile: Profile.LAN, faults: "none" as const };
    return runs(module, 1, options)[0];
  });
  const row = (what: (one: RunResult) => number, digits: number) =>
    results.map((one, index) => `${sizes[index]}: ${what(one).toFixed(digits)}`).join(", ");
  const packets = results.map((one) => one.idlePackets);
  const bytes = results.map((one) => one.idleBytes);
  const uneven = (Math.max(...packets) / Math.min(...packets) - 1) * 100;
  const rows: Figure[] = [
    {
      ...{ name: names.packets, value: Math.max(...packets), unit: "", goal: atMost(GOAL.packets) },
      beside: row((one) => one.idlePackets, 2),
    },
    {
      ...{ name: names.bytes, value: Math.max(...bytes), unit: "", goal: atMost(GOAL.bytes) },
      beside: `${row((one) => one.idleBytes, 0)}, frames with their headers`,
    },
    { name: names.even, value: uneven, unit: "% apart", goal: atMost(GOAL.evenPercent) },
    {
      ...{ name: names.speed, value: results[3].idleSpeed, unit: "node-seconds/s" },
      ...{ goal: atLeast(GOAL.speed), beside: "without faults, one thread" },
    },
  ];
  for (const one of rows) if (wanted(one.name)) report(one);
}

/** How long a group has no owner when machines die one after another. */
function ownerless(
  module: WebAssembly.Module,
  seeds: number,
  wanted: Wanted,
  report: Report,
): void {
  const name = "cluster/group without an owner after a kill, p99";
  if (!wanted(name)) return;
  const options = { nodes: 5, groups: 2, voters: 3, faults: "kills" as const };
  const gaps = runs(module, seeds * 2, options).flatMap((one) => one.ownerless);
  const { median, p99, max } = spread(gaps);
  const [middle, most] = [median, max].map((ms) => (ms / 1000).toFixed(2));
  const beside = `median ${middle} s, max ${most} s, ${gaps.length} times`;
  report({ name, value: p99 / 1000, unit: "s", goal: atMost(GOAL.ownerless), beside });
}
