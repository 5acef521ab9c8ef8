// A hostile program that holds nearly everything: system calls with arguments from the edges of everything. The
// kernel answers or refuses each of them, and the books agree afterwards (halt verifies them).
import { test } from "uvu";
import * as assert from "uvu/assert";
import { Right, Slot } from "../../../kernel/abi/capability.ts";
import { CALL_MASK } from "../../../kernel/abi/calls.ts";
import { testSeed } from "../support.ts";
import { CALLS, call, type Imported, imports } from "./calls.ts";
import { program, Session } from "./session.ts";

const ROUNDS = 30_000;
const DONE = 42;
const CALLS_MIN = 57;
/** They end the caller, block it for ever, or stop the machine. */
const LEFT_OUT = new Set([
  "exit",
  "halt",
  "sleepUntil",
  "threadExit",
  "threadSuspend",
  "notificationWait",
  "notificationSignalWait",
  "processWait",
  "messageTimeout",
]);
/** The slots that it begins with, and where it keeps a copy of each. */
const HELD = 32;
const KEPT = 100;
const REFILL_ROUNDS = 64;
/** No message call waits longer than this. */
const PATIENCE_NS = 20_000n;
const BUFFER = 512;

const POLICY = `
program hostile
  console write
  group create observe
  files read
  machine observe
  loader create
  audit read
  manager send
  endpoint counter send
  ports 0x2f8-0x2ff read write
  interrupt 3
  root create observe
`;

const HOSTILE: Imported[] = CALLS.filter(({ name }) => !LEFT_OUT.has(name));

/** One call with arguments drawn from the interesting values; a thread always starts at element 0. */
function callText({ name, parameters, result }: Imported): string {
  const isMessage = /^message(Call|ReplyReceive|Send|Receive|Reply)$/.test(name);
  const words = [...parameters].map((letter, index) => {
    if (name === "threadStart" && index === 0) return 0;
    // The words of a message are the generator's to load: an address that is none would be a trap.
    if (isMessage && index === 1) return "(call $inside)";
    // The low bits of its info are the call's number.
    if (isMessage && index === 0) return `(i32.and (call $value) (i32.const ${~CALL_MASK}))`;
    return letter === "I" ? "(i64.extend_i32_s (call $value))" : "(call $value)";
  });
  const text = call(name, ...words);
  return result === "" ? text : `(drop ${text})`;
}

/** `value`: one of nine kinds of number, each from the random sequence. */
const VALUES = `
  (func $random (result i32) (local $x i32)
    (local.set $x (global.get $state))
    (local.set $x (i32.xor (local.get $x) (i32.shl (local.get $x) (i32.const 13))))
    (local.set $x (i32.xor (local.get $x) (i32.shr_u (local.get $x) (i32.const 17))))
    (local.set $x (i32.xor (local.get $x) (i32.shl (local.get $x) (i32.const 5))))
    (global.set $state (local.get $x))
    (local.get $x))
  (func $value (result i32) (local $r i32)
    (local.set $r (call $random))
    (block $edge (block $high (block $kernel (block $aligned (block $info (block $small
      (br_table $small $small $info $aligned $edge $high $kernel $edge
        (i32.and (call $random) (i32.const 7))))
      (return (i32.and (local.get $r) (i32.const ${HELD - 1}))))
      (return (i32.or (i32.shl (i32.and (local.get $r) (i32.const ${HELD - 1})) (i32.const 16))
        (i32.and (i32.shr_u (local.get $r) (i32.const 8)) (i32.const 0x3f80)))))
      (return (i32.and (local.get $r) (i32.const 0x3fff8))))
      (return (i32.add (i32.const 0xc0100000) (i32.and (local.get $r) (i32.const 0xffff)))))
      (return (i32.sub (i32.const 0) (i32.and (local.get $r) (i32.const 31)))))
    (i32.sub (i32.const 0x40010) (i32.and (local.get $r) (i32.const 63))))
  (func $inside (result i32) (i32.and (call $random) (i32.const 0x3ffe0)))
  (func $scribble
    (i32.store (call $inside) (call $value))
    (i32.store (i32.and (call $random) (i32.const 0xffc)) (call $value)))`;

const kept = `(i32.add (local.get $slot) (i32.const ${KEPT}))`;
/** All rights, but not to end the process itself. */
const rights = `(select (i32.const ${Right.ALL & ~Right.CONTROL}) (i32.const ${Right.ALL})
  (i32.eq (local.get $slot) (i32.const ${Slot.SELF})))`;
const eachSlot = (body: string) => `(local $slot i32)
  (loop $again
    (drop ${body})
    (local.set $slot (i32.add (local.get $slot) (i32.const 1)))
    (br_if $again (i32.lt_u (local.get $slot) (i32.const ${HELD}))))`;

/** Everything moves to where it is kept; what the calls find is derived from there again and again. */
const SLOTS = `
  (func $keep ${eachSlot(call("capabilityMove", "(local.get $slot)", kept))})
  (func $refill ${eachSlot(call("capabilityMint", kept, "(local.get $slot)", rights, 0))})`;

function programText(seed: number): string {
  const labels = HOSTILE.map(({ name }) => `$do-${name}`);
  const opened = labels.toReversed().map((label) => `(block ${label}`);
  const bodies = HOSTILE.map((one) => `) ${callText(one)} (br $next)`);
  return `(module
    ${imports("exit", "threadExit", "messageTimeout", ...HOSTILE.map(({ name }) => name))}
    (memory 4 40)
    (table 1 funcref) (elem (i32.const 0) $worker)
    (func $worker (param i32) (call $threadExit))
    (global $state (mut i32) (i32.const ${seed}))
    ${VALUES} ${SLOTS}
    (func (export "_start") (local $left i32)
      (local.set $left (i32.const ${ROUNDS}))
      (drop ${call("messageTimeout", PATIENCE_NS)})
      (drop ${call("messageBuffer", BUFFER)})
      (call $keep)
      (loop $again
        (if (i32.eqz (i32.rem_u (local.get $left) (i32.const ${REFILL_ROUNDS})))
          (then (call $refill)))
        (call $scribble) (call $scribble)
        (block $next
          ${opened.join(" ")}
          (br_table ${labels.join(" ")} (i32.rem_u (call $random) (i32.const ${labels.length})))
          ${bodies.join("\n")})
        (br_if $again (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))
      ${call("exit", DONE)}))`;
}

test("arguments from the edges of everything are answered", async () => {
  assert.ok(HOSTILE.length >= CALLS_MIN, `${HOSTILE.length} calls`);
  const seed = (testSeed() * 2654435761) | 1;
  const files = [await program("hostile", programText(seed))];
  const session = await Session.boot(files, { policy: POLICY });
  await session.line("run client &");
  await session.line("run hello");
  await session.line("run hello &");
  await session.line(`kill ${await session.running("client")}`);
  // The manager makes the range of ports once, and keeps it.
  await session.codeOf("run hostile");
  const before = await session.books();
  const self = session.machine.output.length;
  assert.is(await session.codeOf("run hostile"), DONE);
  const hostile = /started process (\d+)/.exec(session.machine.output.slice(self))?.[1];
  assert.match(await session.line("run hello"), /^hello/);
  assert.equal(await session.books(), before, "free memory and capabilities as before");
  assert.match(await session.line("audit refused"), new RegExp(`refuse +${hostile} .*slot`));
  await session.halt();
});

test.run();
