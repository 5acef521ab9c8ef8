// Death by somebody else's hand: a process can be killed whatever it is doing, and leaves nothing behind.
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Slot } from "../../../kernel/abi/capability.ts";
import { KernelError } from "../../../kernel/abi/errors.ts";
import { Generator, MODE_INVOCABLE } from "../../build/generator.ts";
import { readElf } from "../../machine/elf.ts";
import { call, FOREVER, imports } from "./calls.ts";
import { WaitKind } from "./records.ts";
import { assemble, program, Session, wasmFile } from "./session.ts";
import { invoker, VICTIMS, type Victim } from "./victims.ts";

const test = suite("deaths by kill");
const CODE_KILLED = 137;
/** What `waits` says of a process that is not there. */
const NOBODY = 255;
/** Long enough to start and to reach what it does; a loaded module is compiled before. */
const REACH_NS = 100e6;
/** Moments at which a process that is at work is killed. */
const MOMENTS_NS = [0, 1e6, 7e6, 13e6];

/** The number that argument 1 is. */
const NUMBER = `(func $number (result i32) (local $at i32) (local $value i32)
  (drop ${call("argumentsRead", 0, 16)})
  (loop $digit
    (if (i32.eqz (i32.load8_u (local.get $at))) (then (return (local.get $value))))
    (local.set $value (i32.add (i32.mul (local.get $value) (i32.const 10))
      (i32.sub (i32.load8_u (local.get $at)) (i32.const 48))))
    (local.set $at (i32.add (local.get $at) (i32.const 1)))
    (br $digit))
  (unreachable))`;

/** Exits with the WaitKind of the first thread of process `argument 1`; `threadRead` fills a ThreadRecord. */
const WAITS = `(module
  ${imports("exit", "argumentsRead", "threadRead")} (memory 1) ${NUMBER}
  (func (export "_start") (local $index i32) (local $answer i32) (local $wanted i32)
    (local.set $wanted (call $number))
    (loop $threads
      (local.set $answer ${call("threadRead", Slot.MACHINE, "(local.get $index)", 64)})
      (local.set $index (i32.add (local.get $index) (i32.const 1)))
      (if (i32.eqz (local.get $answer)) (then
        (if (i32.eq (i32.load offset=12 (i32.const 64)) (local.get $wanted))
          (then ${call("exit", "(i32.load offset=20 (i32.const 64))")}))))
      (br_if $threads (i32.ne (local.get $answer) (i32.const ${-KernelError.END}))))
    ${call("exit", NOBODY)}))`;

/** Kills process `argument 1` until it is gone; exits with the last refusal. */
const ASSASSIN = `(module
  ${imports("exit", "argumentsRead", "processOpen", "processKill", "capabilityDelete")}
  (memory 1) ${NUMBER}
  (func (export "_start") (local $wanted i32) (local $answer i32)
    (local.set $wanted (call $number))
    (loop $again
      (local.set $answer ${call("processOpen", Slot.MACHINE, "(local.get $wanted)", Slot.FREE)})
      (if (i32.lt_s (local.get $answer) (i32.const 0))
        (then ${call("exit", "(i32.sub (i32.const 0) (local.get $answer))")}))
      (drop ${call("processKill", Slot.FREE)})
      (drop ${call("capabilityDelete", Slot.FREE)})
      (br $again))))`;

const POLICY = `
program waits
  machine observe
program assassin
  machine observe control
`;

const child = (await Generator.load()).compile(
  assemble("child", `(module (func (export "forever") ${FOREVER}) (func (export "_start")))`),
  MODE_INVOCABLE,
);
const thunk = readElf(child).symbols.find(({ name }) => name === "invoke:forever")!.address;
const victims: Victim[] = [
  ...VICTIMS,
  invoker("invoker", child, thunk, false),
  invoker("parent", child, thunk, true),
];

let session: Session;
test.before(async () => {
  const files = await Promise.all(
    victims.map(({ name, text, loaded }) => (loaded ? wasmFile(name, text) : program(name, text))),
  );
  files.push(await program("waits", WAITS), await program("assassin", ASSASSIN));
  const blocks = victims.flatMap(({ name, policy }) =>
    policy ? [`program ${name}\n  ${policy}`] : [],
  );
  const policy = `${POLICY}${blocks.join("\n")}`;
  session = await Session.boot(files, { programs: ["nap"], policy });
  // The shell's and the manager's own first use of each thing may cost them a page.
  for (const line of ["run hello", "run hello &", "top", "groups", "kill 400", "run waits 1"])
    await session.line(line);
});
test.after(async () => {
  await session?.halt();
});

