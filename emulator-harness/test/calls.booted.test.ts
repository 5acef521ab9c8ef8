// System calls on the instruction clock: what they cost, and what handing the processor over means.
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Kind, Right, Slot } from "../../kernel/abi/capability.ts";
import { KernelError } from "../../kernel/abi/errors.ts";
import { call, exitWith, imports, need, start } from "./deaths/calls.ts";
import { Session, wasmFile } from "./deaths/session.ts";

const test = suite("system calls");
const PROMPT_MAX = 3_000_000;
/** Lines of `measure`, and the most that each may say: goals that are reached. All of them stand in the bench. */
const BOUNDS: Record<string, number> = {
  "null system call": 120,
  "switch to another process": 250,
  "call and reply, 0 to 4 words": 400,
  "call and reply, 8 words": 600,
  "call and reply, 64 words": 1_200,
  "signal and wait, there and back": 900,
  "process from start to end": 60_000,
};

/** A capability space: its directory and the first frame of slots. */
const SPACE_KIB = 8;
const ONE = Slot.FREE;
const OTHER = Slot.FREE + 1;
const notification = (slot: number) =>
  need(call("objectCreate", Slot.GROUP, Kind.NOTIFICATION, slot, 0));
/** A capability to signal, with a bit, beside the one that makes it. */
const signalling = (source: number, target: number) =>
  need(call("capabilityMint", source, target, Right.SIGNAL, 1));

/** Two threads hand over to each other; the exit code counts the turns of the second one. */
const TURNS = `(module
  ${imports("exit", "threadStart", "objectCreate", "capabilityMint")}
  ${imports("notificationSignalWait", "notificationWait")}
  (table 1 funcref) (elem (i32.const 0) $worker)
  (global $turns (mut i32) (i32.const 0))
  (func $worker (param $argument i32)
    ${need(call("notificationWait", OTHER))}
    (loop $again
      (global.set $turns (i32.add (global.get $turns) (i32.const 1)))
      ${need(call("notificationSignalWait", ONE + 2, OTHER))}
      (br $again)))
  (func (export "_start") (local $left i32)
    ${notification(ONE)} ${notification(OTHER)}
    ${signalling(ONE, ONE + 2)} ${signalling(OTHER, OTHER + 2)}
    (local.set $left (i32.const 10))
    ${need(call("threadStart", 0, 0, 0))}
    (loop $again
      (if (i32.ne ${call("notificationSignalWait", OTHER + 2, ONE)} (i32.const 1))
        (then (unreachable)))
      (br_if $again (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))
    ${call("exit", "(global.get $turns)")}))`;

/** Signalling where nothing can be signalled: the refusal, and nothing was waited for. */
const nobody = (signal: number, wait: number) =>
  start(
    ["exit", "notificationSignalWait", "objectCreate"],
    "",
    `${notification(ONE)} ${exitWith(call("notificationSignalWait", signal, wait))}`,
  );

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
  const texts = { turns: TURNS, nobody: nobody(OTHER, ONE), nowhere: nobody(ONE, OTHER) };
  const files = [...Object.entries(texts), ...chains].map(([name, text]) => wasmFile(name, text));
  session = await Session.boot(files, { programs: ["measure", "nothing"] });
});
test.after(async () => {
  await session?.halt();
});

test(`the prompt comes within ${PROMPT_MAX} instructions`, () => {
  assert.ok(session.promptAt <= PROMPT_MAX, `${session.promptAt} instructions`);
});

test("calls, messages and switches keep their bounds", async () => {
  const said = await session.line("run measure");
  const nanoseconds = (what: string) =>
    Number(new RegExp(`^${what}: ([0-9.]+) ns`, "m").exec(said)?.[1]);
  const over = Object.entries(BOUNDS).filter(([what, most]) => !(nanoseconds(what) <= most));
  assert.equal(over, [], said);
});

test("two threads take turns", async () => {
  assert.is(await session.codeOf("run turns.wasm"), 10);
});

test("handing over without a capability is refused (INVALID_CAPABILITY)", async () => {
  assert.is(await session.codeOf("run nobody.wasm"), KernelError.INVALID_CAPABILITY);
  assert.is(await session.codeOf("run nowhere.wasm"), KernelError.INVALID_CAPABILITY);
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
  const one = await session.books();
  await session.line("run spin &");
  const two = await session.books();
  await session.line("run hello &");
  const processes = await session.line("ps");
  const memory = Number(/^ *\d+ +\d+ +\d+ +\d+ +(\d+) .*spin$/m.exec(processes)?.[1]);
  assert.is(one.freeKib - two.freeKib, memory + SPACE_KIB, "the second one costs its own only");
});

test.run();
