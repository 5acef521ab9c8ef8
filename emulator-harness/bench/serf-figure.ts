// The model beside reality: real Serf agents on this machine, killed one after another, and as many simulated nodes.
import { setTimeout as sleep } from "node:timers/promises";
import { Profile } from "../../userland/heartbeat/abi.ts";
import { daemonModule } from "../simulation/daemon.ts";
import { spread } from "../simulation/figures.ts";
import { QUIET_NETWORK } from "../simulation/network.ts";
import { runSeed } from "../simulation/run.ts";
import { SerfAgent, serfMissing } from "../simulation/serf-agents.ts";
import { atMost, type Figure } from "./figure.ts";
import type { Effort } from "./section.ts";

const NAME = "cluster/model against real Serf";
const AGENTS = 8;
const PORT = 17946;
const KILLS = 15;
const KILLS_QUICK = 3;
const START_MS = 1000;
const SETTLE_MS = 6000;
const LATEST_MS = 30_000;
const LOOK_MS = 10;
const APART_PERCENT = 15;
const SIMULATED_SECONDS = 2000;
const SIMULATED_SEEDS = 8;

/** Both with Serf's LAN profile, without loss; the time from a kill to the first who says that it failed. */
export async function serfFigure(
  wanted: (name: string) => boolean,
  { rounds }: Effort,
  report: (figure: Figure) => void,
): Promise<void> {
  if (!wanted(NAME)) return;
  const unit = "% apart";
  const missing = serfMissing();
  if (missing !== null) return report({ name: NAME, value: null, unit, note: missing });
  const real = await realDetections(rounds < 10 ? KILLS_QUICK : KILLS);
  const simulated = await simulatedDetections();
  const [ours, theirs] = [spread(simulated).median, spread(real).median];
  report({
    ...{ name: NAME, value: Math.abs(ours / theirs - 1) * 100, unit, goal: atMost(APART_PERCENT) },
    beside:
      `median ${(theirs / 1000).toFixed(2)} s in ${real.length} kills of ${AGENTS} agents, ` +
      `${(ours / 1000).toFixed(2)} s in ${simulated.length} of the model`,
  });
}

async function simulatedDetections(): Promise<number[]> {
  const module = await daemonModule();
  const all: number[] = [];
  for (let seed = 1; seed <= SIMULATED_SEEDS; seed++) {
    const options = { nodes: AGENTS, seconds: SIMULATED_SECONDS, seed, profile: Profile.LAN };
    all.push(...runSeed(module, { ...options, network: QUIET_NETWORK, faults: "kills" }).first);
  }
  return all;
}

async function realDetections(kills: number): Promise<number[]> {
  const address = (index: number) => `127.0.0.${20 + index}`;
  const start = (index: number, join: number[]) => {
    const [name, joins] = [`a${index}`, join.map(address)];
    return new SerfAgent(name, address(index), PORT, joins, ["-log-level=info"]);
  };
  const agents = [start(0, [])];
  try {
    await sleep(START_MS);
    for (let index = 1; index < AGENTS; index++) agents.push(start(index, [0]));
    await sleep(SETTLE_MS);
    const found: number[] = [];
    for (let kill = 0; kill < kills; kill++) {
      const victim = kill % AGENTS;
      const others = agents.filter((_, index) => index !== victim);
      const marks = others.map(({ log }) => count(log, victim));
      // Another moment of everybody's interval of probing each time.
      await sleep(137 * (kill % 7));
      const from = performance.now();
      agents[victim].kill();
      while (!others.some(({ log }, index) => count(log, victim) > marks[index])) {
        if (performance.now() - from > LATEST_MS) throw new Error(`nobody misses a${victim}`);
        await sleep(LOOK_MS);
      }
      found.push(performance.now() - from);
      agents[victim] = start(victim, [(victim + 1) % AGENTS]);
      await sleep(SETTLE_MS);
    }
    return found;
  } finally {
    for (const agent of agents) agent.kill();
  }
}

const count = (log: string, index: number) => log.split(`EventMemberFailed: a${index} `).length - 1;
