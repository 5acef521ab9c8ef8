// What must not even begin: bad modules are refused with rule and offset, bad requests with an error code.
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Kind, Right, Slot } from "../../../kernel/abi/capability.ts";
import { KernelError } from "../../../kernel/abi/errors.ts";
import { call, exitWith, imports, infoOf, need, start } from "./calls.ts";
import { assemble, program, Session, wasmFile } from "./session.ts";
import { SPAWN_RECORD, SPAWN_TARGET, spawning, wordsText } from "./victims.ts";

const test = suite("refusals");

/** What may stop somebody who starts programs without end. */
const REFUSALS: number[] = [
  KernelError.OUT_OF_MEMORY,
  KernelError.TABLE_FULL,
  KernelError.QUOTA_EXHAUSTED,
];
const RECORD = 64;
const OPENED = Slot.FREE;
/** No capability there; no such slot. */
const EMPTY = Slot.FREE;
const BEYOND = 0x10000;
const MEMORY = "(memory 1)";
/** A file's number, as the calls of the archives want it. */
const FILE = Slot.FILES << 16;

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

interface Answered {
  error: KernelError;
  text: string;
  /** Its block of the policy; without one the module goes through the loader. */
  policy?: string;
}

const answered = (error: KernelError, name: string, ...values: number[]): Answered => ({
  error,
  text: start(["exit", name], MEMORY, exitWith(call(name, ...values))),
});

/** A process opened through the machine's capability, then killed. */
const killing = (error: KernelError, process: number, rights: string): Answered => ({
  error,
  policy: `machine ${rights}`,
  text: start(
    ["exit", "processOpen", "processKill"],
    MEMORY,
    `${need(call("processOpen", Slot.MACHINE, process, OPENED))}
     ${exitWith(call("processKill", OPENED))}`,
  ),
});

/** A SpawnRecord that takes its program from `source`. */
const creating = (error: KernelError, source: number): Answered => ({
  error,
  text: start(
    ["exit", "processCreate"],
    `${MEMORY} (data (i32.const ${RECORD})
      "${wordsText(0, 0, 0, 0, Slot.GROUP, 0, source, OPENED, 0, 0, 0)}")`,
    exitWith(call("processCreate", 0, 64, RECORD)),
  ),
});

/** Modules that run and end by themselves with the KernelError that the kernel answered. */
const ANSWERED: Record<string, Answered> = {
  "pointer-past-the-end": answered(KernelError.BAD_ADDRESS, "fileRead", FILE, 0, 0xfffe, 4),
  "pointer-into-the-kernel": answered(KernelError.BAD_ADDRESS, "fileName", FILE, 0xc0100000, 4),
  "size-that-wraps": answered(KernelError.BAD_ADDRESS, "fileRead", FILE, 0, 16, -8),
  "record-past-the-end": answered(KernelError.BAD_ADDRESS, "processSpawn", 0xfff0),
  "record-that-wraps": answered(KernelError.BAD_ADDRESS, "processSpawn", -4),
  "buffer-past-the-end": answered(KernelError.BAD_ADDRESS, "messageBuffer", 0x10000),
  "buffer-off-its-boundary": answered(KernelError.BAD_ARGUMENT, "messageBuffer", 256),
  "create-without-capability": creating(KernelError.INVALID_CAPABILITY, Slot.LOADER),
  "create-with-another-capability": creating(KernelError.WRONG_KIND, Slot.FILES),
  "kill-nobody": answered(KernelError.INVALID_CAPABILITY, "processKill", EMPTY),
  "kill-in-no-slot": answered(KernelError.INVALID_CAPABILITY, "processKill", Slot.NONE),
  "kill-beyond-all-slots": answered(KernelError.INVALID_CAPABILITY, "processKill", BEYOND),
  "kill-a-file": answered(KernelError.WRONG_KIND, "processKill", Slot.FILES),
  "halt-without-capability": answered(KernelError.INVALID_CAPABILITY, "halt", Slot.MACHINE, 9),
  "reply-to-nobody": {
    error: KernelError.NO_CALLER,
    text: start(["exit", "messageReply"], MEMORY, exitWith(call("messageReply", infoOf(0), 0))),
  },
  "resume-a-stranger": answered(KernelError.NOT_FOUND, "threadResume", 123456),
  "wait-for-itself": answered(KernelError.BAD_ARGUMENT, "processWait", Slot.SELF, 0),
  "kill-init-as-an-observer": killing(KernelError.MISSING_RIGHT, 1, "observe"),
  "kill-init-with-all-rights": killing(KernelError.NOT_PERMITTED, 1, "observe control"),
  "memory-without-end": {
    error: 1,
    text: start(["exit"], MEMORY, exitWith("(memory.grow (i32.const 20000))")),
  },
};

/** Takes memory until it is refused, touches all of it, and ends well. */
const EXHAUSTION = start(
  ["exit"],
  MEMORY,
  `(loop $more (br_if $more (i32.ne (memory.grow (i32.const 16)) (i32.const -1))))
   (memory.fill (i32.const 0) (i32.const 7) (i32.shl (memory.size) (i32.const 16)))
   ${call("exit", 42)}`,
);

/** Starts threads until it is refused. */
const THREADS = `(module
  ${imports("exit", "threadStart", "sleepUntil")}
  (table 1 funcref) (elem (i32.const 0) $worker)
  (func $worker (param i32) ${call("sleepUntil", 0x7fffffffffffffffn)})
  (func (export "_start") (local $answer i32)
    (loop $more
      (local.set $answer ${call("threadStart", 0, 0, 0)})
      (br_if $more (i32.gt_s (local.get $answer) (i32.const 0))))
    ${exitWith("(local.get $answer)")}))`;

