// What must not even begin: bad modules are refused with rule and offset, bad requests with an error code.
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { assemble, Session } from "./session.ts";

const test = suite("refusals");

const starting = (fields: string, body: string) =>
  `(module ${fields} (func (export "_start") ${body}))`;

const OUT_OF_MEMORY = 6;
const TABLE_FULL = 7;

/** Exits with the negated result of a call, so that the shell's exit code shows the KernelError. */
const exitWith = (call: string) => `(call $exit (i32.sub (i32.const 0) ${call}))`;
const EXIT = '(import "kernel" "exit" (func $exit (param i32)))';

const REFUSED = {
  privileged: {
    text: '(module (import "machine" "outb" (func (param i32 i32))) (func (export "_start")))',
    says: /machine/,
  },
  "unknown-call": {
    text: '(module (import "kernel" "becomeRoot" (func)) (func (export "_start")))',
    says: /becomeRoot|import/,
  },
  "wrong-signature": {
    text: '(module (import "kernel" "clock" (func (result i32))) (func (export "_start")))',
    says: /clock|signature|import/,
  },
  "unknown-module": {
    text: '(module (import "env" "abort" (func)) (func (export "_start")))',
    says: /env|import/,
  },
} as const;

/** Modules that run and end by themselves with the KernelError that the kernel answered. */
const ANSWERED = {
  "pointer-past-the-end": {
    error: 2,
    text: starting(
      `${EXIT} (import "kernel" "consoleWrite" (func $write (param i32 i32) (result i32))) (memory 1)`,
      exitWith("(call $write (i32.const 0xfffe) (i32.const 4))"),
    ),
  },
  "pointer-into-the-kernel": {
    error: 2,
    text: starting(
      `${EXIT} (import "kernel" "consoleRead" (func $read (param i32 i32) (result i32))) (memory 1)`,
      exitWith("(call $read (i32.const 0xc0100000) (i32.const 4))"),
    ),
  },
  "size-that-wraps": {
    error: 2,
    text: starting(
      `${EXIT} (import "kernel" "fileRead" (func $read (param i32 i32 i32 i32) (result i32))) (memory 1)`,
      exitWith("(call $read (i32.const 0) (i32.const 0) (i32.const 16) (i32.const -8))"),
    ),
  },
  "create-without-permission": {
    error: 9,
    text: starting(
      `${EXIT} (import "kernel" "processCreate" (func $make (param i32 i32 i32) (result i32))) (memory 1)`,
      exitWith("(call $make (i32.const 0) (i32.const 64) (i32.const 0))"),
    ),
  },
  "memory-without-end": {
    error: 1,
    text: starting(`${EXIT} (memory 1)`, exitWith("(memory.grow (i32.const 20000))")),
  },
  "kill-init": {
    error: 9,
    text: starting(
      `${EXIT} (import "kernel" "processKill" (func $kill (param i32) (result i32)))`,
      exitWith("(call $kill (i32.const 1))"),
    ),
  },
} as const;

/** Takes memory until it is refused, touches all of it, and ends well. */
const EXHAUSTION = starting(
  `${EXIT} (memory 1)`,
  `(loop $more (br_if $more (i32.ne (memory.grow (i32.const 16)) (i32.const -1))))
   (memory.fill (i32.const 0) (i32.const 7) (i32.shl (memory.size) (i32.const 16)))
   (call $exit (i32.const 42))`,
);

/** Starts threads until it is refused. */
const THREADS = `(module
  ${EXIT}
  (import "kernel" "threadStart" (func $start (param i32 i32) (result i32)))
  (import "kernel" "sleepUntil" (func $sleep (param i64)))
  (table 1 funcref) (elem (i32.const 0) $worker)
  (func $worker (param i32) (call $sleep (i64.const 0x7fffffffffffffff)))
  (func (export "_start") (local $answer i32)
    (loop $more
      (local.set $answer (call $start (i32.const 0) (i32.const 0)))
      (br_if $more (i32.gt_s (local.get $answer) (i32.const 0))))
    (call $exit (i32.sub (i32.const 0) (local.get $answer)))))`;

