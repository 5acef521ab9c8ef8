// The C compilers of the bench: gcc for the native peer, clang for the Wasm that our generator gets.
//
// They are Debian packages of developer machines (gcc-multilib, clang, lld); without them the bench says so
// and measures the rest.
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync } from "node:fs";
import { basename, dirname } from "node:path";
import { Call } from "../../kernel/abi/calls.ts";
import { readBytes } from "../build/files.ts";
import { buildPath, rootPath } from "../paths.ts";

const PROGRAMS = rootPath("emulator-harness", "bench", "programs");
const SCRIPTS = rootPath("emulator-harness", "bench", "script");
const COMMON = ["-ffreestanding", "-fno-math-errno", "-nostdlib", "-Wall", "-Wextra"];
const NATIVE = ["-m32", "-fno-pic", "-no-pie", "-static", `-DINVOKE_DONE=${Call.INVOKE_DONE}`];
const NATIVE_LINK = [
  "-lgcc",
  "-Wl,-Ttext-segment=0x80010000,-Tdata=0xb0000000,-e,lendos_start,--build-id=none,-z,noexecstack",
];
const WASM = ["--target=wasm32", "-mbulk-memory", "-msign-ext", "-mmutable-globals", "-c"];
const WASM_LINK = ["--no-entry", "--export=run", "-z", "stack-size=65536"];

/** Flags of the native builds, by the name that the tables print. */
export const NATIVE_FLAGS = {
  gcc: ["-O2"],
  "gcc sse2": ["-O2", "-msse2", "-mfpmath=sse"],
} as const;
export type Native = keyof typeof NATIVE_FLAGS;

/** Names of the C programs of the bench. */
export function programNames(): string[] {
  const files = readdirSync(PROGRAMS).filter((file) => file.endsWith(".c"));
  return files.map((file) => basename(file, ".c")).filter((name) => name !== "native");
}

/** Names of the programs that have an AssemblyScript version. */
export function assemblyScriptNames(): string[] {
  const names = readdirSync(SCRIPTS).map((file) => basename(file, ".ts"));
  return names.filter((name) => programNames().includes(name));
}

/** Which of the compilers are missing on this machine; empty when the bench can run them all. */
export function missingCompilers(): string[] {
  const answers = (command: string, ...words: string[]) => {
    try {
      execFileSync(command, words, { stdio: "pipe" });
      return true;
    } catch {
      return false;
    }
  };
  const missing: string[] = [];
  if (!answers("gcc", "-m32", "-print-libgcc-file-name")) missing.push("gcc (gcc-multilib)");
  if (!answers("clang", "--target=wasm32", "--version")) missing.push("clang");
  if (!answers("wasm-ld", "--version")) missing.push("wasm-ld (lld)");
  return missing;
}

export function versionOf(command: string): string {
  const text = execFileSync(command, ["--version"], { encoding: "utf8" });
  return text.split("\n")[0].trim();
}

/** An i386 ELF of a C program by gcc, laid out for the bare rig. */
export function buildNative(name: string, native: Native): Uint8Array {
  const file = output(buildPath("bench", `${name}.${native.replace(" ", "-")}.elf`));
  const sources = [`${PROGRAMS}/${name}.c`, `${PROGRAMS}/native.c`];
  run("gcc", [...NATIVE, ...NATIVE_FLAGS[native], ...COMMON, ...sources, ...NATIVE_LINK], file);
  return readBytes(file);
}

/**
 * The Wasm of a C program by clang. Linked apart: clang as a linker also runs the wasm-opt that it finds
 * in the PATH, and under npx that is ours, so that it mattered how the bench was started.
 */
export function buildWasm(name: string, optimisation = "-O2"): Uint8Array {
  const object = output(buildPath("bench", `${name}.o`));
  const file = buildPath("bench", `${name}.wasm`);
  run("clang", [...WASM, optimisation, ...COMMON, `${PROGRAMS}/${name}.c`], object);
  run("wasm-ld", [...WASM_LINK, object], file);
  return readBytes(file);
}

/** The same module after binaryen's optimiser. */
export function optimised(name: string): Uint8Array {
  const file = output(buildPath("bench", `${name}.opt.wasm`));
  run(
    rootPath("node_modules", ".bin", "wasm-opt"),
    ["-O3", buildPath("bench", `${name}.wasm`)],
    file,
  );
  return readBytes(file);
}

/** The machine code of a function as objdump prints it, for listings beside ours. */
export function listing(name: string, native: Native): string {
  const file = buildPath("bench", `${name}.${native.replace(" ", "-")}.elf`);
  const words = ["-d", "-M", "intel", "--no-show-raw-insn", file];
  return execFileSync("objdump", words, { encoding: "utf8" });
}

function output(file: string): string {
  mkdirSync(dirname(file), { recursive: true });
  return file;
}

function run(command: string, words: string[], file: string): void {
  execFileSync(command, [...words, "-o", file], { stdio: ["ignore", "ignore", "inherit"] });
}