/** Starts sleeping programs until it is refused, then sleeps a while itself; they end with it. */
const BOMB = start(
  ["exit", "processSpawn", "sleepUntil", "clock"],
  `${MEMORY} ${spawning("nap", "9999", Slot.GROUP, 0)}`,
  `(local $slot i32) (local $answer i32)
   (local.set $slot (i32.const ${Slot.FREE}))
   (loop $more
     (i32.store (i32.const ${SPAWN_TARGET}) (local.get $slot))
     (local.set $slot (i32.add (local.get $slot) (i32.const 1)))
     (local.set $answer ${call("processSpawn", SPAWN_RECORD)})
     (br_if $more (i32.gt_s (local.get $answer) (i32.const 0))))
   (call $sleepUntil (i64.add (call $clock) (i64.const 5000000000)))
   ${exitWith("(local.get $answer)")}`,
);

/** Fills its space with capabilities until it is refused. */
const SLOTS = start(
  ["exit", "objectCreate", "capabilityMint"],
  "",
  `(local $slot i32) (local $answer i32)
   ${need(call("objectCreate", Slot.GROUP, Kind.ENDPOINT, Slot.FREE, 0))}
   (local.set $slot (i32.const ${Slot.FREE + 1}))
   (loop $more
     (local.set $answer ${call("capabilityMint", Slot.FREE, "(local.get $slot)", Right.SEND, 0)})
     (local.set $slot (i32.add (local.get $slot) (i32.const 1)))
     (br_if $more (i32.eqz (local.get $answer))))
   ${exitWith("(local.get $answer)")}`,
);

const POLICY = `
program bomb
  slots 2048
  files read
  group create
${Object.entries(ANSWERED)
  .map(([name, { policy }]) => (policy ? `program ${name}\n  ${policy}\n` : ""))
  .join("")}`;

const GOOD = assemble("good", start([], "", "(nop)"));
let session: Session;

test.before(async () => {
  const loaded = [
    ...Object.entries(REFUSED).map(([name, { text }]) => wasmFile(name, text)),
    ...Object.entries(ANSWERED).flatMap(([name, { text, policy }]) =>
      policy ? [] : [wasmFile(name, text)],
    ),
    wasmFile("exhaustion", EXHAUSTION),
    wasmFile("threads", THREADS),
    wasmFile("slots", SLOTS),
    { name: "cut.wasm", bytes: GOOD.slice(0, GOOD.length - 3) },
    { name: "empty.wasm", bytes: new Uint8Array(0) },
    { name: "untyped.wasm", bytes: invalid() },
  ];
  const started = Object.entries(ANSWERED).filter(([, { policy }]) => policy);
  const files = await Promise.all(started.map(([name, { text }]) => program(name, text)));
  files.push(await program("bomb", BOMB));
  const setting = { programs: ["nap"], policy: POLICY };
  session = await Session.boot([...loaded, ...files], setting);
  await session.line("run hello");
  await session.line("run hello &");
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

for (const [name, { error, policy }] of Object.entries(ANSWERED)) {
  test(`${name} is answered with error ${error}`, async () => {
    assert.is(await session.codeOf(`run ${name}${policy ? "" : ".wasm"}`), error);
  });
}

/** Runs a program that ends by itself, and compares the books. */
async function leavesNothing(line: string, code: number): Promise<void> {
  const before = await session.books();
  assert.is(await session.codeOf(line), code);
  assert.equal(await session.books(), before, "free memory and capabilities as before");
}

test("memory exhaustion is a refusal, and all of it comes back", async () => {
  await leavesNothing("run exhaustion.wasm", 42);
});

test("the end of a process's threads is a refusal (TABLE_FULL)", async () => {
  await leavesNothing("run threads.wasm", KernelError.TABLE_FULL);
});

test("the end of a process's slots is a refusal (BAD_ARGUMENT)", async () => {
  await leavesNothing("run slots.wasm", KernelError.BAD_ARGUMENT);
});

test("starting programs without end is refused, the shell goes on, and they end with it", async () => {
  const before = await session.books();
  await session.line("run bomb &");
  await session.settle(1e9);
  const processes = await session.line("ps");
  assert.ok((processes.match(/alive {2}nap/g) ?? []).length > 100, processes);
  assert.match(await session.line("run hello"), /^(hello|run: hello: .*(full|memory|quota))/);
  await session.settle(6e9);
  await session.line("ps");
  const said = session.machine.output.split("run bomb &").pop() ?? "";
  const code = Number(/ended with code (\d+)\n/.exec(said)?.[1]);
  assert.ok(REFUSALS.includes(code), `error ${code}`);
  assert.not.match(await session.line("ps"), /nap|bomb/);
  assert.equal(await session.books(), before, "free memory and capabilities as before");
  assert.match(await session.line("run hello"), /^hello/);
});

test("unknown programs, files and arguments are told apart", async () => {
  assert.match(await session.line("run nobody"), /run: nobody: not found/);
  assert.match(await session.line("run nobody.wasm"), /no such file/);
  assert.match(await session.line("run"), /usage: run/);
  assert.match(await session.line("nonsense"), /no command nonsense/);
  assert.match(await session.line("halt 999"), /usage: halt/);
});

test.run();
