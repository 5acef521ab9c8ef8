// The network in LendOS: machines on one wire find each other, answer, carry datagrams, and the policy holds.
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Wire } from "./wire.ts";

const test = suite("network");

let wire: Wire;
test.before(async () => {
  wire = await Wire.boot({ addresses: ["10.0.0.1/24", "10.0.0.2/24"] });
});
test.after(async () => {
  await wire?.halt();
});

test("two machines ping each other", async () => {
  const [one, other] = wire.nodes;
  for (const [node, address] of [
    [one, "10.0.0.2"],
    [other, "10.0.0.1"],
  ] as const) {
    const said = await node.line(`run ping ${address} 3`);
    assert.match(said, /3 sent, 3 answered/, said);
  }
});

test("nobody answers for an address that nobody has", async () => {
  const said = await wire.nodes[0].line("run ping 10.0.0.9 1");
  assert.match(said, /10\.0\.0\.9: no answer\n1 sent, 0 answered/, said);
});

test("datagrams of every size come back as they went", async () => {
  const [one, other] = wire.nodes;
  await other.line("run udp echo 7 &");
  for (const size of [0, 1, 8, 239, 240, 241, 480, 1471, 1472]) {
    const said = await one.line(`run udp send 10.0.0.2 7 ${size} 3`);
    assert.match(said, /3 came back/, `${size}: ${said}`);
  }
});

test.run();
