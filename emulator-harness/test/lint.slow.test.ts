// The house style as the tools see it: Biome's rules and layout, TypeScript's types on host and guest code.
import { spawnSync } from "node:child_process";
import { test } from "uvu";
import { ROOT, rootPath } from "../paths.ts";

function expectQuiet(program: string, words: string[]): void {
  const path = rootPath("node_modules", ".bin", program);
  const { status, stdout, stderr } = spawnSync(path, words, { cwd: ROOT, encoding: "utf8" });
  if (status !== 0)
    throw new Error(`${program} ${words.join(" ")}\n${stdout}${stderr}`.slice(0, 6000));
}

test("Biome finds nothing to change", () => expectQuiet("biome", ["check", "."]));

for (const folder of ["emulator-harness", "kernel", "userland"]) {
  test(`the types of ${folder} are sound`, () => expectQuiet("tsc", ["-p", folder]));
}

test.run();
