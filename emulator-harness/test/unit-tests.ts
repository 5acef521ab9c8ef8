// Runs one file of AssemblyScript tests in V8: every `test_*` export, each in a fresh instance.
import { assemble } from "../build/assemblyscript.ts";
import { BuildError } from "../build/build-error.ts";
import { type FileResult, orFailure, type Result } from "./results.ts";

export async function runUnitFile(path: string, name?: string): Promise<FileResult> {
  const started = performance.now();
  let results: Result[];
  try {
    const wasm = await assemble({
      name: `tests/${path.replace(/\.ts$/, "")}`,
      entry: path,
      kind: "test",
    });
    results = await runExports(wasm, name);
  } catch (error) {
    if (!(error instanceof BuildError)) throw error;
    results = [
      { name: "the file compiles", status: "failed", message: error.message, milliseconds: 0 },
    ];
  }
  return {
    path,
    results: orFailure(results, "it exports no function test_*"),
    milliseconds: performance.now() - started,
  };
}

async function runExports(wasm: Uint8Array, only?: string): Promise<Result[]> {
  const module = await WebAssembly.compile(wasm as BufferSource);
  const names = WebAssembly.Module.exports(module)
    .filter((entry) => entry.kind === "function" && entry.name.startsWith("test_"))
    .map((entry) => entry.name)
    .filter((name) => !only || name === only);
  return names.map((name) => runExport(module, name));
}

function runExport(module: WebAssembly.Module, name: string): Result {
  const started = performance.now();
  let memory: WebAssembly.Memory | null = null;
  const imports = importsOf(module, () => memory!);
  const base = { name, milliseconds: 0 };
  try {
    const { exports } = new WebAssembly.Instance(module, imports);
    memory = exports.memory as WebAssembly.Memory;
    (exports[name] as () => void)();
    return { ...base, status: "passed", milliseconds: performance.now() - started };
  } catch (error) {
    return { ...base, status: "failed", message: wasmMessage(error as Error) };
  }
}

/** `env.abort` reports the failed assertion; every other import is a machine that a unit test has not. */
function importsOf(module: WebAssembly.Module, memory: () => WebAssembly.Memory) {
  const imports: Record<string, Record<string, unknown>> = {};
  for (const entry of WebAssembly.Module.imports(module)) {
    imports[entry.module] ??= {};
    imports[entry.module][entry.name] = () => {
      throw new Error(`${entry.module}.${entry.name} was called: a unit test has no machine`);
    };
  }
  imports.env ??= {};
  imports.env.abort = (message: number, file: number, line: number, column: number) => {
    const text = textAt(memory(), message) || "assertion failed";
    throw new Error(`${textAt(memory(), file)}:${line}:${column}: ${text}`);
  };
  imports.env.trace = (message: number, count: number, ...values: number[]) => {
    console.error(textAt(memory(), message), ...values.slice(0, count));
  };
  return imports as WebAssembly.Imports;
}

/** An AssemblyScript string: UTF-16, its size in bytes in the word before it. */
function textAt(memory: WebAssembly.Memory, address: number): string {
  if (address === 0) return "";
  const size = new Uint32Array(memory.buffer)[(address - 4) >>> 2];
  return new TextDecoder("utf-16le").decode(new Uint8Array(memory.buffer, address, size));
}

function wasmMessage(error: Error): string {
  if (!(error instanceof WebAssembly.RuntimeError)) return error.message;
  const frames = (error.stack ?? "").split("\n").filter((line) => line.includes("wasm"));
  return [error.message, ...frames.slice(0, 5).map((line) => line.trim())].join("\n");
}
