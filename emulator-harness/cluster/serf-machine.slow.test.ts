// A LendOS machine among real Serf agents: v86 on the host's clock, a TAP device, agents in a network namespace.
//
// Needs root, /dev/net/tun, python3, iproute2 and Debian's package `serf`; says so and is skipped without them.
// SERF_MINUTES=10 npx lendos test serf-machine.slow    watches for ten minutes instead of twenty seconds
import { execFile, execFileSync } from "node:child_process";
import { promisify } from "node:util";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { buildImage } from "../build/pipeline.ts";
import { SerfAgent, serfMissing } from "../simulation/serf-agents.ts";
import { readFaults } from "../switch/faults.ts";
import { Tap, tapMissing } from "../switch/tap.ts";
import { skip } from "../test/support.ts";
import { heartbeatArchive } from "./archive.ts";
import { Cluster } from "./cluster.ts";
import { runPaced } from "./paced.ts";

const PORT = 7946;
const DEVICE = "lendos1";
const AGENTS = ["10.0.0.101", "10.0.0.102", "10.0.0.103"];
const MACHINE = "10.0.0.1";
/** Each way between the machine and the agents. */
const LOSS_PERCENT = 5;
const WATCH_MS = Number(process.env.SERF_MINUTES ?? 1 / 3) * 60_000;
const LOOK_MS = 1000;
const MEMORY_BYTES = 32 << 20;
/** First bytes of memberlist's messages. */
const SUSPECT = 3;
const DEAD = 5;

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Waits until it is so, at most this long. */
async function until(what: string, seconds: number, holds: () => Promise<boolean> | boolean) {
  const end = performance.now() + seconds * 1000;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`not within ${seconds} s: ${what}`);
    await wait(100);
  }
}

/** One machine, n1, whose wire leads to Linux. */
async function machineOn(tap: Tap): Promise<Cluster> {
  const link = { delay_us: 200, loss_pct: LOSS_PERCENT };
  return new Cluster({
    ...{ image: await buildImage(), heartbeat: await heartbeatArchive() },
    ...{ nodes: 1, memoryBytes: MEMORY_BYTES, seed: 1, join: AGENTS, outside: [tap] },
    script: readFaults("serf-machine.json", JSON.stringify({ link }), ["n1"]),
  });
}

/** Everything that happens in the namespace of the TAP device. */
function namespaceOf(tap: Tap) {
  const wrap = ["nsenter", "-t", `${tap.pid}`, "-n"];
  const inside = (...words: string[]) =>
    execFileSync(wrap[0], [...wrap.slice(1), ...words], { encoding: "utf8", stdio: "pipe" });
  inside("ip", "link", "set", "lo", "up");
  for (const address of AGENTS) inside("ip", "addr", "add", `${address}/24`, "dev", DEVICE);
  inside("ip", "link", "set", DEVICE, "up");
  return { wrap, inside };
}

type Inside = ReturnType<typeof namespaceOf>["inside"];

/** A suspicion or a death that is not true, sent to the agents and the machine. */
function forge(inside: Inside, type: number, incarnation: number): void {
  const text = (value: string) => [0xa0 | value.length, ...Buffer.from(value)];
  const number = Buffer.alloc(4);
  number.writeUInt32BE(incarnation);
  const fields = [...text("From"), ...text("s2"), ...text("Incarnation"), 0xce, ...number];
  const bytes = Buffer.from([type, 0x83, ...fields, ...text("Node"), ...text("n1")]);
  const targets = JSON.stringify([...AGENTS, MACHINE]);
  const program = `import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for a in ${targets}: s.sendto(bytes.fromhex("${bytes.toString("hex")}"), (a, ${PORT}))`;
  // More than once: a datagram may be lost.
  for (let i = 0; i < 3; i++) inside("python3", "-c", program);
}

const refutations = (cluster: Cluster): number =>
  cluster.nodes[0].console.split("doubted that this node is alive; refuted").length - 1;

async function everybodySays(agents: SerfAgent[], status: string): Promise<boolean> {
  const all = await Promise.all(agents.map((agent) => agent.statusOf("n1")));
  return all.every((one) => one === status);
}

