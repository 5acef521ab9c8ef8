// AssemblyScript to Wasm, in this process: every program of the system in one compiler.
//
// The rules of each kind of program are checked on what came out: the kernel and the generator allocate
// nothing, and a program imports only what its kind may import.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { ROOT } from "../paths.ts";
import { BuildError } from "./build-error.ts";
import { hashOf, step } from "./files.ts";
import { progress } from "./progress.ts";
import { unsignedLoads } from "./unsigned-loads.ts";

export type Kind = "kernel" | "codegen" | "program" | "pure" | "test";

/** The modules that each kind of program may import from. */
const IMPORTS: Record<Kind, string[]> = {
  kernel: ["machine"],
  codegen: [],
  program: ["kernel", "wasi_snapshot_preview1"],
  pure: [],
  test: ["env", "machine", "kernel", "test"],
};

const FLAGS: Record<Kind, string[]> = {
  kernel: ["--runtime", "stub", "-O2", "--debug", "--use", "abort=kernel/panic/panic"],
  codegen: ["--runtime", "stub", "-O3", "--uncheckedBehavior", "always", "--use", "abort="],
  program: [
    "--runtime",
    "stub",
    "-O2",
    "--debug",
    "--exportStart",
    "_start",
    "--exportTable",
    "--use",
    "abort=",
  ],
  pure: ["--runtime", "stub", "-O2", "--use", "abort="],
  test: ["--runtime", "stub", "--debug"],
};

/** AS201 is about 64-bit targets; every other warning fails the build. */
const COMMON_FLAGS = ["--disableWarning", "201"];

/** Functions of the allocator: their presence in these kinds fails the build. */
const ALLOCATORS = ["__new", "__alloc", "__renew"].map((name) => `~lib/rt/stub/${name}`);
const WITHOUT_ALLOCATION: Kind[] = ["kernel", "codegen", "pure"];

export interface Source {
  /** The output is .build/<name>.wasm. */
  name: string;
  /** Path from the root. */
  entry: string;
  kind: Kind;
  /** Added after the flags of the kind. */
  flags?: string[];
  /** Texts that stand in for files, by path from the root: planted bugs (emulator-harness/model). */
  changed?: Map<string, string>;
}

/** The Wasm of one AssemblyScript program, from the cache when nothing changed. */
export function assemble(source: Source): Promise<Uint8Array> {
  const flags = [...FLAGS[source.kind], ...COMMON_FLAGS, ...(source.flags ?? [])];
  const changed = [...(source.changed ?? [])].flat();
  const parts = [compilerVersion(), source.entry, source.kind, flags.join(" "), ownRules()];
  const key = hashOf(...parts, ...changed);
  return step(`${source.name}.wasm`, key, async (input) => {
    const done = progress(`asc ${source.entry}`);
    const bytes = await compile(source, flags, input);
    checkImports(source, bytes);
    done();
    return bytes;
  });
}

async function compile(
  source: Source,
  flags: string[],
  input: (path: string) => void,
): Promise<Uint8Array> {
  const { default: asc } = await import("assemblyscript/asc");
  const output = new Map<string, Uint8Array | string>();
  const messages: string[] = [];
  const write = (text: string) => messages.push(text);
  const { error } = await asc.main([source.entry, ...flags, "--outFile", "out.wasm"], {
    readFile: (name: string) => source.changed?.get(name) ?? readSource(name, input),
    writeFile: (name: string, contents: Uint8Array | string) => void output.set(name, contents),
    listFiles: () => [],
    stdout: { write } as never,
    stderr: { write } as never,
    transforms: await transformsOf(source.kind),
  } as never);
  const warnings = messages.filter((message) => /\b(WARNING|ERROR)\b/.test(message));
  const bytes = output.get("out.wasm");
  if (error || warnings.length > 0 || !(bytes instanceof Uint8Array)) {
    const text = messages.join("").trim() || String(error);
    throw new BuildError(`${source.entry} does not compile:\n${text}`);
  }
  return bytes;
}

/** A file of the repository, or null: asc tries several names before it finds one. */
function readSource(name: string, input: (path: string) => void): string | null {
  try {
    const text = readFileSync(join(ROOT, name), "utf8");
    input(name);
    return text;
  } catch {
    return null;
  }
}

async function transformsOf(kind: Kind): Promise<object[]> {
  const loads = await unsignedLoads();
  return WITHOUT_ALLOCATION.includes(kind) ? [noAllocation(), loads] : [loads];
}

/** A transform that refuses a module in which the allocator is still reachable. */
function noAllocation() {
  return {
    afterCompile(module: { getFunction(name: string): number }) {
      const found = ALLOCATORS.filter((name) => module.getFunction(name) !== 0);
      if (found.length > 0) {
        throw new BuildError(`allocates (${found.join(", ")}): no new, no string building here`);
      }
    },
  };
}

function checkImports(source: Source, bytes: Uint8Array): void {
  const allowed = IMPORTS[source.kind];
  const imports = WebAssembly.Module.imports(new WebAssembly.Module(bytes as BufferSource));
  const wrong = imports.filter((entry) => !allowed.includes(entry.module));
  if (wrong.length === 0) return;
  const list = wrong.map((entry) => `${entry.module}.${entry.name}`).join(", ");
  const rule = allowed.length > 0 ? `only from ${allowed.join(" and ")}` : "nothing";
  throw new BuildError(`${source.entry} imports ${list}; a ${source.kind} imports ${rule}`);
}

const require = createRequire(join(ROOT, "package.json"));

function compilerVersion(): string {
  return require("assemblyscript/package.json").version;
}

/** The text of the rules: a change of them makes everything stale. */
function ownRules(): string {
  const files = ["assemblyscript.ts", "unsigned-loads.ts"];
  return hashOf(...files.map((file) => readFileSync(join(ROOT, "emulator-harness/build", file))));
}
