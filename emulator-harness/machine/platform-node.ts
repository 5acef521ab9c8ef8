// One private copy of the v86 library per machine, with its own idea of time and chance: in Node.
//
// v86 reads performance.now, Date, Math.random, crypto and WebAssembly.instantiate as free names. The library's
// text is therefore compiled once as a function that takes these names as parameters, and called once per machine:
// clocks stay apart and nothing global is replaced.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import vm from "node:vm";
import { ROOT } from "../paths.ts";
import {
  instantiateLibrary,
  LIBRARY_PARAMETERS,
  libraryText,
  shortTurns,
  type LibraryFunction,
  type Platform,
} from "./v86.ts";

const require = createRequire(join(ROOT, "package.json"));
const folder = dirname(require.resolve("v86/build/v86.wasm"));

let library: LibraryFunction | null = null;
/** By whether its turns are short. */
const wasm = new Map<boolean, Promise<WebAssembly.Module>>();

function loadWasm(short: boolean): Promise<WebAssembly.Module> {
  const bytes = readFileSync(join(folder, "v86.wasm"));
  return WebAssembly.compile(short ? shortTurns(bytes) : bytes);
}

export const platform: Platform = {
  async library(world) {
    const filename = join(folder, "libv86.js");
    library ??= vm.compileFunction(
      libraryText(readFileSync(filename, "utf8")),
      LIBRARY_PARAMETERS,
      { filename },
    ) as LibraryFunction;
    return instantiateLibrary(library, world, require);
  },
  wasm(short = false) {
    const compiled = wasm.get(short) ?? loadWasm(short);
    wasm.set(short, compiled);
    return compiled;
  },
  soon: (callback) => void setImmediate(callback),
};
