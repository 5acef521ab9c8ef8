// Looks for every planted bug: plans of faults in turn, seed by seed, until a promise breaks.
import { Profile } from "../../userland/heartbeat/abi.ts";
import { UsageError } from "../command.ts";
import { daemonModule } from "./daemon.ts";
import { MUTANTS, type Planted } from "./mutants.ts";
import { type NetworkOptions, QUIET_NETWORK } from "./network.ts";
import { type RunOptions, runSeed } from "./run.ts";

export const PLANTED_SEEDS = 1000;
const NODES = 12;
const SECONDS = 200;

export interface Hunt {
  seed: number;
  found: string;
  replay: string;
}

export function mutantNamed(name: string): Planted {
  const mutant = MUTANTS.find((one) => one.name === name);
  if (mutant) return mutant;
  const names = MUTANTS.map((one) => one.name).join(", ");
  throw new UsageError(`there is no planted bug "${name}"; there are: ${names}`);
}

/** What a seed of the hunt runs; the shipped daemon keeps every promise in the same runs. */
export function huntOptions(seed: number): RunOptions {
  const faults = seed % 2 === 0 ? "random" : "links";
  const network = QUIET_NETWORK;
  return { nodes: NODES, seconds: SECONDS, seed, profile: Profile.OWN, network, faults };
}

/** A quiet network, a lossy one on which some come late, and a slow one, in turn. */
const NETWORKS: NetworkOptions[] = [
  QUIET_NETWORK,
  { ...QUIET_NETWORK, lossPercent: 3, latePerMille: 30 },
  { ...QUIET_NETWORK, delayLeastMs: 20, delayMostMs: 300 },
];

export function ownerOptions(seed: number): RunOptions {
  const network = NETWORKS[Math.floor(seed / 3) % NETWORKS.length];
  const sizes = [
    { nodes: 3, voters: 3 },
    { nodes: 5, voters: 3 },
    { nodes: 5, voters: 5 },
  ];
  const size = sizes[seed % sizes.length];
  const same = {
    seconds: SECONDS,
    seed,
    profile: Profile.OWN,
    groups: 2,
    faults: "owners" as const,
  };
  return { ...size, ...same, network };
}

/** The first seed that finds the bug, or null. */
export async function hunt(mutant: Planted): Promise<Hunt | null> {
  const module = await daemonModule(mutant);
  for (let seed = 0; seed < PLANTED_SEEDS; seed++) {
    const options = mutant.owners ? ownerOptions(seed) : huntOptions(seed);
    const { found } = runSeed(module, options);
    if (found === null) continue;
    return { seed, found, replay: `npx lendos simulate --mutant ${mutant.name} ${words(options)}` };
  }
  return null;
}

/** The run as options of the command. */
export function words({
  nodes,
  seconds,
  faults,
  seed,
  network,
  groups,
  voters,
}: RunOptions): string {
  const owning = groups === undefined ? "" : ` --groups ${groups} --voters ${voters}`;
  const lossy = network.lossPercent > 0 ? ` --loss ${network.lossPercent}` : "";
  const slow =
    network.delayMostMs > 1 ? ` --delay ${network.delayLeastMs}..${network.delayMostMs}` : "";
  const late = network.latePerMille ? ` --late ${network.latePerMille}` : "";
  return `--nodes ${nodes} --seconds ${seconds} --faults ${faults}${owning}${lossy}${late}${slow} --seed ${seed}`;
}

export async function runPlanted(names: string[]): Promise<number> {
  const mutants = names.length > 0 ? names.map(mutantNamed) : MUTANTS;
  let missed = 0;
  for (const mutant of mutants) {
    const result = await hunt(mutant);
    if (result === null) missed += 1;
    const where = result === null ? "NOT FOUND" : `seed ${result.seed}: ${result.found}`;
    console.log(`${mutant.name.padEnd(32)} ${where}`);
    if (result !== null) console.log(`  replay: ${result.replay}`);
  }
  console.log(`${mutants.length - missed} of ${mutants.length} planted bugs found`);
  return missed > 0 ? 1 : 0;
}
