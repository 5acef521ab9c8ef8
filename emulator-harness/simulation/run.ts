// One seed from its beginning to its end, with the figures and the promise that it broke, if any.
import type { Profile } from "../../userland/heartbeat/abi.ts";
import { UsageError } from "../command.ts";
import { Random } from "../fuzz/random.ts";
import type { Daemon, Happening } from "./daemon.ts";
import { type Fault, killsInTurn, QUIET_MS, randomFaults, SETTLE_MS } from "./faults.ts";
import { Figures } from "./figures.ts";
import type { NetworkOptions } from "./network.ts";
import { ownerFaults } from "./owner-faults.ts";
import { Owners } from "./owners.ts";
import { Promises } from "./promises.ts";
import type { Watcher } from "./watcher.ts";
import { type SimulatedNode, World } from "./world.ts";

/** Views of more nodes than this are not compared after every call: the tables would be as large as the nodes'. */
const PROMISES_NODES_MAX = 256;
/** A network slower than a probe waits is none on which nobody may be doubted. */
const PROMISES_DELAY_MS = 20;

export interface RunOptions {
  nodes: number;
  seconds: number;
  seed: number;
  profile: Profile;
  network: NetworkOptions;
  /** A list, or who draws one from the seed. */
  faults: Fault[] | "none" | "kills" | "random" | "links" | "owners";
  groups?: number;
  voters?: number;
  witnesses?: number;
  fence?: boolean;
  /** Clocks are also set back while their machine stands still, which no clock can notice. */
  hidden?: boolean;
}

export interface RunResult {
  seed: number;
  trace: string;
  found: string | null;
  first: number[];
  all: number[];
  falseDeaths: number;
  falselyDead: number;
  /** How often a group got an owner, and milliseconds in which each had none after its first one. */
  gained: number;
  ownerless: number[];
  packets: number;
  bytes: number;
  /** Packets and bytes in the time before the first fault, per node and second. */
  idlePackets: number;
  idleBytes: number;
  /** Node-seconds of virtual time in a second of ours, in the same part of the run. */
  idleSpeed: number;
  nodeSeconds: number;
  milliseconds: number;
}

export function runSeed(module: WebAssembly.Module, options: RunOptions): RunResult {
  const started = performance.now();
  const until = options.seconds * 1000;
  const figures = new Figures();
  const fast = options.network.delayMostMs <= PROMISES_DELAY_MS;
  const promises = fast && options.nodes <= PROMISES_NODES_MAX ? new Promises() : null;
  const faults = faultsOf(options, until);
  const owning = (options.groups ?? 0) > 0 ? new Owners() : null;
  const watcher = new All([figures, ...(promises ? [promises] : []), ...(owning ? [owning] : [])]);
  const world = new World(module, { ...options, faults }, watcher);
  const idleUntil = Math.min(until, faults[0]?.at ?? until);
  // The first part, in which the nodes meet, is not idle.
  const idleFrom = Math.max(idleUntil / 2, Math.min(settleMs(options.nodes), idleUntil - 1000));
  world.run(idleFrom);
  const before = { packets: world.packets, bytes: world.bytes };
  const idleStarted = performance.now();
  world.run(idleUntil);
  const idleSeconds = (performance.now() - idleStarted) / 1000;
  const idleNodeSeconds = ((idleUntil - idleFrom) / 1000) * options.nodes;
  const idlePackets = (world.packets - before.packets) / idleNodeSeconds;
  const idleBytes = (world.bytes - before.bytes) / idleNodeSeconds;
  world.run(until);
  promises?.end();
  owning?.end();
  return {
    seed: options.seed,
    trace: (world.trace >>> 0).toString(16).padStart(8, "0"),
    found: watcher.found,
    first: figures.first,
    all: figures.all,
    falseDeaths: figures.falseDeaths,
    falselyDead: figures.falselyDead,
    gained: owning?.gained ?? 0,
    ownerless: owning?.ownerless ?? [],
    packets: world.packets,
    bytes: world.bytes,
    idlePackets,
    idleBytes,
    idleSpeed: idleNodeSeconds / idleSeconds,
    nodeSeconds: (world.now / 1000) * options.nodes,
    milliseconds: performance.now() - started,
  };
}

/** So long until the joining of everybody has been passed on. */
export function settleMs(nodes: number): number {
  return SETTLE_MS + nodes * 60;
}

function faultsOf(
  { faults, nodes, voters = 0, seed, hidden = false }: RunOptions,
  until: number,
): Fault[] {
  if (Array.isArray(faults)) return faults;
  if (faults === "none") return [];
  const random = new Random(seed, 3);
  const enough = SETTLE_MS + QUIET_MS + 20_000;
  if (faults === "random" || faults === "owners") {
    if (until < enough)
      throw new UsageError(`${faults} faults need --seconds ${enough / 1000} or more`);
    if (faults === "owners") return ownerFaults(random, nodes, voters, until, hidden);
    return randomFaults(random, nodes, until);
  }
  if (faults === "links") return linkFaults(random, nodes, until);
  return killsInTurn(random, nodes, settleMs(nodes), until);
}

/** Links between two, cut one after another: nobody may even be suspected. */
function linkFaults(random: Random, nodes: number, until: number): Fault[] {
  const faults: Fault[] = [];
  for (let at = SETTLE_MS; at < until - QUIET_MS - 10_000; at += 10_000) {
    const one = random.below(nodes);
    const other = (one + 1 + random.below(nodes - 1)) % nodes;
    faults.push({ at, kind: "link", nodes: [one, other], ms: 9000, value: 0 });
  }
  return faults;
}

/** Several watchers as one. */
class All implements Watcher {
  readonly #each: Watcher[];

  constructor(each: Watcher[]) {
    this.#each = each;
  }

  get found(): string | null {
    for (const { found } of this.#each) if (found !== null) return found;
    return null;
  }

  begin(world: World): void {
    for (const one of this.#each) one.begin(world);
  }

  started(node: SimulatedNode, daemon: Daemon): void {
    for (const one of this.#each) one.started(node, daemon);
  }

  killed(node: SimulatedNode): void {
    for (const one of this.#each) one.killed(node);
  }

  leaving(node: SimulatedNode): void {
    for (const one of this.#each) one.leaving(node);
  }

  sent(node: SimulatedNode, target: number, bytes: Uint8Array): void {
    for (const one of this.#each) one.sent(node, target, bytes);
  }

  before(node: SimulatedNode): void {
    for (const one of this.#each) one.before?.(node);
  }

  after(
    node: SimulatedNode,
    daemon: Daemon,
    happenings: Happening[],
    input: Uint8Array | null,
  ): void {
    for (const one of this.#each) one.after(node, daemon, happenings, input);
  }
}
