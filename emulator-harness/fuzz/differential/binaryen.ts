// Random valid modules by binaryen's fuzzer: `wasm-opt --translate-to-fuzz` turns random bytes into a module.
//
// npm's binaryen comes with the AssemblyScript compiler, so every machine has this version. Its wasm-opt is one
// script that runs once and exits; here it is loaded once and its main is called per module (4 ms instead of a
// second).
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rootPath } from "../../paths.ts";
import { Random } from "../random.ts";

const FLAGS = [
  "-ttf",
  "--denan",
  "--mvp-features",
  "--enable-mutable-globals",
  "--enable-sign-ext",
  "--enable-nontrapping-float-to-int",
  "--enable-bulk-memory",
  "--enable-multivalue",
  "--enable-reference-types",
];

/** Reaches the functions of the script that it does not offer: `main` with a clean stack. */
const ENTRY = `
;Module.main = (words) => {
  const stack = stackSave();
  try {
    const addresses = ["wasm-opt", ...words].map((word) => stringToUTF8OnStack(word));
    const list = stackAlloc((addresses.length + 1) * 4);
    HEAPU32.set([...addresses, 0], list >>> 2);
    _main(addresses.length, list);
  } finally {
    stackRestore(stack);
  }
};`;

interface Tool {
  main(words: string[]): void;
}

export class Binaryen {
  #folder = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "lendos-fuzz-"));

  private constructor(readonly tool: Tool) {
    process.on("exit", () => rmSync(this.#folder, { recursive: true, force: true }));
  }

  static async load(): Promise<Binaryen> {
    const path = rootPath("node_modules/binaryen/bin/wasm-opt");
    const script = readFileSync(path, "utf8").replace(/^#!.*\n/, "") + ENTRY;
    const run = new Function("Module", "require", "__filename", "__dirname", "process", script);
    return new Promise((resolve) => {
      const module = {
        noInitialRun: true,
        print() {},
        printErr() {},
        quit() {},
        onRuntimeInitialized: () => resolve(new Binaryen(module as unknown as Tool)),
      };
      // A process of its own to install handlers on, and no arguments to take for its own.
      const quiet = Object.assign(Object.create(process), { argv: ["node"], on() {} });
      run(module, createRequire(path), path, rootPath(), quiet);
    });
  }

  /** The module of one case of a seed; null when binaryen failed on it. */
  module(seed: number, number: number): Uint8Array | null {
    const random = new Random(seed, number);
    const bytes = Uint8Array.from({ length: 100 + random.below(1200) }, () => random.below(256));
    const input = join(this.#folder, "input.dat");
    const output = join(this.#folder, "output.wasm");
    writeFileSync(input, bytes);
    if (existsSync(output)) rmSync(output);
    try {
      this.tool.main([input, ...FLAGS, "-o", output]);
    } catch {
      // It leaves by throwing its exit status, and after an error there is no output.
    }
    return existsSync(output) ? new Uint8Array(readFileSync(output)) : null;
  }
}
