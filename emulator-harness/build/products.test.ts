// What the build made: no allocator and no strange import in kernel and generator, an image that fits its limit.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { readElf, sectionOf } from "../machine/elf.ts";
import { codegenWasm } from "./generator.ts";
import { buildImage, kernelWasm, programs, programWasm } from "./pipeline.ts";

const IMAGE_BYTES_MAX = 1_100_000;
const ALLOCATOR = "~lib/rt/";

function importModules(wasm: Uint8Array): string[] {
  const imports = WebAssembly.Module.imports(new WebAssembly.Module(wasm as BufferSource));
  return [...new Set(imports.map((entry) => entry.module))];
}

function contains(bytes: Uint8Array, text: string): boolean {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes(text);
}

test("the kernel allocates nothing and imports only the machine", async () => {
  const wasm = await kernelWasm();
  assert.equal(importModules(wasm), ["machine"]);
  assert.ok(contains(wasm, "kernel/trap/"), "the name section is there to be searched");
  assert.not(contains(wasm, ALLOCATOR));
});

test("the generator imports nothing", async () => {
  assert.equal(importModules(await codegenWasm()), []);
});

test("programs import the kernel and nothing else", async () => {
  const all = programs();
  assert.ok(all.length >= 5, `${all.length} programs`);
  for (const program of all) {
    const strange = importModules(await programWasm(program)).filter((name) => name !== "kernel");
    assert.equal(strange, [], program.name);
  }
});

test("the image with every program is small, and carries symbols for gdb", async () => {
  const image = await buildImage();
  assert.ok(image.length <= IMAGE_BYTES_MAX, `${image.length} bytes`);
  const elf = readElf(image);
  assert.ok(elf.symbols.length > 100, `${elf.symbols.length} symbols`);
  assert.ok(sectionOf(elf, ".symtab") !== null);
});

test.run();
