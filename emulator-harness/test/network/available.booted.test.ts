// Programs with one owner in the cluster on one machine: a stand-in for the daemon starts, leases and stops them.
import { KernelError } from "../../../kernel/abi/errors.ts";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { testProgram } from "../../build/pipeline.ts";
import { note } from "../support.ts";
import { type Node, Wire } from "./wire.ts";

const test = suite("available");
const OWNER = "slots 64\n  console write\n  manager send\n  may-own";
const POLICY = `
available big cpu 1000 memory 1048576
available short memory 64
program big
  slots 64
  console write
program short
  slots 64
  console write
program stand-in
  ${OWNER} *
program few
  ${OWNER} short
program stranger
  slots 64
  console write
  manager send
`;
const ANSWER = /status (\d+) word (\d+)/;
const MAY_NOT_OWN = 265;
const RUNS_ALREADY = 264;
const NOT_OWNED = 266;
const ENDS_AGAIN = 267;

async function copies(name: string, names: string[]) {
  const { bytes } = await testProgram(name);
  return names.map((one) => ({ name: `bin/${one}.elf`, bytes }));
}

async function boot(policy: string): Promise<Wire> {
  const files = [
    ...(await copies("answer", ["answer", "big"])),
    ...(await copies("nap", ["short"])),
    ...(await copies("stand-in", ["stand-in", "few", "stranger", "booted"])),
    ...(await copies("ask", ["ask"])),
  ];
  return Wire.boot({ addresses: ["10.0.0.1/24", "10.0.0.2/24"], policy, files });
}

async function said(node: Node, line: string): Promise<[number, number]> {
  const text = await node.line(`run ${line}`);
  const found = ANSWER.exec(text);
  assert.ok(found, `${line}: ${text}`);
  return [Number(found![1]), Number(found![2])];
}

async function status(node: Node, line: string): Promise<number> {
  return (await said(node, line))[0];
}

/** Free KiB and capabilities of everybody. */
async function books(node: Node) {
  const text = await node.line("ps");
  const free = Number(/memory: (\d+) KiB free/.exec(text)?.[1]);
  const rows = [...text.matchAll(/^ *\d+ +\d+ +\d+ +(\d+) +\d+ .*(?:alive|ended) {2}\S+$/gm)];
  assert.ok(free > 0 && rows.length >= 4, text);
  return { free, capabilities: rows.reduce((sum, [, count]) => sum + Number(count), 0) };
}

async function runs(node: Node, name: string): Promise<string | undefined> {
  const text = await node.line("ps");
  return new RegExp(`^ *(\\d+) .*alive {2}${name}$`, "m").exec(text)?.[1];
}

async function answersOf(node: Node): Promise<number> {
  const text = await node.line("run ask 1 10.0.0.1");
  return Number(/(\d+) answers, longest/.exec(text)?.[1]);
}

const MAC9 = [2, 0, 10, 0, 0, 9];
const MAC1 = [2, 0, 10, 0, 0, 1];
const IP9 = [10, 0, 0, 9];
const IP1 = [10, 0, 0, 1];

/** A question to `answer` of a machine that nobody has heard of; the UDP checksum is left out. */
function questionFrom9(): Uint8Array {
  const ip = [0x45, 0, 0, 29, 0, 1, 0x40, 0, 64, 17, 0, 0, ...IP9, ...IP1];
  let sum = 0;
  for (let i = 0; i < 20; i += 2) sum += (ip[i] << 8) | ip[i + 1];
  sum = ~((sum & 0xffff) + (sum >> 16)) & 0xffff;
  [ip[10], ip[11]] = [sum >> 8, sum & 255];
  const udp = [7101 >> 8, 7101 & 255, 7100 >> 8, 7100 & 255, 0, 9, 0, 0, 63];
  return Uint8Array.from([...MAC1, ...MAC9, 8, 0, ...ip, ...udp, ...new Array(17).fill(0)]);
}

function replyFrom9(): Uint8Array {
  const arp = [0, 1, 8, 0, 6, 4, 0, 2, ...MAC9, ...IP9, ...MAC1, ...IP1];
  return Uint8Array.from([...MAC1, ...MAC9, 8, 6, ...arp, ...new Array(18).fill(0)]);
}

/** Is it an IPv4 packet for 10.0.0.9? */
function to9(frame: Uint8Array): boolean {
  return frame[13] === 0 && IP9.every((byte, i) => frame[30 + i] === byte);
}

let wire: Wire;
let node: Node;
let other: Node;
test.before(async () => {
  wire = await boot(POLICY);
  [node, other] = wire.nodes;
});
test.after(async () => {
  await wire?.halt();
});

test("who has no may-own line is refused, and a line for one program is not one for another", async () => {
  for (const request of [8, 9, 10, 11])
    assert.is(await status(node, `stranger raw ${request} 0`), MAY_NOT_OWN);
  assert.is(await status(node, "few start 0 1"), MAY_NOT_OWN);
  assert.is(await status(node, "few list 2"), 0);
});

