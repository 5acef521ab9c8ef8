// The bare rig itself, with hand-made programs: calls, results, every way to stop, reloading.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { Bare } from "./bare.ts";
import { type HandSegment, handElf } from "./hand-elf.ts";

const TEXT = 0x80010000;
const INSTANCE = 0xb0000000;
/** mov eax, 126; mov ecx, esp; mov edx, $; sysenter: INVOKE_DONE. */
const DONE = [0xb8, 126, 0, 0, 0, 0x89, 0xe1, 0xba, 0, 0, 1, 0x80, 0x0f, 0x34];

function program(code: number[], extra: HandSegment[] = []): Uint8Array {
  return handElf(TEXT, [{ address: TEXT, bytes: code, flags: 5 }, ...extra], {
    "invoke:f": TEXT,
  });
}

const rig = await Bare.create({ memoryPages: 4 });

test("an invocation gets its arguments and gives its results", () => {
  // mov ecx, [eax]; add ecx, [eax + 8]; mov [eax], ecx
  rig.load(program([0x8b, 0x08, 0x03, 0x48, 0x08, 0x89, 0x08, ...DONE]));
  assert.equal(rig.invoke("f", [40n, 2n]), { kind: "ok", slots: [42n, 2n] });
  assert.equal(rig.invoke("f", [0xffffffffn, 2n]), { kind: "ok", slots: [1n, 2n] });
});

test("a thousand programs one after the other, each with fresh code", () => {
  for (let i = 0; i < 1000; i++) {
    rig.load(program([0xc7, 0x00, i & 255, i >> 8, 0, 0, ...DONE])); // mov dword [eax], i
    assert.equal(rig.invoke("f", []), { kind: "ok", slots: [BigInt(i)] });
  }
});

test("hot code is compiled, and replaced when the program is", () => {
  // mov ecx, n; l: dec ecx; jnz l; mov dword [eax], v
  const loop = (value: number) =>
    program([0xb9, 0, 0, 0x40, 0, 0x49, 0x75, 0xfd, 0xc7, 0, value, 0, 0, 0, ...DONE]);
  for (const value of [5, 6]) {
    rig.load(loop(value));
    for (let i = 0; i < 5; i++) {
      assert.equal(rig.invoke("f", []), { kind: "ok", slots: [BigInt(value)] });
    }
  }
});

test("an endless loop ends at its budget, and the next program runs", () => {
  rig.load(program([0xeb, 0xfe]));
  assert.equal(rig.invoke("f", [], 30e6), { kind: "timeout" });
  rig.load(program(DONE));
  assert.is(rig.invoke("f", []).kind, "ok");
});

test("faults are told apart", () => {
  const trapOf = (code: number[]) => {
    rig.load(program(code));
    const outcome = rig.invoke("f", []);
    if (outcome.kind !== "trap") throw new Error(outcome.kind);
    return [outcome.trapKind, outcome.vector, outcome.address];
  };
  assert.equal(trapOf([0x0f, 0x0b]), [35, 6, 0]); // ud2 at no site
  assert.equal(trapOf([0xa1, 0, 0, 0, 0x10]), [2, 14, 0x10000000]); // mov eax, [0x10000000]
  assert.equal(trapOf([0xe8, 0xfb, 0xff, 0xff, 0xff]).slice(0, 2), [9, 14]); // call $
  assert.equal(trapOf([0xf4]), [36, 13, 0]); // hlt
  assert.equal(trapOf([0xa3, 0, 0, 1, 0x80]).slice(0, 2), [32, 14]); // a store into the text
});

test("memory starts as the module says, grows to its bound, and reads back", () => {
  const info = [0x444e454c, 1, 1, 3, 1, 0, 0, 0, INSTANCE, 0, 0];
  const grow = [
    ...[0x89, 0xc7, 0xb8, 5, 0, 0, 0, 0xbb, 1, 0, 0, 0], // mov edi, eax; eax = 5; ebx = 1
    ...[0xba, 0x15, 0, 1, 0x80, 0x89, 0xe1, 0x0f, 0x34], // mov edx, next; mov ecx, esp; sysenter
    ...[0x89, 0x07, 0x8b, 0x0d, 0, 0, 0, 0xb0, 0x89, 0x4f, 8], // [edi] = eax; [edi + 8] = the size
    ...[0x83, 0xf8, 0xff, 0x74, 7, 0xc6, 0x05, 0xff, 0xff, 1, 0, 7], // if not -1: [0x1ffff] = 7
  ];
  const elf = handElf(
    TEXT,
    [
      { address: TEXT, bytes: [...grow, ...DONE], flags: 5 },
      { address: INSTANCE, bytes: [0, 0, 0, 0], flags: 6 },
    ],
    { "invoke:f": TEXT },
    { ".lendos.info": info },
  );
  rig.load(elf);
  assert.is(rig.pages, 1);
  const grown = [0, 1, 2].map(() => rig.invoke("f", [0n, 0n]));
  assert.equal(grown[0], { kind: "ok", slots: [1n, 2n] });
  assert.equal(grown[1], { kind: "ok", slots: [2n, 3n] });
  assert.equal(grown[2], { kind: "ok", slots: [0xffffffffn, 3n] });
  assert.is(rig.readMemory()[0x1ffff], 7);
  rig.load(elf);
  assert.is(rig.readMemory().length, 65536);
});

test.run();
