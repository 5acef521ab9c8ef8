// Who may do what on the network: the policy's lines hold, and what a flood costs is on the network's account.
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { testProgram } from "../../build/pipeline.ts";
import { note } from "../support.ts";
import { type Node, Wire } from "./wire.ts";

const test = suite("network authority");
const POLICY = `
program none
  slots 64
  console write

program deaf
  slots 64
  console write
  network udp 7000-7001 send

program few
  slots 64
  console write
  network udp 7000-7001 receive
  network udp 7-8 send to 10.0.0.0/30 rate 10

program pings
  slots 64
  console write
  network udp 7000-7001 send receive
`;

let wire: Wire;
let node: Node;
let other: Node;

/** The program `name` under other names, for other blocks of the policy. */
async function copies(name: string, names: string[]) {
  const { bytes } = await testProgram(name);
  return names.map((one) => ({ name: `bin/${one}.elf`, bytes }));
}

test.before(async () => {
  const files = [
    ...(await copies("udp", ["none", "deaf", "few"])),
    ...(await copies("ping", ["pings"])),
  ];
  wire = await Wire.boot({ addresses: ["10.0.0.1/24", "10.0.0.2/24"], policy: POLICY, files });
  [node, other] = wire.nodes;
  await other.line("run udp echo 7 &");
});
test.after(async () => {
  await wire?.halt();
});

async function processOf(name: string, on = node): Promise<string> {
  const found = new RegExp(`^ *(\\d+) .*alive {2}${name}$`, "m").exec(await on.line("ps"));
  assert.ok(found, `${name} runs`);
  return found?.[1] ?? "";
}

test("a program without a capability for the network can neither bind nor send, and the audit says so", async () => {
  assert.match(
    await node.line("run none send 10.0.0.2 7 8"),
    /udp: bind: no capability in that slot/,
  );
  assert.match(await node.line("run none echo 7"), /udp: bind: no capability in that slot/);
  assert.match(await node.line("audit refused"), /messageCall slot 18: no capability in that slot/);
});

test("a program binds the ports of its lines and no others", async () => {
  assert.match(
    await node.line("run few echo 7"),
    /bind: the policy does not let this program receive at that/,
  );
  assert.match(
    await node.line("run few echo 7002"),
    /does not let this program receive at that port/,
  );
  assert.match(
    await node.line("run deaf echo 7000"),
    /does not let this program receive at that port/,
  );
  assert.match(
    await node.line("run deaf send 10.0.0.2 7000 8"),
    /does not let this program receive/,
  );
});

test("a program sends to the ports and places of its lines and to no others", async () => {
  assert.match(await node.line("run few send 10.0.0.2 7 8"), /1 came back/);
  const refused = /send: the policy does not let this program send there/;
  const sent = wire.frames.length;
  assert.match(await node.line("run few send 10.0.0.2 9 8"), refused);
  const far = await node.line("run few send 10.0.0.5 7 8");
  assert.match(far, refused, far);
  assert.is(wire.frames.length, sent, "nothing went out");
});

test("a program sends as much as its rate says", async () => {
  await node.line("top 2");
  assert.match(
    await node.line("run few send 10.0.0.2 7 8 20"),
    /more datagrams a second than the policy/,
  );
});

test("who may send datagrams may not ping", async () => {
  const refused = /does not let this program send echo requests there\n1 sent, 0 answered/;
  assert.match(await node.line("run pings 10.0.0.2 1"), refused);
});

test("nobody is sent to outside of the own network, and nobody sends to himself", async () => {
  for (const address of [
    "10.0.1.2",
    "10.0.0.255",
    "10.0.0.0",
    "10.0.0.1",
    "127.0.0.1",
    "255.255.255.255",
  ]) {
    assert.match(
      await node.line(`run ping ${address} 1`),
      /not an address of a machine on our network/,
    );
  }
});

test("a port belongs to one program, and is free when that has ended", async () => {
  await node.line("run udp echo 7 &");
  assert.match(await node.line("run udp echo 7"), /udp: bind: the port is in use/);
  await node.line(`kill ${await processOf("udp")}`);
  await node.line("run udp echo 7 &");
  assert.match(await other.line("run udp send 10.0.0.1 7 8"), /1 came back/);
  await node.line(`kill ${await processOf("udp")}`);
});

test("a revoked capability ends what a program may do", async () => {
  await node.line("run udp echo 7 &");
  const process = await processOf("udp");
  assert.match(await node.line(`revoke ${process} network`), /no longer holds network/);
  await other.line("run udp send 10.0.0.1 7 8");
  assert.match(node.machine.output, /udp: (send|receive): (no capability in that slot|canceled)/);
  await node.line(`kill ${process}`);
});

test("the network holds its card and its services, and nothing of the machine", async () => {
  const held = await node.line(`caps ${await processOf("network")}`);
  assert.match(held, /ports +0xc000-0xc01f/);
  assert.not.match(held, /machine|loader|files|audit|0x0cf8/);
});

test("the network is started again when it ends", async () => {
  const before = await processOf("network");
  await node.line(`kill ${before}`);
  assert.is.not(await processOf("network"), before);
  assert.match(await node.line("run ping 10.0.0.2 2"), /2 sent, 2 answered/);
});

/** The processor's share of a group, in percent, as `top` prints it for its processes. */
async function shareOf(name: string): Promise<number> {
  const said = await node.line("top 1");
  const found = new RegExp(`^ *\\d+ +\\d+ +([\\d.]+) +${name} *$`, "m").exec(said);
  assert.ok(found, said);
  return Number(found?.[1]);
}

test("a flood costs the network's account", async () => {
  await node.line("run spin &");
  const quiet = await shareOf("spin");
  const junk = new Uint8Array(1000).fill(0x5a);
  junk.set([2, 0, 10, 0, 0, 1, 2, 0, 10, 0, 0, 9, 8, 0, 0x45]);
  let sent = 0;
  wire.beforeStep = () => {
    for (let i = 0; i < 8; i++, sent++) wire.inject(0, junk);
  };
  const flooded = await shareOf("spin");
  const network = await shareOf("network");
  wire.beforeStep = null;
  note(
    `spin ${quiet} % of the processor, ${flooded} % under ${sent} frames; the network ${network} %`,
  );
  assert.ok(sent > 1000 && network > 1, `${sent} frames, network ${network} %`);
  assert.ok(flooded > 45, `spin ${flooded} %`);
  await node.line(`kill ${await processOf("spin")}`);
  assert.match(await node.line("run ping 10.0.0.2 2"), /2 sent, 2 answered/);
});

test.run();
