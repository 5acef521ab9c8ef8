// The cluster's numbers; here how many seconds of whole machines one second of the host's processor buys.
import { buildImage } from "../build/pipeline.ts";
import { Cluster } from "../cluster/cluster.ts";
import { NO_FAULTS } from "../switch/faults.ts";
import { failoverFigures } from "./failover-figures.ts";
import { membershipFigures } from "./membership-figures.ts";
import { serfFigure } from "./serf-figure.ts";
import type { Section } from "./section.ts";

const NODES = 3;
const BOOT_NS = 1e9;
const IDLE_NS = 60e9;
const MEMORY_BYTES = 32 << 20;

export const clusterSection: Section = {
  name: "cluster",
  title:
    "the cluster: membership and ownership under virtual time, and whole v86 machines on one switch",
  async measure(wanted, effort, report) {
    await membershipFigures(wanted, effort, report);
    await failoverFigures(wanted, effort, report);
    await serfFigure(wanted, effort, report);
    if (!wanted("cluster/idle nodes")) return;
    const script = NO_FAULTS;
    const image = await buildImage();
    const cluster = new Cluster({
      image,
      nodes: NODES,
      memoryBytes: MEMORY_BYTES,
      seed: 1,
      script,
    });
    await cluster.runUntil(BOOT_NS);
    const before = cluster.nodes.map(({ instructions }) => instructions);
    const start = process.cpuUsage();
    await cluster.runUntil(BOOT_NS + IDLE_NS);
    const { user, system } = process.cpuUsage(start);
    const seconds = (user + system) / 1e6;
    const ran = cluster.nodes.map(({ instructions }, node) => instructions - before[node]);
    const each = Math.round(ran.reduce((sum, one) => sum + one, 0) / NODES / (IDLE_NS / 1e9));
    report({
      name: "cluster/idle nodes",
      value: (NODES * IDLE_NS) / 1e9 / seconds,
      unit: "node-seconds/s",
      beside: `${NODES} nodes at their prompt for ${IDLE_NS / 1e9} s`,
      note: `${each.toLocaleString("en-US")} instructions per node and second`,
    });
    for (const { state, name } of cluster.nodes) {
      if (state !== "on") throw new Error(`${name} ended`);
    }
  },
};