const processName = ({ name, loaded }: Victim) => (loaded ? `${name}.wasm` : name);

async function interrupted(victim: Victim, moment = 0): Promise<void> {
  await session.start(`run ${processName(victim)}`);
  await session.settle(REACH_NS + moment);
  session.machine.send("\x03");
  await session.rest();
  assert.not.match(await session.line("ps"), new RegExp(` ${processName(victim)}\n`));
}

for (const victim of victims) {
  const name = processName(victim);

  test(`control-C ends ${victim.name}`, async () => {
    await interrupted(victim);
    const before = await session.books();
    for (const moment of victim.wait === null ? MOMENTS_NS : [0]) {
      await interrupted(victim, moment);
      assert.equal(await session.books(), before, "free memory and capabilities as before");
    }
  });

  if (victim.alone) continue;
  test(`kill ends ${victim.name} in the background`, async () => {
    const before = await session.books();
    await session.line(`run ${name} &`);
    const process = await session.running(name);
    await session.settle(REACH_NS);
    if (victim.wait !== null) {
      const wait = await session.codeOf(`run waits ${process}`);
      assert.is(wait, victim.wait, `it waits for WaitKind ${victim.wait}`);
    }
    await session.line(`kill ${process}`);
    await session.line("top");
    assert.not.match(await session.line("ps"), new RegExp(` ${name}\n`));
    assert.equal(await session.books(), before, "free memory and capabilities as before");
  });
}

test("the shell reads again after a reader was killed", async () => {
  await interrupted(victims.find(({ name }) => name === "reader")!);
  assert.match(await session.line("run hello again"), /^hello again/);
});

test("what a killed process started and made ends with it", async () => {
  await session.line("run family &");
  await session.running("spin");
  assert.match(await session.line("groups"), /family/);
  await session.line(`kill ${await session.running("family")}`);
  assert.not.match(await session.line("ps"), /spin|family/);
  assert.not.match(await session.line("groups"), /family/);
});

test("a process that waits to be called is killed, and its parent goes on", async () => {
  await session.line("run parent &");
  const before = await session.books();
  const invocable = await session.running("child");
  assert.is(await session.codeOf(`run waits ${invocable}`), WaitKind.INVOCATION);
  await session.line(`kill ${invocable}`);
  assert.match(await session.line("ps"), /alive {2}parent/);
  assert.ok((await session.books()).freeKib > before.freeKib);
  await session.line(`kill ${await session.running("parent")}`);
});

test("an invoker is told that the process it called was killed", async () => {
  const before = await session.books();
  await session.line("run invoker &");
  const invoked = await session.running("child");
  await session.line(`kill ${invoked}`);
  await session.line("top");
  // It has nothing left to do and traps, by its own hand.
  assert.match(session.machine.output, /\(invoker\): trap: unreachable/);
  assert.equal(await session.books(), before, "free memory and capabilities as before");
});

test("several killers of one process at once are all done when it is gone", async () => {
  await session.line("run hoarder &");
  const hoarder = await session.running("hoarder");
  await session.settle(REACH_NS);
  const from = session.machine.output.length;
  for (let i = 0; i < 3; i++) await session.line(`run assassin ${hoarder} &`);
  await session.line(`kill ${hoarder}`);
  await session.line("top");
  await session.line("ps");
  const said = session.machine.output.slice(from);
  const gone = said.match(new RegExp(`ended with code ${KernelError.NOT_FOUND}\n`, "g"));
  assert.is(gone?.length, 3, said);
  assert.match(said, new RegExp(`process ${hoarder} ended with code ${CODE_KILLED}\n`));
});

test("a loader passes on how its child ended", async () => {
  const said = await session.line("run loop.wasm &");
  assert.match(said, /started process \d+/);
  const loader = /process (\d+)/.exec(said)?.[1];
  const loaded = await session.running("loop.wasm");
  await session.line(`kill ${loaded}`);
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
