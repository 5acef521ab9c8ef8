// Attacks on the network, booted: by programs without the right, or with a narrow one, on one of three machines.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { NETWORK_CLASSES, type NetworkClass, networkFaults } from "./list/network.ts";
import { attacked } from "./network-machines.ts";

/** Answers by the attack's name. */
function printed(console: string): Map<string, number> {
  const found = console.matchAll(/attack ([\w-]+) (\d+)/g);
  return new Map([...found].map(([, name, answer]) => [name, Number(answer)]));
}

async function fought(one: NetworkClass, before: string[] = []) {
  const { cluster, sent } = await attacked(2);
  for (const text of before) await cluster.typed("n1", text, 20);
  const quiet = sent.length;
  await cluster.typed("n1", `run ${one.program} ${one.word}`, 800);
  const { console, state } = cluster.nodes[0];
  assert.is(state, "on", console);
  return { console, frames: sent.slice(quiet), faults: networkFaults(one, printed(console)) };
}

test("a program without a network capability cannot send, bind, listen or drive the card", async () => {
  const { faults, frames } = await fought(NETWORK_CLASSES[0]);
  assert.equal(faults, []);
  assert.equal(frames, []);
});

test("a program with one port, one neighbour and a rate has no more than that", async () => {
  const { faults, frames } = await fought(NETWORK_CLASSES[1]);
  assert.equal(faults, []);
  // What got out is the burst that its rate allows, and the question who its neighbour is.
  const strange = frames.filter(
    (text) => !/^arp |^udp 10\.0\.0\.1:7200>10\.0\.0\.2:7200/.test(text),
  );
  assert.equal(strange, []);
  assert.ok(frames.filter((text) => text.startsWith("udp")).length <= 8, frames.join("\n"));
});

test("a port that somebody has bound cannot be taken, read, used or closed", async () => {
  const holder = "run net-holder hold &";
  const { faults, console } = await fought(NETWORK_CLASSES[2], [holder]);
  assert.equal(faults, []);
  // It was his until he stopped waiting by himself.
  assert.match(console, /attack held-to-the-end \d+/);
  assert.is(printed(console).get("hold"), 0);
});

test("the judge sees an attack that succeeds, and one that is missing", () => {
  const [one] = NETWORK_CLASSES;
  const answers = new Map(one.attacks.map(({ name, answers: [first] }) => [name, first]));
  assert.equal(networkFaults(one, answers), []);
  answers.set("bind-without-capability", 0);
  answers.delete("card-ports");
  assert.equal(networkFaults(one, answers), [
    "bind-without-capability: answered 0, not 12",
    "card-ports: did not come to its end",
  ]);
});

test.run();
