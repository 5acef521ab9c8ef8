// Death by somebody else's hand: a process can be killed whatever it is doing, and leaves nothing behind.
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { assemble, Session } from "./session.ts";

const test = suite("deaths by kill");
const CODE_KILLED = 137;

const module = (fields: string, body: string) =>
  `(module ${fields} (func (export "_start") ${body}))`;

const FILES = {
  loop: module("", "(loop $again (br $again))"),
  sleeper: module(
    '(import "kernel" "sleepUntil" (func $sleep (param i64)))',
    "(call $sleep (i64.const 0x7fffffffffffffff))",
  ),
  suspended: module(
    '(import "kernel" "threadSuspend" (func $suspend (result i32)))',
    "(drop (call $suspend))",
  ),
  yielder: module(
    '(import "kernel" "yieldNow" (func $yield))',
    "(loop $again (call $yield) (br $again))",
  ),
  greedy: module(
    "(memory 200)",
    "(memory.fill (i32.const 0) (i32.const 1) (i32.const 0xc80000)) (loop $again (br $again))",
  ),
  crowd: `(module
    (import "kernel" "threadStart" (func $start (param i32 i32) (result i32)))
    (table 1 funcref) (elem (i32.const 0) $worker)
    (func $worker (param i32) (loop $again (br $again)))
    (func (export "_start") (local $left i32)
      (local.set $left (i32.const 20))
      (loop $again
        (drop (call $start (i32.const 0) (local.get $left)))
        (br_if $again (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))
      (loop $for-ever (br $for-ever))))`,
};

const READER = module(
  '(import "kernel" "consoleRead" (func $read (param i32 i32) (result i32))) (memory 1)',
  "(drop (call $read (i32.const 0) (i32.const 16)))",
);

/** Makes a group (weight 100), starts spin in it, and sleeps. */
const FAMILY = `(module
  (import "kernel" "groupCreate" (func $create (param i32) (result i32)))
  (import "kernel" "processSpawn" (func $spawn (param i32) (result i32)))
  (import "kernel" "sleepUntil" (func $sleep (param i64)))
  (memory 1)
  (data (i32.const 64) "family")
  (data (i32.const 80) "spin")
  (func (export "_start")
    (i32.store (i32.const 8) (i32.const 100))
    (i32.store (i32.const 12) (i32.const 1000000))
    (i32.store (i32.const 16) (i32.const 64))
    (i32.store (i32.const 20) (i32.const 6))
    (i32.store (i32.const 32) (i32.const 80))
    (i32.store (i32.const 36) (i32.const 4))
    (i32.store (i32.const 48) (call $create (i32.const 0)))
    (if (i32.le_s (call $spawn (i32.const 32)) (i32.const 0)) (then (unreachable)))
    (call $sleep (i64.const 0x7fffffffffffffff))))`;

let session: Session;
test.before(async () => {
  const files = Object.entries(FILES).map(([name, text]) => ({
    name: `${name}.wasm`,
    bytes: assemble(name, text),
  }));
  files.push({ name: "reader.wasm", bytes: assemble("reader", READER) });
  files.push({ name: "family.wasm", bytes: assemble("family", FAMILY) });
  session = await Session.boot(files);
  // The shell's own first use of each command may cost it a page.
  for (const line of ["run hello", "run hello &", "top", "groups", "kill 400"])
    await session.line(line);
});
test.after(async () => {
  await session?.halt();
});

for (const name of Object.keys(FILES)) {
  test(`control-C ends ${name}`, async () => {
    await interrupted(name);
    const before = await session.freeMemory();
    await interrupted(name);
    assert.is(await session.freeMemory(), before, "free memory before = after");
  });

  test(`kill ends ${name} in the background`, async () => {
    const before = await session.freeMemory();
    await session.line(`run ${name}.wasm &`);
    const process = await running(`${name}.wasm`);
    const said = await session.line(`kill ${process}`);
    assert.not.match(said, /not found/);
    await session.line("top");
    assert.not.match(await session.line("ps"), new RegExp(`${name}\\.wasm`));
    assert.is(await session.freeMemory(), before, "free memory before = after");
  });
}

async function interrupted(name: string): Promise<void> {
  await session.start(`run ${name}.wasm`);
  await settle();
  session.machine.send("\x03");
  await session.rest();
  assert.not.match(await session.line("ps"), new RegExp(`${name}\\.wasm`));
}

/** Lets the guest run for long enough to compile, start and reach its loop. */
async function settle(): Promise<void> {
  const until = session.machine.nanoseconds() + 300e6;
  while (session.machine.nanoseconds() < until && session.machine.end === null) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** The number of the process with this name, once the loader has started it. */
async function running(name: string): Promise<string> {
  for (let attempt = 0; attempt < 20; attempt++) {
    await settle();
    const found = new RegExp(`^ *(\\d+) .*alive {2}${name}`, "m").exec(await session.line("ps"));
    if (found) return found[1];
  }
  throw new Error(`${name} never started`);
}

test("a program that waits for the console is killed, and the shell reads again", async () => {
  const before = await session.freeMemory();
  await interrupted("reader");
  assert.match(await session.line("run hello again"), /^hello again/);
  assert.is(await session.freeMemory(), before, "free memory before = after");
});

test("groups end with the process that made them, and so does what runs in them", async () => {
  const before = await session.freeMemory();
  await session.start("run family.wasm");
  await settle();
  session.machine.send("\x03");
  assert.not.match(await session.rest(), /trap/);
  assert.not.match(await session.line("ps"), /spin/);
  assert.not.match(await session.line("groups"), /family/);
  assert.is(await session.freeMemory(), before, "free memory before = after");
});

test("a loader passes on how its child ended", async () => {
  const said = await session.line("run loop.wasm &");
  assert.match(said, /started process \d+/);
  const loader = /process (\d+)/.exec(said)?.[1];
  const child = await running("loop.wasm");
  await session.line(`kill ${child}`);
  assert.match(await session.line("ps"), /alive {2}shell/);
  assert.match(
    session.machine.output,
    new RegExp(`process ${loader} ended with code ${CODE_KILLED}`),
  );
});

test("init and unknown processes are refused", async () => {
  assert.match(await session.line("kill 1"), /not permitted/);
  assert.match(await session.line("kill 500"), /not found/);
  assert.match(await session.line("kill x"), /usage/);
});

test.run();