test("hostile words have a status", async () => {
  const end = await status(node, "stand-in list 3");
  assert.is.not(end, 0);
  for (const line of ["start 3 1", "lease 3 5", "stop 3", "stop 99999999"])
    assert.is(await status(node, `stand-in ${line}`), end, line);
  for (const line of ["stop 0", "lease 0 100"])
    assert.is(await status(node, `stand-in ${line}`), NOT_OWNED, line);
  assert.equal(await said(node, "stand-in start 0 1"), [0, 1]);
  assert.is(await status(node, "stand-in start 0 2"), RUNS_ALREADY);
  assert.is(await status(node, "stand-in stop 0"), 0);
  assert.is(await status(node, "stand-in stop 0"), NOT_OWNED);
});

test("a reserve that does not fit is said so", async () => {
  assert.equal(await said(node, "stand-in start 1 1"), [0, 0]);
  assert.is(await status(node, "stand-in stop 1"), 0);
});

test("it answers while its lease lasts and not after", async () => {
  assert.is(await status(node, "stand-in start 0 7"), 0);
  assert.is(await answersOf(other), 0);
  assert.is(await status(node, "stand-in lease 0 60000"), 0);
  assert.ok((await answersOf(other)) > 10);
  assert.is(await status(node, "stand-in stop 0"), 0);
  assert.is(await status(node, "stand-in start 0 8"), 0);
  assert.is(await status(node, "stand-in lease 0 300"), 0);
  const few = await answersOf(other);
  assert.ok(few < 10, `${few} answers`);
  assert.is(await answersOf(other), 0);
  assert.is(await status(node, "stand-in stop 0"), 0);
});

test("a lease is not made shorter: it ends by STOP", async () => {
  assert.is(await status(node, "stand-in start 0 9"), 0);
  assert.is(await status(node, "stand-in lease 0 60000"), 0);
  assert.is(await status(node, "stand-in lease 0 0"), KernelError.BAD_ARGUMENT);
  assert.ok((await answersOf(other)) > 10);
  assert.is(await status(node, "stand-in stop 0"), 0);
});

test("what waits for a neighbour's address does not go out after the lease", async () => {
  assert.is(await status(node, "stand-in start 0 10"), 0);
  assert.is(await status(node, "stand-in lease 0 400"), 0);
  const leasedAt = node.machine.nanoseconds();
  const from = wire.frames.length;
  wire.inject(0, questionFrom9());
  await node.line("run stand-in list 0");
  const asked = wire.frames.slice(from).some(({ bytes }) => bytes[12] === 8 && bytes[13] === 6);
  await node.line("run stand-in list 0");
  await node.line("top 1");
  const late = wire.frames.length;
  const passedMs = (node.machine.nanoseconds() - leasedAt) / 1e6;
  note(`the reply comes ${passedMs.toFixed(0)} ms after a lease of 400 ms`);
  assert.ok(passedMs > 800);
  wire.inject(0, replyFrom9());
  await node.line("top 1");
  assert.is(await status(node, "stand-in stop 0"), 0);
  const left = wire.frames.slice(late).filter(({ from, bytes }) => from === 0 && to9(bytes));
  assert.ok(asked, "the machine asked for the address of 10.0.0.9");
  assert.is(left.length, 0);
});

test("one that ends by itself begins again at renewals, and not for ever", async () => {
  assert.is(await status(node, "stand-in start 2 1"), 0);
  let last = 0;
  for (let i = 0; i < 12 && last === 0; i++) last = await status(node, "stand-in lease 2 1000");
  assert.is(last, ENDS_AGAIN);
  assert.is(await status(node, "stand-in stop 2"), 0);
});

test("nothing leaks", async () => {
  const round = async () => {
    for (const line of ["start 0 1", "lease 0 1000", "stop 0", "start 1 1", "stop 1"])
      assert.is(await status(node, `stand-in ${line}`), 0);
  };
  await round();
  const before = await books(node);
  for (let i = 0; i < 10; i++) await round();
  assert.equal(await books(node), before);
});

test("the end of a booted owner ends what it had started, before it is started again", async () => {
  const own = await boot(`boot booted restart\n${POLICY}program booted\n  ${OWNER} *\n`);
  const [first] = own.nodes;
  const pids: string[] = [];
  const all: { free: number; capabilities: number }[] = [];
  for (let i = 0; i < 5; i++) {
    if (i > 0) await first.line(`kill ${await runs(first, "booted")}`);
    await first.line("top 1");
    const process = await runs(first, "answer");
    assert.ok(process && !pids.includes(process), `${process} after ${pids}`);
    pids.push(process!);
    all.push(await books(first));
  }
  note(all.map(({ free, capabilities }) => `${free} KiB, ${capabilities} capabilities`).join("; "));
  for (const one of all.slice(2)) assert.equal(one, all[1]);
  await own.halt();
});

test.run();
