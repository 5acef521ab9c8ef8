// The daemon beside real Serf agents on loopback addresses, by UDP alone.
//
// Needs Debian's package `serf`; without it the test is skipped, with that reason.
import { createSocket } from "node:dgram";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { EventKind, MemberState, Profile } from "../../userland/heartbeat/abi.ts";
import { skip } from "../test/support.ts";
import { RealNode } from "./real-node.ts";
import { SerfAgent, serfMissing } from "./serf-agents.ts";

const PORT = 17_946;
const FIRST = "127.0.0.41";
const SECOND = "127.0.0.42";
const OURS = "127.0.0.49";
const missing = serfMissing();
const test = suite("serf");

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Waits until it is so, at most this long. */
async function until(what: string, seconds: number, holds: () => Promise<boolean> | boolean) {
  const end = performance.now() + seconds * 1000;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`not within ${seconds} s: ${what}`);
    await wait(200);
  }
}

async function ours(
  name: string,
  more: Partial<Parameters<typeof RealNode.start>[0]> = {},
  seed = FIRST,
) {
  const meta = Uint8Array.from([
    0xff,
    0x81,
    0xa4,
    ...Buffer.from("role"),
    0xa6,
    ...Buffer.from("lendos"),
  ]);
  const incarnation = Math.floor(Date.now() / 1000);
  const options = {
    name,
    address: OURS,
    port: PORT,
    incarnation,
    seed: 5,
    profile: Profile.LAN,
    meta,
  };
  const node = await RealNode.start({ ...options, ...more }, [seed]);
  nodes.push(node);
  return node;
}

const nodes: RealNode[] = [];
const agents: SerfAgent[] = [];

async function twoAgents(): Promise<SerfAgent[]> {
  agents.push(new SerfAgent("s1", FIRST, PORT, []));
  await until(
    "the first agent answers",
    10,
    async () => (await agents[0].statusOf("s1")) === "alive",
  );
  agents.push(new SerfAgent("s2", SECOND, PORT, [FIRST]));
  await until(
    "the agents know each other",
    10,
    async () => (await agents[0].statusOf("s2")) === "alive",
  );
  return agents;
}

/** Leaves, and the agent says so and not that it failed. */
async function leaves(agent: SerfAgent, node: RealNode): Promise<void> {
  node.leave();
  const name = node.daemon.member(0).name;
  await until("left, not failed", 6, async () => (await agent.statusOf(name)) === "left");
  // The farewell is heard a step before the node that said it is done.
  await until("the node is done", 5, () => node.has(EventKind.GONE));
}

/** The bytes that one of our own nodes would say of another: a forged claim. */
function forged(target: string, incarnation: number, kind: "suspect" | "dead") {
  const type = kind === "suspect" ? 3 : 5;
  const number = Buffer.alloc(4);
  number.writeUInt32BE(incarnation);
  const text = (value: string) => [0xa0 | value.length, ...Buffer.from(value)];
  return Uint8Array.from([
    type,
    0x83,
    ...text("From"),
    ...text("s2"),
    ...text("Incarnation"),
    0xce,
    ...number,
    ...text("Node"),
    ...text(target),
  ]);
}

test("joins by UDP, answers queries, refutes, sees a kill, restarts, leaves", async () => {
  if (missing) skip(missing);
  const [one, two] = await twoAgents();
  const node = await ours("lendos");
  for (const agent of [one, two]) {
    await until("listed alive", 5, async () => (await agent.statusOf("lendos")) === "alive");
  }
  const member = (await one.members()).find(({ name }) => name === "lendos");
  assert.equal(member?.tags, { role: "lendos" });
  await until("knows both", 10, () => node.daemon.exports.active() === 3);
  const answer = await two.query("alive");
  assert.ok(answer.Acks?.includes("lendos"));
  assert.is(answer.Responses?.lendos, "3");
  const filtered = await two.query("tags", ["-tag=role=lendos"]);
  assert.equal(filtered.Acks, ["lendos"]);
  assert.is(filtered.Responses?.lendos, "role=lendos\n");
  assert.equal((await two.query("tags", ["-node=s1"])).Acks, ["s1"]);

  // Claims that are not true: refuted, with a greater incarnation.
  const socket = createSocket("udp4");
  for (const kind of ["suspect", "dead"] as const) {
    const before = node.daemon.member(0).incarnation;
    for (const address of [FIRST, SECOND, OURS]) {
      socket.send(forged("lendos", before, kind), PORT, address);
    }
    await until(`refuted ${kind}`, 5, () => node.daemon.member(0).incarnation > before);
    await until("alive again", 8, async () => {
      const states = [await one.statusOf("lendos"), await two.statusOf("lendos")];
      return states.every((state) => state === "alive");
    });
  }
  socket.close();

  // An agent is killed: our node says so in the same band as the other agent.
  two.kill();
  await until("we notice", 12, () => node.daemon.find("s2")?.state === MemberState.DEAD);
  await until("the agent notices", 4, async () => (await one.statusOf("s2")) === "failed");
  assert.is(await one.statusOf("lendos"), "alive");

  // A crash and a restart within the time in which the dead are remembered.
  node.kill();
  await until(
    "the agent notices the crash",
    15,
    async () => (await one.statusOf("lendos")) === "failed",
  );
  const again = await ours("lendos");
  await until("alive after the restart", 8, async () => (await one.statusOf("lendos")) === "alive");

  await leaves(one, again);
  // In its third life its agent remembers an intent to leave, and takes in only a later one.
  again.kill();
  const third = await ours("lendos");
  await until("alive once more", 8, async () => (await one.statusOf("lendos")) === "alive");
  await leaves(one, third);
});

test("who leaves right after its start has left as well", async () => {
  if (missing) skip(missing);
  const node = await ours("short", { address: "127.0.0.45" });
  await leaves(agents[0], node);
});

test("is a member of an encrypted cluster with the key, and of none without", async () => {
  if (missing) skip(missing);
  const key = Uint8Array.from({ length: 32 }, (_, index) => index * 7 + 1);
  const words = [`-encrypt=${Buffer.from(key).toString("base64")}`];
  const agent = new SerfAgent("e1", "127.0.0.43", PORT, [], words);
  agents.push(agent);
  await until("the agent answers", 10, async () => (await agent.statusOf("e1")) === "alive");
  const start = (name: string, address: string, keys: Uint8Array[]) =>
    ours(name, { address, keys }, "127.0.0.43");
  const other = Uint8Array.from({ length: 32 }, () => 9);
  await start("stranger", "127.0.0.47", []);
  await start("wrong", "127.0.0.46", [other]);
  const node = await start("sealed", "127.0.0.48", [key, other]);
  await until("listed alive", 5, async () => (await agent.statusOf("sealed")) === "alive");
  await until("knows the agent", 10, () => node.daemon.find("e1")?.state === MemberState.ALIVE);
  await wait(8000);
  assert.is(await agent.statusOf("sealed"), "alive");
  assert.is(await agent.statusOf("stranger"), "unknown");
  assert.is(await agent.statusOf("wrong"), "unknown");
  assert.is(node.daemon.find("e1")?.state, MemberState.ALIVE);
});

test.after(() => {
  for (const agent of agents) agent.kill();
  // An open socket of a test that failed would keep the process for ever.
  for (const node of nodes) node.kill();
});

test.run();
