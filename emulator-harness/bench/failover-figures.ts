// Whole machines: how long nobody answers when an owner is destroyed, and what the programs of the cluster hold.
import { buildImage } from "../build/pipeline.ts";
import { heartbeatArchive } from "../cluster/archive.ts";
import { Cluster } from "../cluster/cluster.ts";
import { NO_FAULTS } from "../switch/faults.ts";
import { spread } from "../simulation/figures.ts";
import { atMost, type Figure } from "./figure.ts";
import type { Effort } from "./section.ts";

const MS = 1e6;
const MEMORY_BYTES = 32 << 20;
const NAMES = ["n1", "n2", "n3"];
const FAILOVER_SECONDS = 5;
const MEMORY_KIB = 2048;

/** Every figure of this file that is wanted. */
export async function failoverFigures(
  wanted: (name: string) => boolean,
  { rounds }: Effort,
  report: (figure: Figure) => void,
): Promise<void> {
  const [silence, memory] = [
    "cluster/nobody answers after a kill",
    "cluster/memory of daemon, stack and driver",
  ];
  if (!wanted(silence) && !wanted(memory)) return;
  const seconds: number[] = [];
  let kib: string | null = null;
  for (let seed = 1; seed <= (rounds < 10 ? 1 : 5); seed++) {
    const { cluster, owner, client } = await owned(seed);
    if (seed === 1) kib = await heldBy(cluster, client);
    if (wanted(silence)) seconds.push(await silenceAfterKill(cluster, owner, client));
  }
  const { median, max } = spread(seconds);
  if (wanted(silence)) {
    const beside = `median ${median.toFixed(2)} s, ${seconds.length} clusters of 3 v86 machines`;
    const row = { name: silence, value: max, unit: "s", goal: atMost(FAILOVER_SECONDS) };
    report({ ...row, beside, note: "asked every 50 ms" });
  }
  if (wanted(memory)) {
    const value = kib === null ? null : kib.split("+").reduce((sum, one) => sum + Number(one), 0);
    const row = { name: memory, value, unit: "KiB", goal: atMost(MEMORY_KIB) };
    report({ ...row, beside: kib === null ? "" : `${kib} as the groups' books have it` });
  }
}

/** Three machines of which one runs the group. */
async function owned(seed: number) {
  const cluster = new Cluster({
    ...{ image: await buildImage(), heartbeat: await heartbeatArchive() },
    ...{ nodes: 3, memoryBytes: MEMORY_BYTES, seed, script: NO_FAULTS },
  });
  await cluster.runUntil(4500 * MS);
  const owner = cluster.nodes.find(({ console }) => console.includes("group answer runs here"));
  if (owner === undefined) throw new Error("nobody owns the group after 4.5 s");
  return { cluster, owner: owner.name, client: NAMES.find((name) => name !== owner.name)! };
}

/** The longest silence that a client heard while the owner was destroyed, in seconds. */
async function silenceAfterKill(cluster: Cluster, owner: string, client: string): Promise<number> {
  const addresses = NAMES.map((name) => `10.0.0.${name[1]}`).join(" ");
  await cluster.act({ kind: "type", node: client, text: `run ask 10 ${addresses}` });
  await cluster.runUntil(cluster.nowNs + 1000 * MS);
  await cluster.act({ kind: "kill", node: owner });
  await cluster.runUntil(cluster.nowNs + 9500 * MS);
  const { console } = cluster.nodes.find(({ name }) => name === client)!;
  const found = /longest silence ([\d.]+) s/.exec(console);
  if (found === null || !/answers: /.test(console)) throw new Error(`${client} says: ${console}`);
  return Number(found[1]);
}

/** KiB of the accounts of heartbeat and network, as `a+b`; null when `groups` does not list them. */
async function heldBy(cluster: Cluster, node: string): Promise<string | null> {
  const text = await cluster.typed(node, "groups", 20);
  const kib = ["heartbeat", "network"].map((name) => {
    const row = text.split("\n").find((line) => line.trim().endsWith(` ${name}`));
    return row?.trim().split(/\s+/)[6];
  });
  return kib.every((one) => one !== undefined) ? kib.join("+") : null;
}
