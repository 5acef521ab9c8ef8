// The heartbeat in LendOS: three machines find each other, one dies, the others say so, it comes back, its group too.
import { readFileSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { rootPath } from "../paths.ts";
import { clusterOf, type Line, MS, membersOf, NODES, run, said } from "./observed.ts";

const KILLED_MS = 5500;
const RESTARTED_MS = 11_000;
/** What issue 5 grants a cluster of three. */
const DETECTION_MS = 6000;
const script = readFileSync(rootPath("emulator-harness", "cluster", "scripts", "kill-one.json"));

test("three join, one is killed, the others say dead, it returns; the run twice is equal", async () => {
  const text = script.toString("utf8");
  const { cluster, lines, snapshot } = await run(1, text, 15_000);
  for (const node of NODES) {
    for (const other of NODES.filter((one) => one !== node)) {
      const { atMs } = said(lines, node, `${other} 10.0.0.${other[1]} is alive`);
      assert.ok(atMs < KILLED_MS, `${node} saw ${other} at ${atMs} ms`);
    }
  }
  for (const node of ["n1", "n2"]) {
    const dead = said(lines, node, "n3 10.0.0.3 is dead", KILLED_MS);
    assert.ok(dead.atMs - KILLED_MS <= DETECTION_MS, `${node} said so at ${dead.atMs} ms`);
    assert.ok(dead.atMs < RESTARTED_MS, "before it is back");
    const back = said(lines, node, "n3 10.0.0.3 is alive again", RESTARTED_MS);
    const incarnation = (line: Line) => Number(/incarnation (\d+)/.exec(line.text)![1]);
    assert.ok(incarnation(back) > incarnation(dead), `${dead.text} / ${back.text}`);
  }
  const before = membersOf(lines, "n2", RESTARTED_MS - 300).slice(0, 3);
  assert.equal(before, ["n1 10.0.0.1 alive", "n2 10.0.0.2 alive", "n3 10.0.0.3 dead"]);
  assert.equal(
    membersOf(lines, "n3", 14_000),
    NODES.map((name) => `${name} 10.0.0.${name[1]} alive`),
  );
  groupReturns(lines);
  const again = await run(1, text, 15_000);
  assert.equal(again.lines, lines);
  assert.is(again.cluster.trace.text, cluster.trace.text);
  assert.is(again.snapshot, snapshot);
});

/** The killed machine's group runs elsewhere, under a later epoch, and answers within what issue 5 grants. */
function groupReturns(lines: Line[]): void {
  const first = said(lines, "n3", "group answer runs here, epoch ");
  const second = said(lines, "n2", "group answer runs here, epoch ", KILLED_MS);
  const epoch = ({ text }: Line) => /epoch (\d+)\.(\d+)/.exec(text)!.slice(1).map(Number);
  assert.is(epoch(second)[0], epoch(first)[0]);
  assert.ok(epoch(second)[1] > epoch(first)[1]);
  const answers = lines.filter(({ text }) => / answers: \d epoch /.test(text));
  assert.equal(
    answers.map(({ text }) => /10\.0\.0\.\d answers: \d epoch \d+\.\d+/.exec(text)![0]),
    [first, second].map(({ node, text }) => {
      return `10.0.0.${node[1]} answers: ${node[1]} epoch ${/epoch (\d+\.\d+)/.exec(text)![1]}`;
    }),
  );
  const silence = lines.find(({ text }) => /longest silence/.test(text))!.text;
  const seconds = Number(/longest silence ([\d.]+) s/.exec(silence)![1]);
  assert.ok(seconds > 1 && seconds <= 5, silence);
  const why = lines.find(({ text }) => text.startsWith("answer: "))!;
  assert.match(why.text, /^answer: n2 says that it owns it, and is alive; epoch /);
}

test("the daemon killed starts again with a greater incarnation; the network killed is bound again", async () => {
  const cluster = await clusterOf(1, "{}");
  const [first] = cluster.nodes;
  const typed = async (text: string, untilMs: number) => {
    const before = first.console.length;
    await cluster.act({ kind: "type", node: "n1", text });
    await cluster.runUntil(untilMs * MS);
    return first.console.slice(before);
  };
  const kill = async (name: string, untilMs: number) => {
    const row = new RegExp(`^ *(\\d+) .*\\b${name}\\b`, "m").exec(
      await typed("ps", untilMs - 2800),
    );
    assert.ok(row, `${name} does not run: ${first.console}`);
    return typed(`kill ${row![1]}`, untilMs);
  };
  await cluster.runUntil(1500 * MS);
  assert.match(first.console, /n1 starts, incarnation 2\b/);
  assert.match(await kill("heartbeat", 4500), /n1 starts, incarnation 3\b/);
  assert.match(await typed("cluster members", 4600), /n2 10\.0\.0\.2:7946 alive/);
  const said = await kill("network", 12_000);
  assert.match(said, /heartbeat: receive: /);
  const members = await typed("cluster members", 12_100);
  for (const other of ["n2 10.0.0.2", "n3 10.0.0.3"]) {
    assert.ok(members.includes(`${other}:7946 alive`), members);
  }
  assert.match(cluster.nodes[1].console, /n1 10\.0\.0\.1 is alive/);
  assert.not.match(cluster.nodes[1].console, /n1 10\.0\.0\.1 is dead/);
});

test("the events are kept; who leaves has left and is not dead, and joins again after a boot", async () => {
  const script = {
    faults: [
      { at_ms: 1500, kill: "n3" },
      { at_ms: 5900, type: "n1", text: "cluster events" },
      { at_ms: 6000, type: "n2", text: "cluster leave" },
      { at_ms: 9500, type: "n2", text: "cluster members" },
      { at_ms: 9600, type: "n1", text: "cluster members" },
      { at_ms: 9700, kill: "n2" },
      { at_ms: 9800, restart: "n2" },
    ],
  };
  const { lines, cluster } = await run(3, JSON.stringify(script), 12_000);
  const of = (node: string) => lines.filter((line) => line.node === node).map(({ text }) => text);
  const events = of("n1").map((text) => text.replace(/^\d+\.\d{3} s /, ""));
  for (const one of ["n2 joined", "n3 joined", "n3 is suspected", "n3 is dead"]) {
    assert.ok(events.includes(one), `n1 has no event "${one}": ${events.join(" / ")}`);
  }
  assert.ok(of("n2").includes("left"), cluster.nodes[1].console);
  assert.ok(of("n2").some((text) => /^cluster: this machine has left the cluster/.test(text)));
  said(lines, "n1", "n2 10.0.0.2 has left", 6000);
  assert.equal(
    lines.filter(({ text }) => /: n2 10\.0\.0\.2 is (suspect|dead)/.test(text)),
    [],
  );
  assert.ok(membersOf(lines, "n1", 9600).includes("n2 10.0.0.2 left"));
  said(lines, "n1", "n2 10.0.0.2 is alive", 9800);
});

test("nobody is doubted while nothing goes wrong", async () => {
  const { lines, cluster } = await run(2, "{}", 8000);
  const doubts = lines.filter(({ text }) => /suspect|dead|doubted|stood still/.test(text));
  assert.equal(doubts, []);
  const joined = lines.filter(({ text }) => /^heartbeat: n\d \S+ is alive, /.test(text));
  assert.is(joined.length, 6);
  assert.equal(cluster.wire.counters.dropped, {});
});

test("a bad join= is named, and the machine goes on", async () => {
  const options = { nodes: 1, join: ["10.0.0.x"], command: "cluster members" };
  const cluster = await clusterOf(1, "{}", options);
  await cluster.runUntil(1500 * MS);
  const [{ console: text, state }] = cluster.nodes;
  assert.match(text, /heartbeat: join= takes one to eight addresses as 10\.0\.0\.1/);
  assert.match(text, /cluster: this machine is in no cluster/);
  assert.is(state, "on");
});

test.run();
