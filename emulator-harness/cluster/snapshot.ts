// One hash over everything that can be observed of a cluster: two runs are equal when their hashes are.
import { createHash } from "node:crypto";
import type { Cluster } from "./cluster.ts";
import type { ClusterNode } from "./node.ts";

export interface NodeReport {
  name: string;
  ip: string;
  state: string;
  boots: number;
  instructions: number;
  clockNs: number;
  framesSent: number;
  framesHanded: number;
  framesHeard: number;
}

/** Wire, consoles, counters, and of running machines their clocks, registers and whole memory. */
export function snapshotOf(cluster: Cluster): string {
  const hash = createHash("sha256");
  hash.update(cluster.trace.text);
  hash.update(JSON.stringify([cluster.nowNs, cluster.wire.underWay, cluster.wire.counters]));
  for (const node of cluster.nodes) {
    hash.update(JSON.stringify(reportOf(node)));
    hash.update(node.console);
    const { machine } = node;
    if (machine === null) continue;
    const { cpu } = machine;
    for (const part of [cpu.reg32, cpu.instruction_pointer, cpu.flags, cpu.cr]) {
      hash.update(new Uint8Array(part.buffer, part.byteOffset, part.byteLength));
    }
    hash.update(machine.readMemory(0, cpu.memory_size[0]));
  }
  return hash.digest("hex");
}

export function reportOf(node: ClusterNode): NodeReport {
  const { name, ip, state, boots, instructions, framesSent, framesHanded, framesHeard } = node;
  const clockNs = node.machine?.nanoseconds() ?? 0;
  const frames = { framesSent, framesHanded, framesHeard };
  return { name, ip, state, boots, instructions, clockNs, ...frames };
}

/** What happened, for people: seconds of the cluster's time, who, what. */
export function eventLine(atNs: number, node: string, text: string): string {
  return `${(atNs / 1e9).toFixed(6).padStart(11)}  ${node.padEnd(6)}${text}`;
}

/** The table at the end of a run. */
export function tableOf(cluster: Cluster): string {
  const head = ["node", "address", "state", "boots", "instructions", "clock s"];
  const rows = cluster.nodes
    .map(reportOf)
    .map((node) => [
      ...[
        node.name,
        node.ip,
        node.state,
        `${node.boots}`,
        node.instructions.toLocaleString("en-US"),
      ],
      (node.clockNs / 1e9).toFixed(6),
      ...[node.framesSent, node.framesHanded, node.framesHeard].map(String),
    ]);
  const all = [[...head, "sent", "handed over", "card was on"], ...rows];
  const widths = all[0].map((_, column) => Math.max(...all.map((row) => row[column].length)));
  const lines = all.map((row) =>
    row
      .map((cell, column) =>
        column < 3 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]),
      )
      .join("  "),
  );
  return [...lines, "", wireText(cluster)].join("\n");
}

function wireText({ wire }: Cluster): string {
  const { framesIn, forwarded, flooded, copies, duplicated, delivered } = wire.counters;
  const list = (counts: object) =>
    Object.entries(counts)
      .map(([reason, count]) => `${count} ${reason}`)
      .join(", ") || "none";
  const { refused, dropped } = wire.counters;
  return [
    `wire: ${framesIn} frames in, ${forwarded} forwarded (${flooded} to all), refused: ${list(refused)}`,
    `      ${copies} copies (${duplicated} twice), ${delivered} delivered, ${wire.underWay} under way,` +
      ` dropped: ${list(dropped)}`,
  ].join("\n");
}
