// Groups of booted machines: what is cut off or stood still does not answer, and nobody starts before it stopped.
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { ClusterOptions } from "./cluster.ts";
import { clusterOf, type Line, MS, membersOf, NODES, run, said } from "./observed.ts";

const ASK = "run ask 12 10.0.0.1 10.0.0.2 10.0.0.3";
const LOST = "group answer is not this machine's any more";

/** Who answered, in order, with the epoch's number. */
function answers(lines: Line[]): string[] {
  return lines
    .map(({ text }) => /10\.0\.0\.\d answers: (\d) epoch \d+\.(\d+)/.exec(text))
    .filter((match) => match !== null)
    .map(([, node]) => `n${node}`);
}

function lastSilence(lines: Line[]): number {
  const text = lines.find((line) => /longest silence/.test(line.text))?.text ?? "";
  return Number(/longest silence ([\d.]+) s/.exec(text)?.[1]);
}

/** Nobody's group runs while another machine's does: from `runs here` to `not this machine's`, or to a kill. */
function neverTwo(lines: Line[], ends: { node: string; atMs: number }[] = []): void {
  const spans = lines
    .filter(({ text }) => text.startsWith("heartbeat: group answer runs here"))
    .map(({ node, atMs }) => {
      const lost = lines.find(
        (line) => line.node === node && line.atMs > atMs && /is not this machine's/.test(line.text),
      );
      const end = ends.find((one) => one.node === node && one.atMs > atMs);
      return { node, from: atMs, to: Math.min(lost?.atMs ?? 1e9, end?.atMs ?? 1e9) };
    });
  for (const [index, span] of spans.slice(1).entries()) {
    assert.ok(span.from >= spans[index].to, JSON.stringify(spans));
  }
}

/** A cluster in which somebody owns the group, and one of the others asks for it. */
async function owned(seed: number, more: Partial<ClusterOptions> = {}) {
  const lines: Line[] = [];
  const cluster = await clusterOf(seed, "{}", {
    ...more,
    onLine: (atNs, node, text) =>
      lines.push({ atMs: atNs / MS, node, text: text.replace(/^lendos> /, "") }),
  });
  await cluster.runUntil(4500 * MS);
  const owner = lines.find(({ text }) => /group answer runs here/.test(text))?.node;
  assert.ok(owner, "nobody owns the group after 4.5 s");
  const [client, third] = NODES.filter((name) => name !== owner);
  await cluster.act({ kind: "type", node: client, text: ASK });
  await cluster.runUntil(5000 * MS);
  return { cluster, lines, owner: owner!, client, third };
}

test("an owner that is cut off stops before another one starts", async () => {
  const { cluster, lines, owner, client, third } = await owned(1);
  const others = [client, third];
  const ways = [
    { from: [owner], to: others },
    { from: others, to: [owner] },
  ];
  await cluster.act({ kind: "cut", name: 1, ways });
  await cluster.runUntil(11_000 * MS);
  await cluster.act({ kind: "heal", name: 1 });
  await cluster.runUntil(17_500 * MS);
  said(lines, owner, LOST, 5000);
  const heard = answers(lines);
  assert.is(heard.length, 2, heard.join(" "));
  assert.is(heard[0], owner);
  assert.is.not(heard[1], owner);
  assert.ok(lastSilence(lines) <= 5, `${lastSilence(lines)} s`);
  neverTwo(lines);
  // It came back into the cluster and left the group where it is.
  said(lines, client, `${owner} 10.0.0.${owner[1]} is alive again`, 11_000);
});

test("an owner that stood still sends nothing when it wakes, and owns nothing", async () => {
  const { cluster, lines, owner } = await owned(2);
  await cluster.act({ kind: "pause", node: owner });
  await cluster.runUntil(10_000 * MS);
  await cluster.act({ kind: "resume", node: owner });
  await cluster.runUntil(17_500 * MS);
  const lost = said(lines, owner, LOST, 10_000);
  assert.ok(lost.atMs < 10_300, `${lost.atMs} ms`);
  const heard = answers(lines);
  assert.is(heard.length, 2, heard.join(" "));
  assert.is(heard[0], owner);
  assert.is.not(heard[1], owner);
});

