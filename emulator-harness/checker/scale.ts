// The two builds of the scheduler that the checker explores.
//
// `shipped` is the module as it is. `coarse` is the same source with smaller numbers: a quantum is 64 units of
// time and a whole is 64 parts, so that states come back and a search can end. Its virtual time has 8 to 32
// steps per quantum instead of 160 million: whatever rounding can do, it does here a million times as strongly.
import { readFileSync } from "node:fs";
import { assemble } from "../build/assemblyscript.ts";
import { BuildError } from "../build/build-error.ts";
import { openKernelWasm } from "../model/wasm-patch.ts";
import { rootPath } from "../paths.ts";
import { withKeptGlobals } from "./keep-globals.ts";

export type Build = "shipped" | "coarse";

export interface Scale {
  quantum: number;
  /** All of the processor, in the parts that reserves and limits are given in. */
  one: number;
  /** What weights are multiplied with, so that virtual time is as coarse as wanted. */
  weight: number;
}

export const SCALES: Record<Build, Scale> = {
  shipped: { quantum: 4_000_000, one: 1_000_000, weight: 1 },
  coarse: { quantum: 64, one: 64, weight: 2 },
};

/** A change of the source: file, text that is there once, text instead. */
export type Edit = [string, string, string];

/** A planted bug. */
export interface Mutant {
  name: string;
  edits: Edit[];
  /** Names of the configurations in which it must show; default: hunt.ts's. */
  grounds?: string[];
  /** What shows is a loss beyond the promise, not only beyond the sound worst. */
  beyondPromise?: boolean;
  /** What shows is that states never end where the source as it is closes. */
  runsAway?: boolean;
  /** It remembers something of members that are in no queue, so none are alike. */
  remembers?: boolean;
}

const COARSE: Edit[] = [
  ["kernel/abi/scheduler.ts", "QUANTUM_NS = 4000000", "QUANTUM_NS = 64"],
  ["kernel/abi/scheduler.ts", "EPOCH_NS = 100000000", "EPOCH_NS = 1600"],
  ["kernel/abi/scheduler.ts", "LIMIT_PERIOD_NS = 20000000", "LIMIT_PERIOD_NS = 320"],
  ["kernel/abi/scheduler.ts", "HOST_PAUSE_NS = 16000000", "HOST_PAUSE_NS = 256"],
  ["kernel/abi/scheduler.ts", "ONE = 1000000", "ONE = 64"],
  ["kernel/abi/scheduler.ts", "ROOT_RESERVE = 950000", "ROOT_RESERVE = 60"],
  ["kernel/sched/entity.ts", "VIRTUAL_SHIFT: u32 = 12", "VIRTUAL_SHIFT: u32 = 1"],
  ["kernel/sched/entity.ts", "THREAD_WEIGHT: u32 = 100", "THREAD_WEIGHT: u32 = 4"],
];

const MEMORY_PAGES = 256;
const compiled = new Map<string, Promise<WebAssembly.Module>>();

/** The module, its globals exported; with a planted bug if one is given. */
export function buildModule(build: Build, mutant?: Mutant): Promise<WebAssembly.Module> {
  const name = mutant === undefined ? build : `${build}-${mutant.name}`;
  let module = compiled.get(name);
  if (module === undefined) {
    module = compileModule(name, build, mutant);
    compiled.set(name, module);
  }
  return module;
}

async function compileModule(
  name: string,
  build: Build,
  mutant?: Mutant,
): Promise<WebAssembly.Module> {
  const changed = new Map<string, string>();
  for (const [file, find, replace] of [
    ...(mutant?.edits ?? []),
    ...(build === "coarse" ? COARSE : []),
  ]) {
    const text = changed.get(file) ?? readFileSync(rootPath(file), "utf8");
    if (text.split(find).length !== 2) {
      throw new BuildError(`checker: "${find}" is not exactly once in ${file}`);
    }
    changed.set(
      file,
      text.replace(find, () => replace),
    );
  }
  const bytes = await assemble({
    name: `wasm/checker-${name}`,
    entry: "kernel/message/checked.ts",
    kind: "test",
    flags: ["-O3"],
    changed,
  });
  const opened = withKeptGlobals(openKernelWasm(bytes, MEMORY_PAGES));
  return WebAssembly.compile(opened as BufferSource);
}
