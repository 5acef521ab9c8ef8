// Machines for attacks on the network: the attacker under the names of its blocks, a victim that computes, the wire.
import { readFileSync } from "node:fs";
import { writeArchive } from "../../boot/archive.ts";
import { buildImage, testProgram } from "../build/pipeline.ts";
import { Cluster } from "../cluster/cluster.ts";
import { rootPath } from "../paths.ts";
import { NO_FAULTS } from "../switch/faults.ts";
import { summaryOf } from "../switch/frame.ts";
import { NETWORK_POLICY } from "./list/network.ts";

const BOOT_NS = 20e6;
const MEMORY_BYTES = 32 << 20;

/** Booted machines n1.. and, growing, what was put on the wire. */
export async function attacked(nodes: number): Promise<{ cluster: Cluster; sent: string[] }> {
  const policy = readFileSync(rootPath("boot", "policy.txt"), "utf8") + NETWORK_POLICY;
  const { bytes } = await testProgram("attack-network");
  const victim = await testProgram("spin");
  const attackers = ["net-none", "net-narrow", "net-holder", "net-thief"];
  const archive = writeArchive([
    { name: "etc/policy", bytes: new TextEncoder().encode(policy) },
    ...attackers.map((name) => ({ name: `bin/${name}.elf`, bytes })),
    { name: "bin/net-victim.elf", bytes: victim.bytes },
  ]).bytes;
  const sent: string[] = [];
  const cluster = new Cluster({
    ...{ image: await buildImage(), heartbeat: archive, join: [], voters: [] },
    ...{ nodes, memoryBytes: MEMORY_BYTES, seed: 1, script: NO_FAULTS },
    onWire: (event) => {
      if (event.kind === "in") sent.push(summaryOf(event.frame));
    },
  });
  await cluster.runUntil(BOOT_NS);
  return { cluster, sent };
}
