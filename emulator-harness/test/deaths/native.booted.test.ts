// Machine code that our generator would never write, as hand-made images of the archive: ring 3 has no way to the
// processor's privileged state, and whoever tries dies alone.
//
// Left out: iretd to ring 0, where v86 itself ends, and single steps, which it lacks.
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Call } from "../../../kernel/abi/calls.ts";
import { handElf } from "../../machine/hand-elf.ts";
import { Session } from "./session.ts";

const test = suite("deaths of native code");
const TEXT = 0x80010000;
const INSTANCE = 0xb0000000;
const READ_EXECUTE = 5;
const READ_WRITE = 6;
const BYSTANDER = "spin";
const CODE_TRAPPED = 134;

interface Death {
  name: string;
  code: number[];
  trap: string;
  /** The instruction pointer of the report; by default the offset in the function. */
  place?: string;
}

const PRIVILEGED = "privileged instruction";
const WILD_ACCESS = "wild memory access";
const WILD_JUMP = "wild jump";
const word = (value: number) => [value, value >> 8, value >> 16, value >> 24].map((b) => b & 255);
const movEax = (value: number) => [0xb8, ...word(value)];

const privileged = (name: string, code: number[], offset = 0): Death => ({
  name,
  code,
  trap: PRIVILEGED,
  place: `culprit\\+0x0*${offset.toString(16)}`,
});
/** sysenter with a return address and a stack of the program's choice. */
const systemCall = (number: number, stack: number, next: number) => [
  ...movEax(number),
  ...[0xb9, ...word(stack), 0xba, ...word(next), 0x0f, 0x34],
];

const DEATHS: Death[] = [
  privileged("halts", [0xf4]),
  privileged("clears-interrupts", [0xfa]),
  privileged("sets-interrupts", [0xfb]),
  privileged("reads-a-port", [0xe4, 0x60]),
  privileged("writes-a-port", [...movEax(0xfe), 0xe6, 0x64], 5),
  privileged("writes-the-exit-port", [...movEax(0), 0xe6, 0xf4], 5),
  privileged("reads-cr0", [0x0f, 0x20, 0xc0]),
  privileged("writes-cr3", [...movEax(0), 0x0f, 0x22, 0xd8], 5),
  privileged("loads-descriptors", [0x0f, 0x01, 0x15, ...word(INSTANCE)]),
  privileged("loads-interrupt-gates", [0x0f, 0x01, 0x1d, ...word(INSTANCE)]),
  privileged("loads-a-task", [0x66, 0xb8, 0x28, 0x00, 0x0f, 0x00, 0xd8], 4),
  privileged("writes-a-register-of-the-model", [0x0f, 0x30]),
  privileged("invalidates-a-page", [0x0f, 0x01, 0x38], 0),
  privileged("leaves-the-kernel", [0x0f, 0x35]),
  privileged("calls-an-interrupt-gate", [0xcd, 0x0e]),
  privileged("calls-the-old-gate", [0xcd, 0x80]),
  privileged("breakpoint", [0xcc]),
  privileged("far-jump-to-ring-0", [0xea, ...word(0xc0100000), 0x08, 0x00]),
  privileged("kernel-data-segment", [0x66, 0xb8, 0x10, 0x00, 0x8e, 0xd8], 4),
  { name: "undefined", code: [0x0f, 0x0b], trap: "undefined instruction", place: "culprit\\+" },
  {
    name: "divides-by-zero",
    code: [0x31, 0xd2, 0x31, 0xc9, 0xf7, 0xf1],
    trap: "integer divide by zero",
    place: "culprit\\+0x0*4",
  },
  { name: "reads-the-kernel", code: [0xa1, ...word(0xc0100000)], trap: WILD_ACCESS },
  { name: "reads-physical-zero", code: [0xa1, ...word(0xc0000000)], trap: WILD_ACCESS },
  { name: "writes-the-kernel", code: [0xa3, ...word(0xc01e2000)], trap: WILD_ACCESS },
  { name: "writes-its-text", code: [0xa3, ...word(TEXT + 8)], trap: WILD_ACCESS },
  { name: "reads-linear-memory-that-is-not", code: [0xa1, ...word(0)], trap: "out of bounds" },
  { name: "writes-the-page-directory", code: [0xa3, ...word(0xfffff000)], trap: WILD_ACCESS },
  { name: "jumps-to-the-kernel", code: [...movEax(0xc0100000), 0xff, 0xe0], trap: WILD_JUMP },
  { name: "jumps-to-zero", code: [...movEax(0), 0xff, 0xe0], trap: WILD_JUMP },
  { name: "calls-the-highest-address", code: [...movEax(-1), 0xff, 0xd0], trap: WILD_JUMP },
  // mov esp, eax; push eax
  { name: "stack-in-the-kernel", code: [...movEax(0xc0100000), 0x89, 0xc4, 0x50], trap: "" },
  { name: "stack-at-zero", code: [0x31, 0xe4, 0x50], trap: "" },
  { name: "pushes-for-ever", code: [0x50, 0xeb, 0xfd], trap: "call stack exhausted" },
  {
    name: "continues-in-the-kernel",
    code: systemCall(Call.NULL, 0, 0xc0100000),
    trap: WILD_JUMP,
    place: "0x0*c0100000",
  },
  {
    name: "continues-at-4",
    code: systemCall(Call.COUNT, 0xc0100000, 4),
    trap: WILD_JUMP,
    place: "0x0*4",
  },
];

const CODE_GOOD = 7;
/** mov ebx, 7 */
const EXITS = [0xbb, ...word(CODE_GOOD), ...systemCall(Call.EXIT, 0, TEXT)];

/** An image of one function, with a page of data and what the kernel wants to know of it. */
function image(code: number[]): Uint8Array {
  const information = [0x444e454c, 1, 0, 0, 0, 0, 0, 0, INSTANCE, INSTANCE + 4, 0];
  return handElf(
    TEXT,
    [
      { address: TEXT, bytes: [...code, 0xeb, 0xfe], flags: READ_EXECUTE },
      { address: INSTANCE, bytes: new Array(64).fill(0), flags: READ_WRITE },
    ],
    { culprit: TEXT },
    { ".lendos.info": information },
  );
}

let session: Session;
test.before(async () => {
  const files = DEATHS.map(({ name, code }) => ({ name: `bin/${name}.elf`, bytes: image(code) }));
  files.push({ name: "bin/good.elf", bytes: image(EXITS) });
  session = await Session.boot(files);
  await session.line(`run ${BYSTANDER} &`);
});
test.after(async () => {
  await session?.halt();
});

test("a hand-made image that only exits does so with its code", async () => {
  assert.is(await session.codeOf("run good"), CODE_GOOD);
});

for (const { name, trap, place } of DEATHS) {
  test(name, async () => {
    await session.line(`run ${name}`);
    const before = await session.books();
    const report = await session.line(`run ${name}`);
    const where = place ?? "(culprit\\+)?0x";
    assert.match(
      report,
      new RegExp(`process \\d+ \\(${name}\\): trap: ${trap}.*? in ${where}`, "s"),
      report,
    );
    assert.equal(await session.books(), before, "free memory and capabilities as before");
    const processes = await session.line("ps");
    assert.match(processes, /alive {2}shell/);
    assert.match(processes, new RegExp(`alive {2}${BYSTANDER}`));
    assert.not.match(processes, new RegExp(name));
  });
}

test("the shell's code says that it trapped", async () => {
  assert.is(await session.codeOf("run halts"), CODE_TRAPPED);
});

test.run();