test("two voters without a witness say so; the loss of one stops the group", async () => {
  const faults = [
    { at_ms: 5000, kill: "n1" },
    { at_ms: 9000, type: "n2", text: "cluster why answer" },
  ];
  const { lines } = await run(1, JSON.stringify({ faults }), 9500, { nodes: 2 });
  said(lines, "n2", "two voters survive the loss of none; a witness as the third one");
  const running = lines.filter(({ atMs, text }) => atMs > 8000 && /answer runs here/.test(text));
  assert.equal(running, []);
  const why = lines.filter(({ node, atMs }) => node === "n2" && atMs >= 9000);
  assert.ok(
    why.some(({ text }) => /a third one, a witness, is missing/.test(text)),
    why.map(({ text }) => text).join("\n"),
  );
});

test("with a key a stranger sees nobody, is seen by nobody and owns nothing", async () => {
  const more = { nodes: 4, key: "00112233445566778899aabbccddeeff", strangers: ["n4"] };
  const faults = [
    { at_ms: 4500, type: "n1", text: "cluster members" },
    { at_ms: 4600, type: "n4", text: "cluster members" },
    { at_ms: 4700, type: "n4", text: "cluster why answer" },
  ];
  const { lines } = await run(1, JSON.stringify({ faults }), 5000, more);
  assert.equal(membersOf(lines, "n1", 4500), [
    "n1 10.0.0.1 alive",
    "n2 10.0.0.2 alive",
    "n3 10.0.0.3 alive",
  ]);
  assert.equal(membersOf(lines, "n4", 4600), ["n4 10.0.0.4 alive"]);
  const running = lines.filter(({ text }) => /answer runs here/.test(text));
  assert.is(running.length, 1);
  assert.is.not(running[0].node, "n4");
  // The key is on the command line; it is nowhere on a console.
  assert.not.ok(lines.some(({ text }) => text.includes("00112233")));
});

test("with a fence a machine that stands still is destroyed before its group starts elsewhere", async () => {
  const { cluster, lines, owner } = await owned(4, { fence: true });
  await cluster.act({ kind: "pause", node: owner });
  await cluster.runUntil(12_000 * MS);
  assert.is(cluster.nodes.find(({ name }) => name === owner)!.state, "off");
  const again = lines.filter(
    ({ node, atMs, text }) => node !== owner && atMs > 5000 && /answer runs here/.test(text),
  );
  assert.is(again.length, 1);
  const destroyed = cluster.trace.lines.find((line) => /destroyed for its successor/.test(line))!;
  assert.ok(Number(destroyed.split(" ")[0]) / MS <= again[0].atMs, destroyed);
  const heard = answers(lines);
  assert.is(heard.length, 2, heard.join(" "));
});

test("a bad key is refused, and the machine goes on", async () => {
  const { lines, cluster } = await run(1, "{}", 1500, { nodes: 1, key: "0011" });
  said(lines, "n1", "key= takes one to four keys");
  assert.is(cluster.nodes[0].state, "on");
});

test("who leaves stops its group first, and another one has it at once", async () => {
  const { cluster, lines, owner, client } = await owned(3);
  await cluster.act({ kind: "type", node: owner, text: "cluster leave" });
  await cluster.runUntil(17_500 * MS);
  const lost = said(lines, owner, LOST, 5000);
  assert.ok(lost.atMs < 5200, `${lost.atMs} ms`);
  const again = lines.filter(
    ({ node, atMs, text }) => node !== owner && atMs > 5000 && /answer runs here/.test(text),
  );
  assert.is(again.length, 1);
  // The farewell comes a second after the intent to leave; nobody waits for a lease to run out.
  assert.ok(again[0].atMs < 7500, `${again[0].atMs} ms`);
  neverTwo(lines);
  said(lines, client, `${owner} 10.0.0.${owner[1]} has left`, 5000);
});

test.run();
