// What tests of booted machines in a cluster share: a run, and what its machines printed.
import * as assert from "uvu/assert";
import { buildImage } from "../build/pipeline.ts";
import { readFaults } from "../switch/faults.ts";
import { heartbeatArchive } from "./archive.ts";
import { Cluster, type ClusterOptions } from "./cluster.ts";
import { nodeNames } from "./names.ts";
import { snapshotOf } from "./snapshot.ts";

export const MS = 1e6;
export const NODES = nodeNames(3);
const MEMORY_BYTES = 32 << 20;

export interface Line {
  atMs: number;
  node: string;
  text: string;
}

export async function clusterOf(seed: number, text: string, more: Partial<ClusterOptions> = {}) {
  const { nodes = 3 } = more;
  const script = readFaults("test.json", text, nodeNames(nodes));
  return new Cluster({
    ...{ image: await buildImage(), heartbeat: await heartbeatArchive() },
    ...{ nodes, memoryBytes: MEMORY_BYTES, seed, script },
    ...more,
  });
}

export async function run(
  seed: number,
  text: string,
  untilMs: number,
  more: Partial<ClusterOptions> = {},
) {
  const lines: Line[] = [];
  const cluster = await clusterOf(seed, text, {
    ...more,
    // What the daemon prints may stand behind a prompt.
    onLine: (atNs, node, line) =>
      lines.push({ atMs: atNs / MS, node, text: line.replace(/^lendos> /, "") }),
  });
  await cluster.runUntil(untilMs * MS);
  cluster.wire.verify();
  return { cluster, lines, snapshot: snapshotOf(cluster) };
}

/** The first line of a node that says that of another one, from a moment on. */
export function said(lines: Line[], node: string, what: string, fromMs = 0): Line {
  const found = lines.find(
    (line) =>
      line.node === node && line.atMs >= fromMs && line.text.startsWith(`heartbeat: ${what}`),
  );
  assert.ok(found, `${node} never said "${what}" after ${fromMs} ms`);
  return found!;
}

/** What `cluster members` printed on a node after a moment. */
export function membersOf(lines: Line[], node: string, fromMs: number): string[] {
  const rows = lines.filter((line) => line.node === node && line.atMs >= fromMs);
  return rows
    .map((line) => /^(n\d) (\S+):7946 (\w+), incarnation \d+$/.exec(line.text))
    .filter((match) => match !== null)
    .map(([, name, address, state]) => `${name} ${address} ${state}`)
    .sort();
}
