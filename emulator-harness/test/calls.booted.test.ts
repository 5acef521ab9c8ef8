// System calls on the instruction clock: what they cost, and what handing the processor over means.
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { assemble, Session } from "./deaths/session.ts";

const test = suite("system calls");
const NULL_CALL_MAX = 120;
const SWITCH_MAX = 250;
const PROMPT_MAX = 3_000_000;

/** Two threads hand over to each other; the exit code counts the turns of the second one. */
const TURNS = `(module
  (import "kernel" "exit" (func $exit (param i32)))
  (import "kernel" "threadStart" (func $start (param i32 i32) (result i32)))
  (import "kernel" "threadSelf" (func $self (result i32)))
  (import "kernel" "threadSuspend" (func $suspend (result i32)))
  (import "kernel" "threadHandoff" (func $handoff (param i32) (result i32)))
  (table 1 funcref) (elem (i32.const 0) $worker)
  (global $turns (mut i32) (i32.const 0))
  (func $worker (param $other i32)
    (loop $again
      (global.set $turns (i32.add (global.get $turns) (i32.const 1)))
      (if (call $handoff (local.get $other)) (then (unreachable)))
      (br $again)))
  (func (export "_start") (local $worker i32) (local $left i32)
    (local.set $left (i32.const 9))
    (local.set $worker (call $start (i32.const 0) (call $self)))
    (drop (call $suspend))
    (loop $again
      (if (call $handoff (local.get $worker)) (then (unreachable)))
      (br_if $again (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))
    (call $exit (global.get $turns))))`;

/** A thread that is not there: the caller gets the refusal and goes on. */
const NOBODY = `(module
  (import "kernel" "exit" (func $exit (param i32)))
  (import "kernel" "threadHandoff" (func $handoff (param i32) (result i32)))
  (func (export "_start")
    (call $exit (i32.sub (i32.const 0) (call $handoff (i32.const 123456))))))`;

/** A long chain of f64 operations in registers, from a start of its own; exits 0 if nobody disturbed it. */
const CHAIN_STEPS = 10_000_000;
const chained = (start: number) => {
  let value = start;
  for (let i = 0; i < CHAIN_STEPS; i++) value = value * 0.999999 + start / 7;
  return value;
};
const chain = (start: number) => `(module
  (import "kernel" "exit" (func $exit (param i32)))
  (func (export "_start") (local $value f64) (local $step f64) (local $left i32)
    (local.set $value (f64.const ${start}))
    (local.set $step (f64.div (f64.const ${start}) (f64.const 7)))
    (local.set $left (i32.const ${CHAIN_STEPS}))
    (loop $again
      (local.set $value
        (f64.add (f64.mul (local.get $value) (f64.const 0.999999)) (local.get $step)))
      (br_if $again (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))
    (call $exit (f64.ne (local.get $value) (f64.const ${chained(start)})))))`;
const STARTS = [1.5, 2.25, -3.125, 1e9];

let session: Session;
test.before(async () => {
  const chains = STARTS.map((start, index): [string, string] => [`chain${index}`, chain(start)]);
  const files = [...Object.entries({ turns: TURNS, nobody: NOBODY }), ...chains];
  session = await Session.boot(
    files.map(([name, text]) => ({ name: `${name}.wasm`, bytes: assemble(name, text) })),
  );
});
test.after(async () => {
  await session?.halt();
});

test(`the prompt comes within ${PROMPT_MAX} instructions`, () => {
  assert.ok(session.promptAt <= PROMPT_MAX, `${session.promptAt} instructions`);
});

test("null call and switch of processes keep their bounds", async () => {
  const said = await session.line("run measure");
  const nanoseconds = (what: string) => Number(new RegExp(`${what}: ([0-9.]+) ns`).exec(said)?.[1]);
  assert.ok(nanoseconds("null system call") <= NULL_CALL_MAX, said);
  assert.ok(nanoseconds("switch to another process") <= SWITCH_MAX, said);
});

test("two threads take turns", async () => {
  assert.is(await session.codeOf("run turns.wasm"), 10);
});

test("handing over to nobody is refused (NOT_FOUND)", async () => {
  assert.is(await session.codeOf("run nobody.wasm"), 4);
});

test("floating point survives other programs' floating point", async () => {
  const started: string[] = [];
  for (const index of STARTS.keys()) {
    const said = await session.line(`run chain${index}.wasm &`);
    started.push(/started process (\d+)/.exec(said)?.[1] ?? "none");
  }
  for (let turn = 0; turn < 10; turn++) await session.line("top");
  for (const process of started) {
    assert.match(session.machine.output, new RegExp(`process ${process} ended with code 0\n`));
  }
});

test("a second process of a program shares its text", async () => {
  await session.line("run spin &");
  const one = await session.freeMemory();
  await session.line("run spin &");
  const two = await session.freeMemory();
  await session.line("run hello &");
  const processes = await session.line("ps");
  const memory = Number(/^ *\d+ +\d+ +\d+ +\d+ +(\d+) .*spin$/m.exec(processes)?.[1]);
  assert.is(one - two, memory, "the second one costs its own frames only");
});

test.run();