/** Starts sleeping programs until it is refused; what it started stays behind. */
const BOMB = `(module
  ${EXIT}
  (import "kernel" "processSpawn" (func $spawn (param i32) (result i32)))
  (memory 1)
  (data (i32.const 0) "\\20\\00\\00\\00" "\\03\\00\\00\\00" "\\28\\00\\00\\00")
  (data (i32.const 12) "\\05\\00\\00\\00" "\\ff\\ff\\ff\\ff" "\\00\\00\\00\\00")
  (data (i32.const 32) "nap")
  (data (i32.const 40) "9999\\00")
  (func (export "_start") (local $answer i32)
    (loop $more
      (local.set $answer (call $spawn (i32.const 0)))
      (br_if $more (i32.gt_s (local.get $answer) (i32.const 0))))
    (call $exit (i32.sub (i32.const 0) (local.get $answer)))))`;

const GOOD = assemble("good", starting("", "(nop)"));
let session: Session;

test.before(async () => {
  const texts: [string, string][] = [
    ...Object.entries(REFUSED).map(([name, { text }]): [string, string] => [name, text]),
    ...Object.entries(ANSWERED).map(([name, { text }]): [string, string] => [name, text]),
    ["exhaustion", EXHAUSTION],
    ["threads", THREADS],
    ["bomb", BOMB],
  ];
  const files = texts.map(([name, text]) => ({
    name: `${name}.wasm`,
    bytes: assemble(name, text),
  }));
  files.push({ name: "cut.wasm", bytes: GOOD.slice(0, GOOD.length - 3) });
  files.push({ name: "empty.wasm", bytes: new Uint8Array(0) });
  files.push({ name: "untyped.wasm", bytes: invalid() });
  session = await Session.boot(files, 32);
  await session.line("run hello");
});
test.after(async () => {
  await session?.halt();
});

/** A module whose body leaves a value that its type does not mention. */
function invalid(): Uint8Array {
  return Uint8Array.of(
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0],
    ...[10, 6, 1, 4, 0, 0x41, 0, 0x0b],
  );
}

for (const [name, { says }] of Object.entries(REFUSED)) {
  test(`${name} is refused by the loader`, async () => {
    const said = await session.line(`run ${name}.wasm`);
    assert.match(said, new RegExp(`loader: ${name}\\.wasm: .* at offset 0x[0-9a-f]+`));
    assert.match(said, says);
  });
}

for (const name of ["cut", "empty", "untyped"]) {
  test(`the module ${name} is refused with its rule and offset`, async () => {
    const said = await session.line(`run ${name}.wasm`);
    assert.match(said, new RegExp(`loader: ${name}\\.wasm: .+ at offset 0x[0-9a-f]+`));
  });
}

for (const [name, { error }] of Object.entries(ANSWERED)) {
  test(`${name} is answered with error ${error}`, async () => {
    assert.is(await session.codeOf(`run ${name}.wasm`), error);
  });
}

test("memory exhaustion is a refusal, and all of it comes back", async () => {
  const before = await session.freeMemory();
  assert.is(await session.codeOf("run exhaustion.wasm"), 42);
  assert.is(await session.freeMemory(), before, "free memory before = after");
});

test("the thread table's end is a refusal (TABLE_FULL)", async () => {
  const before = await session.freeMemory();
  assert.is(await session.codeOf("run threads.wasm"), 7);
  assert.is(await session.freeMemory(), before, "free memory before = after");
});

test("starting programs without end is refused, and the shell goes on", async () => {
  const code = await session.codeOf("run bomb.wasm");
  assert.ok(code === OUT_OF_MEMORY || code === TABLE_FULL, `error ${code}`);
  assert.match(await session.line("run hello"), /^(hello|run: hello: (table full|out of memory))/);
  const processes = await session.line("ps");
  assert.ok((processes.match(/alive {2}nap/g) ?? []).length > 100);
  for (const [, number] of processes.matchAll(/^ *(\d+) .*alive {2}nap$/gm)) {
    await session.line(`kill ${number}`);
  }
  assert.match(await session.line("run hello"), /^hello/);
});

test("unknown programs, files and arguments are told apart", async () => {
  assert.match(await session.line("run nothing"), /run: nothing: not found/);
  assert.match(await session.line("run nothing.wasm"), /no such file/);
  assert.match(await session.line("run"), /usage: run/);
  assert.match(await session.line("nonsense"), /no command nonsense/);
  assert.match(await session.line("halt 999"), /usage: halt/);
});

test.run();
