// Attacks from the wire, booted: floods cost the network's account and not the victim's; a lie about an address.
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Cluster } from "../cluster/cluster.ts";
import { note } from "../test/support.ts";
import { FLOODS, type Flood, spoofedArp } from "./floods.ts";
import { attacked } from "./network-machines.ts";

const MS = 1e6;
/** With the look before it two epochs of the scheduler, whose books are closed once in each. */
const SPAN_MS = 185;
const LOOK_MS = 15;
const EPOCH_NS = 100e6;
/** More frames than the card takes: at 50 in a millisecond its ring of 13 KiB is full at every look. */
const FRAMES_PER_MS = 50;
const ATTACKER_PORT = 1;
/** The victim's group has weight 100 and the network's 10: a flood may take an eleventh, however many frames come. */
const LEAST = 0.9;

/** Milliseconds that each group has used so far, by its name, and the machine's time. */
async function used(cluster: Cluster): Promise<Map<string, number>> {
  const text = await cluster.typed("n1", "groups", LOOK_MS);
  const rows = text.split("\n").filter((row) => /^ *\d+ +(-|\d+) +[\d.]+ /.test(row));
  return new Map(
    rows.map((row) => {
      const words = row.trim().split(/\s+/);
      return [words.at(-1)!, Number(words[8])];
    }),
  );
}

/** What the victim and the network got of the machine's time meanwhile. */
async function shares(cluster: Cluster, flood: Flood | null) {
  // A third of an epoch after its begin, by when the books of the one before are closed.
  await cluster.runUntil(Math.ceil(cluster.nowNs / EPOCH_NS) * EPOCH_NS + EPOCH_NS / 3);
  const before = await used(cluster);
  const end = cluster.nowNs + SPAN_MS * MS;
  for (let number = 0; cluster.nowNs < end; ) {
    for (let i = 0; flood && i < FRAMES_PER_MS; i++) {
      cluster.wire.send(ATTACKER_PORT, flood.frame(number++), cluster.nowNs);
    }
    await cluster.runUntil(cluster.nowNs + MS);
  }
  const after = await used(cluster);
  const of = (name: string) =>
    ((after.get(name) ?? 0) - (before.get(name) ?? 0)) / (SPAN_MS + LOOK_MS);
  return { victim: of("net-victim"), network: of("network") };
}

test("no flood takes from a computing group more than the network's account has", async () => {
  const { cluster } = await attacked(2);
  await cluster.typed("n1", "run net-victim &", 30);
  const quiet = await shares(cluster, null);
  assert.ok(
    quiet.victim > 0.9,
    `the victim has ${quiet.victim} of the machine while nothing happens`,
  );
  const rows = [`nothing: victim ${percent(quiet.victim)}, network ${percent(quiet.network)}`];
  for (const flood of FLOODS) {
    const { victim, network } = await shares(cluster, flood);
    rows.push(`${flood.name}: victim ${percent(victim)}, network ${percent(network)}`);
    assert.ok(victim >= LEAST, rows.join("\n"));
    assert.ok(
      network > quiet.network,
      `${flood.name} did not reach the service:\n${rows.join("\n")}`,
    );
    // The backlog of the latest flood is nobody's any more when the next one begins.
    await cluster.runUntil(cluster.nowNs + 20 * MS);
  }
  note(rows.join("\n"));
  note(await cluster.typed("n1", "run net-narrow counters", 100));
  // The machine still answers and asks.
  const ping = await cluster.typed("n2", "run ping 10.0.0.1", 3000);
  assert.match(ping, /10\.0\.0\.1/);
  assert.not.match(ping, /no answer|timed out/i);
  assert.is(cluster.nodes[0].state, "on");
});

const percent = (share: number) => `${(share * 100).toFixed(1)} %`;

test("a lie about a neighbour's address is over when the neighbour speaks", async () => {
  const { cluster } = await attacked(2);
  await cluster.typed("n1", "run ping 10.0.0.2 1", 200);
  cluster.wire.send(ATTACKER_PORT, spoofedArp(), cluster.nowNs);
  await cluster.runUntil(cluster.nowNs + 5 * MS);
  // n2 speaks to n1, whose table follows whoever spoke last: ARP has no proof of anything.
  await cluster.typed("n2", "run ping 10.0.0.1 1", 500);
  const text = await cluster.typed("n1", "run ping 10.0.0.2 1", 1500);
  assert.match(text, /10\.0\.0\.2/);
  assert.not.match(text, /no answer|timed out/i);
});

test.run();