async function leaves(cluster: Cluster, agents: SerfAgent[]): Promise<void> {
  await cluster.act({ kind: "type", node: "n1", text: "cluster leave" });
  await until("left, not failed", 20, () => everybodySays(agents, "left"));
}

/** Looks once a second; every look must find the machine alive at every agent. */
async function watch(agents: SerfAgent[]): Promise<void> {
  const end = performance.now() + WATCH_MS;
  let looks = 0;
  while (performance.now() < end) {
    for (const agent of agents) {
      assert.is(await agent.statusOf("n1"), "alive", `${agent.address}, look ${looks}`);
    }
    looks++;
    await wait(LOOK_MS);
  }
  console.log(`  # ${looks} looks in ${Math.round(WATCH_MS / 1000)} s at ${LOSS_PERCENT} % loss`);
}

test("alive at three agents under loss: answers, refutes, pings, crashes, comes again, leaves", async () => {
  const missing = serfMissing() ?? tapMissing();
  if (missing !== null) skip(missing);
  const tap = await Tap.open(DEVICE, ["unshare", "-n"]).catch((error: Error) =>
    skip(error.message),
  );
  const agents: SerfAgent[] = [];
  let over = false;
  let running: Promise<void> = Promise.resolve();
  try {
    const { wrap, inside } = namespaceOf(tap);
    for (const [index, address] of AGENTS.entries()) {
      agents.push(new SerfAgent(`s${index + 1}`, address, PORT, AGENTS.slice(0, index), [], wrap));
      const last = agents[index];
      await until(
        "an agent starts",
        10,
        async () => (await last.members().catch(() => [])).length > index,
      );
    }
    const cluster = await machineOn(tap);
    running = runPaced(cluster, Number.POSITIVE_INFINITY, () => over);
    await until("alive at all agents", 20, () => everybodySays(agents, "alive"));
    await watch(agents);

    await until("answers a query", 20, async () => {
      const { Acks, Responses } = await agents[1].query("alive");
      return (Acks ?? []).includes("n1") && Responses?.n1 !== undefined;
    });
    let incarnation = 0;
    for (const type of [SUSPECT, DEAD]) {
      const before = refutations(cluster);
      // Not below the machine's own, or nobody would believe it; and not so far ahead of its clock that its next start
      // would be below what the agents remember: by UDP alone nobody tells it.
      incarnation = Math.max(incarnation + 1, Math.floor(cluster.nowNs / 1e9));
      forge(inside, type, incarnation);
      await until("refuted", 10, () => refutations(cluster) > before);
      await until("alive after it", 15, () => everybodySays(agents, "alive"));
    }

    // The wire loses, so one answer of ten is enough: what is shown is that both ways work.
    // The machine runs in this process: who waits for its answer must not hold the process up.
    const ping = ["sh", "-c", `ping -c 10 -i 0.2 -W 1 ${MACHINE} || true`];
    const { stdout } = await promisify(execFile)(wrap[0], [...wrap.slice(1), ...ping]);
    assert.match(stdout, /bytes from 10\.0\.0\.1/);
    await cluster.act({ kind: "type", node: "n1", text: `run ping ${AGENTS[0]}` });
    await until("Linux answers the machine", 20, () =>
      cluster.nodes[0].console.includes(`${AGENTS[0]} answers in `),
    );

    await cluster.act({ kind: "kill", node: "n1" });
    await until("failed at the agents", 30, () => everybodySays(agents, "failed"));
    await cluster.act({ kind: "restart", node: "n1" });
    await until("alive after the restart", 30, () => everybodySays(agents, "alive"));

    await leaves(cluster, agents);
    // The agents remember an intent to leave by now, and take in only a later one.
    await cluster.act({ kind: "kill", node: "n1" });
    await cluster.act({ kind: "restart", node: "n1" });
    await until("alive for the third time", 30, () => everybodySays(agents, "alive"));
    await leaves(cluster, agents);
  } finally {
    over = true;
    await running;
    for (const agent of agents) agent.kill();
    tap.close();
  }
});

test.run();
