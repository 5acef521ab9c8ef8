// Machines on one wire: cards that talk, faults that happen when they should, and equal runs.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { buildImage } from "../build/pipeline.ts";
import { CARD_GUEST, SPIN_GUEST } from "../machine/guest.ts";
import { type FaultScript, readFaults } from "../switch/faults.ts";
import { PcapWriter, readPcap } from "../switch/pcap.ts";
import { Cluster, type ClusterOptions, SLICE_NS } from "./cluster.ts";
import { reportOf, snapshotOf } from "./snapshot.ts";

const MS = 1e6;
const NODES = ["n1", "n2", "n3"];

function clusterOf(image: Uint8Array, script: string, options: Partial<ClusterOptions> = {}) {
  const read: FaultScript = readFaults("test.json", script, NODES);
  const memoryBytes = 16 << 20;
  return new Cluster({ image, nodes: 3, memoryBytes, seed: 1, script: read, ...options });
}

test("a card's broadcast reaches the others' cards, and the capture shows it", async () => {
  let pcap: PcapWriter | null = null;
  const cluster = clusterOf(CARD_GUEST, "{}", { onWire: (event) => pcap!.wire(event) });
  pcap = new PcapWriter(cluster.portNames);
  await cluster.runUntil(3 * MS);
  for (const node of cluster.nodes) assert.is(node.console, "card\nr\nr\n");
  cluster.wire.verify();
  assert.is(cluster.wire.counters.delivered, 6);
  const [first] = cluster.trace.lines.filter((line) => / > n1 /.test(line));
  assert.match(first, /^\d+ > n1 #1 60 text "hello"$/);
  const inbound = readPcap(pcap.bytes()).filter(({ direction }) => direction === "in");
  assert.equal(inbound.map((one) => one.interface).sort(), ["n1", "n1", "n2", "n2", "n3", "n3"]);
  // Handed over when it had arrived, and at most one slice later.
  const sent = Number(first.split(" ")[0]);
  const got = cluster.trace.lines.filter((line) => / < n[23] #1$/.test(line));
  for (const line of got) {
    const late = Number(line.split(" ")[0]) - sent - 100_000;
    assert.ok(late >= 0 && late <= SLICE_NS, `${late} ns late`);
  }
});

test("who is cut off hears nothing, and who is switched on later missed it", async () => {
  const cut = clusterOf(
    CARD_GUEST,
    '{ "faults": [{ "at_ms": 0, "partition": [["n1"], ["n2", "n3"]] }] }',
  );
  await cut.runUntil(3 * MS);
  assert.equal(
    cut.nodes.map((node) => node.console),
    ["card\n", "card\nr\n", "card\nr\n"],
  );
  assert.equal(cut.wire.counters.dropped, { partition: 4 });
  const late = clusterOf(CARD_GUEST, '{ "nodes": { "n3": { "offset_ms": 2 } } }');
  await late.runUntil(5 * MS);
  assert.equal(
    late.nodes.map((node) => node.console),
    ["card\nr\nr\n", "card\nr\nr\n", "card\n"],
  );
  assert.equal(late.wire.counters.dropped, { down: 2 });
});

test("clocks drift, a slow node does less, a paused one nothing, and neither clock loses time", async () => {
  const script = `{ "nodes": { "n1": { "drift_ppm": 20000 } }, "faults": [
    { "at_ms": 10, "slow": "n2", "factor": 4, "for_ms": 20 },
    { "at_ms": 10, "pause": "n3", "for_ms": 15 } ] }`;
  const cluster = clusterOf(SPIN_GUEST, script);
  await cluster.runUntil(40 * MS);
  const [fast, slow, paused] = cluster.nodes.map(reportOf);
  const near = (value: number, wanted: number) =>
    assert.ok(Math.abs(value - wanted) < 0.6 * MS, `${value} instead of ${wanted}`);
  near(fast.instructions, 40.8 * MS);
  near(slow.instructions, 20 * MS + 5 * MS);
  near(paused.instructions, 25 * MS);
  near(fast.clockNs, 40.8 * MS);
  near(slow.clockNs, 40 * MS);
  near(paused.clockNs, 40 * MS);
});

const FAULTS = `{
  "link": { "jitter_us": 300, "loss_pct": 10 },
  "nodes": { "n2": { "drift_ppm": 100, "offset_ms": 3 } },
  "faults": [
    { "at_ms": 100, "kill": "n1", "for_ms": 200 }, { "at_ms": 150, "pause": "n2", "for_ms": 50 },
    { "at_ms": 180, "frame": "n3", "text": "to all" }, { "at_ms": 310, "frame": "n3", "text": "again" },
    { "at_ms": 200, "slow": "n3", "factor": 3 }, { "at_ms": 350, "type": "n3", "text": "halt" } ] }`;

test("LendOS boots, is killed and boots again; two runs are equal, another seed is not", async () => {
  const image = await buildImage();
  const run = async (seed: number) => {
    const notes: string[] = [];
    const cluster = clusterOf(image, FAULTS, {
      ...{ seed, command: "groups" },
      onNote: (atNs, node, text) =>
        notes.push(`${(atNs / MS).toFixed(3)} ${node ?? "wire"} ${text}`),
    });
    await cluster.runUntil(500 * MS);
    cluster.wire.verify();
    return { cluster, notes, snapshot: snapshotOf(cluster) };
  };
  const [one, again, other] = [await run(1), await run(1), await run(2)];
  const said = one.notes.map((note) => note.replace(/^\S+ /, ""));
  assert.equal(
    said.filter((note) => !note.endsWith("prompt")),
    [
      ...["n1 boots", "n3 boots", "n2 boots", "n1 killed", "n2 paused", "n2 resumed"],
      ...["n3 slow by 3", "n1 boots again (2)", 'n3 typed "halt"', "n3 ended with code 0 (exit)"],
    ],
  );
  assert.is(said.filter((note) => note.endsWith("is at its prompt")).length, 4);
  const [first, second, third] = one.cluster.nodes;
  assert.is(first.console.match(/lendos> groups/g)!.length, 2);
  assert.is(second.console.match(/lendos> groups/g)!.length, 1);
  assert.equal([first.state, second.state, third.state], ["on", "on", "off"]);
  assert.equal(again.notes, one.notes);
  assert.is(again.snapshot, one.snapshot);
  assert.is(again.cluster.trace.text, one.cluster.trace.text);
  assert.is.not(other.snapshot, one.snapshot);
});

test.run();
