// Our disassembler against objdump: every instruction of the generator, kernel and programs reads the same.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { codegenWasm, Generator } from "../build/generator.ts";
import { disassemble } from "../disassembler/disassembler.ts";
import { readElf } from "../machine/elf.ts";
import { skip } from "../test/support.ts";

function objdump(elf: Uint8Array): Map<number, string> {
  const folder = mkdtempSync(join(tmpdir(), "lendos-"));
  try {
    const path = join(folder, "code.elf");
    writeFileSync(path, elf);
    const options = ["-d", "-M", "intel", "--no-show-raw-insn", path];
    const text = execFileSync("objdump", options, { encoding: "utf8", maxBuffer: 1 << 28 });
    return new Map(
      [...text.matchAll(/^\s*([0-9a-f]+):\t(.*)$/gm)].map(([, address, instruction]) => [
        Number.parseInt(address, 16),
        plain(instruction),
      ]),
    );
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") skip("objdump is not installed");
    throw error;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Without symbol names, comments and alignment. */
function plain(instruction: string): string {
  return instruction
    .replace(/\s*(<[^>]*>|#.*)/g, "")
    .replace(/\s+/g, " ")
    .trim();
}

test("the generator's own code", async () => {
  const wasm = await codegenWasm();
  const elf = (await Generator.load(wasm)).compile(wasm);
  const expected = objdump(elf);
  const text = readElf(elf).sections.find(({ name }) => name === ".text")!;
  const differences: string[] = [];
  let count = 0;
  for (const { offset, text: found } of disassemble(text.bytes, text.address)) {
    const address = text.address + offset;
    const wanted = expected.get(address);
    count += 1;
    if (wanted === undefined || plain(found) === wanted) continue;
    differences.push(`${address.toString(16)}: ${plain(found)} | objdump: ${wanted}`);
  }
  assert.ok(count > 10_000, `${count} instructions`);
  assert.is(differences.slice(0, 20).join("\n"), "");
});

test.run();
