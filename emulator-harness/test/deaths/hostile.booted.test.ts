// A hostile program: system calls with arguments from the edges of everything. The kernel answers or
// refuses each of them, and the books agree afterwards (halt verifies them).
import { test } from "uvu";
import * as assert from "uvu/assert";
import { Call, callSignature } from "../../../kernel/abi/calls.ts";
import { testSeed } from "../support.ts";
import { assemble, Session } from "./session.ts";

const ROUNDS = 30_000;
const DONE = 42;
/** They end the caller or the machine, block it for ever, kill the shell, or print. */
const LEFT_OUT = new Set([
  "exit",
  "halt",
  "sleepUntil",
  "consoleRead",
  "consoleWrite",
  "threadExit",
  "threadSuspend",
  "threadHandoff",
  "processWait",
  "processKill",
]);

interface Imported {
  name: string;
  parameters: string;
  result: string;
}

/** Every other call a program may import. */
function calls(): Imported[] {
  const all = Array.from({ length: Call.COUNT }, (_, number) => callSignature(number as Call));
  return all
    .map((text) => /^(\w+) (\w*):(\w?)$/.exec(text))
    .filter((match) => match !== null)
    .map(([, name, parameters, result]) => ({ name, parameters, result }))
    .filter(({ name }) => !LEFT_OUT.has(name));
}

const typeOf = (letter: string) => (letter === "I" ? "i64" : "i32");

function importText({ name, parameters, result }: Imported): string {
  const types = [...parameters].map((letter) => `(param ${typeOf(letter)})`).join(" ");
  const answer = result === "" ? "" : `(result ${typeOf(result)})`;
  return `(import "kernel" "${name}" (func $${name} ${types} ${answer}))`;
}

/** One call with arguments drawn from the interesting values; a thread always starts at element 0. */
function callText({ name, parameters, result }: Imported): string {
  const words = [...parameters].map((letter, index) => {
    if (name === "threadStart" && index === 0) return "(i32.const 0)";
    return letter === "I" ? "(i64.extend_i32_s (call $value))" : "(call $value)";
  });
  const call = `(call $${name} ${words.join(" ")})`;
  return result === "" ? call : `(drop ${call})`;
}

/** `value`: one of eight kinds of number, each from the random sequence. */
function programText(seed: number): string {
  const imports = calls();
  const labels = imports.map(({ name }) => `$do-${name}`);
  const opened = labels.toReversed().map((label) => `(block ${label}`);
  const bodies = imports.map((one) => `) ${callText(one)} (br $next)`);
  return `(module
    (import "kernel" "exit" (func $exit (param i32)))
    (import "kernel" "threadExit" (func $threadExit))
    ${imports.map(importText).join("\n")}
    (memory 4 40)
    (table 1 funcref) (elem (i32.const 0) $worker)
    (func $worker (param i32) (call $threadExit))
    (global $state (mut i32) (i32.const ${seed}))
    (func $random (result i32) (local $x i32)
      (local.set $x (global.get $state))
      (local.set $x (i32.xor (local.get $x) (i32.shl (local.get $x) (i32.const 13))))
      (local.set $x (i32.xor (local.get $x) (i32.shr_u (local.get $x) (i32.const 17))))
      (local.set $x (i32.xor (local.get $x) (i32.shl (local.get $x) (i32.const 5))))
      (global.set $state (local.get $x))
      (local.get $x))
    (func $value (result i32) (local $r i32)
      (local.set $r (call $random))
      (block $edge (block $high (block $kernel (block $aligned (block $small
        (br_table $small $small $aligned $aligned $edge $high $kernel $edge
          (i32.and (call $random) (i32.const 7))))
        (return (i32.and (local.get $r) (i32.const 15))))
        (return (i32.and (local.get $r) (i32.const 0x3fff8))))
        (return (i32.add (i32.const 0xc0100000) (i32.and (local.get $r) (i32.const 0xffff)))))
        (return (i32.sub (i32.const 0) (i32.and (local.get $r) (i32.const 31)))))
      (i32.sub (i32.const 0x40010) (i32.and (local.get $r) (i32.const 63))))
    (func $scribble
      (i32.store (i32.and (call $random) (i32.const 0x3fffc)) (call $value)))
    (func (export "_start") (local $left i32)
      (local.set $left (i32.const ${ROUNDS}))
      (loop $again
        (call $scribble) (call $scribble) (call $scribble)
        (block $next
          ${opened.join(" ")}
          (br_table ${labels.join(" ")} (i32.rem_u (call $random) (i32.const ${labels.length})))
          ${bodies.join("\n")})
        (br_if $again (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))
      (call $exit (i32.const ${DONE}))))`;
}

test("arguments from the edges of everything are answered", async () => {
  const seed = (testSeed() * 2654435761) | 1;
  const bytes = assemble("hostile", programText(seed));
  const session = await Session.boot([{ name: "hostile.wasm", bytes }], 32);
  await session.line("run hello");
  assert.is(await session.codeOf("run hostile.wasm"), DONE);
  assert.match(await session.line("run hello"), /^hello/);
  await session.halt();
});

test.run();
