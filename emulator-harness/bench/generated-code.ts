// How fast generated code is: the same C programs by gcc and by our generator, both running in v86.
//
// Every variant has a machine of its own that stays warm; the variants take turns, so that a busy host slows all
// of them. Time is the process's CPU time, the best of many rounds. Equal checksums are part of the measurement.
import { assemble } from "../build/assemblyscript.ts";
import { codegenWasm, Generator, MODE_INVOCABLE } from "../build/generator.ts";
import { Bare } from "../machine/bare.ts";
import type { Effort } from "./section.ts";
import { buildNative, buildWasm, optimised } from "./toolchain.ts";

/** Mode bit of the generator for this bench only: no bounds checks. */
export const MODE_UNCHECKED = 4;

export const VARIANTS = ["gcc", "gcc sse2", "checked", "optimised", "unchecked", "script"] as const;
export type Variant = (typeof VARIANTS)[number];

/** One round of each program: about ten million instructions of gcc's code. */
export const ROUNDS: Record<string, number> = {
  calls: 26,
  compress: 10,
  coremark: 40,
  indirect: 5000,
  int64: 20,
  interpreter: 120,
  matmul: 3,
  memory: 120,
  nbody: 3000,
  queens: 40,
  quicksort: 10,
  sha256: 120,
  sieve: 9,
};

export interface Timing {
  /** Nanoseconds of CPU time of the best round. */
  best: number;
  instructions: number;
}

export interface ProgramResult {
  name: string;
  checksum: bigint;
  timings: Partial<Record<Variant, Timing>>;
  /** What went wrong, by variant. */
  failures: Partial<Record<Variant, string>>;
}

/** The machines of a run; one per variant, used for program after program. */
export class Stable {
  #rigs = new Map<Variant, Bare>();

  async rig(variant: Variant): Promise<Bare> {
    let rig = this.#rigs.get(variant);
    if (rig === undefined) {
      rig = await Bare.create({ memoryPages: 64, clock: "real" });
      this.#rigs.set(variant, rig);
    }
    return rig;
  }
}

/** The ELF file of one variant of a program. */
export async function buildVariant(
  name: string,
  variant: Variant,
  generator: Generator | null,
): Promise<Uint8Array> {
  switch (variant) {
    case "gcc":
    case "gcc sse2":
      return buildNative(name, variant);
    case "checked":
      return generator!.compile(buildWasm(name), MODE_INVOCABLE);
    case "optimised":
      buildWasm(name, "-O3");
      return generator!.compile(optimised(name), MODE_INVOCABLE);
    case "unchecked":
      return generator!.compile(buildWasm(name), MODE_INVOCABLE | MODE_UNCHECKED);
    case "script":
      return generator!.compile(await scriptWasm(name), MODE_INVOCABLE);
  }
}

/** The Wasm of a program's AssemblyScript version. */
export function scriptWasm(name: string): Promise<Uint8Array> {
  const entry = `emulator-harness/bench/script/${name}.ts`;
  const flags = ["-O3", "--uncheckedBehavior", "always"];
  return assemble({ name: `bench/${name}.script`, entry, kind: "program", flags });
}

export async function loadGenerator(): Promise<Generator> {
  return Generator.load(await codegenWasm());
}

/** Measures one program in the variants asked for. */
export async function measureProgram(
  name: string,
  variants: Variant[],
  generator: Generator | null,
  stable: Stable,
  effort: Effort,
): Promise<ProgramResult> {
  const result: ProgramResult = { name, checksum: 0n, timings: {}, failures: {} };
  const runners: { variant: Variant; rig: Bare }[] = [];
  for (const variant of variants) {
    try {
      const rig = await stable.rig(variant);
      rig.load(await buildVariant(name, variant, generator));
      const started = rig.init();
      if (started.kind === "trap" || started.kind === "timeout")
        throw new Error(`its start: ${JSON.stringify(started)}`);
      if (variant === "script") rig.invoke("_start", []);
      runners.push({ variant, rig });
    } catch (error) {
      result.failures[variant] = (error as Error).message;
    }
  }
  for (const { variant, rig } of [...runners]) {
    try {
      const checksum = warmUp(name, rig, effort.warmUpMs);
      if (result.checksum === 0n) result.checksum = checksum;
      if (checksum !== result.checksum) {
        throw new Error(`checksum ${checksum}, not ${result.checksum}`);
      }
      result.timings[variant] = { best: Number.POSITIVE_INFINITY, instructions: 0 };
    } catch (error) {
      result.failures[variant] = (error as Error).message;
      runners.splice(
        runners.findIndex((runner) => runner.variant === variant),
        1,
      );
    }
  }
  for (let round = 0; round < effort.rounds; round++) {
    for (const { variant, rig } of runners) {
      const timing = result.timings[variant]!;
      const before = rig.instructions();
      const time = cpuTime(() => runOnce(name, rig));
      timing.best = Math.min(timing.best, time);
      timing.instructions = rig.instructions() - before;
    }
    // Lets V8 install what its compiler threads have finished.
    await new Promise((resolve) => setImmediate(resolve));
  }
  return result;
}

function warmUp(name: string, rig: Bare, milliseconds: number): bigint {
  const end = performance.now() + milliseconds;
  let checksum = runOnce(name, rig);
  for (let i = 0; i < 3 || performance.now() < end; i++) {
    const again = runOnce(name, rig);
    if (i > 0 && again !== checksum) throw new Error("two runs differ");
    checksum = again;
  }
  return checksum;
}

function runOnce(name: string, rig: Bare): bigint {
  const outcome = rig.invoke("run", [BigInt(ROUNDS[name] ?? 1)], 60e9);
  if (outcome.kind !== "ok") throw new Error(JSON.stringify(outcome));
  return outcome.slots[0] & 0xffffffffn;
}

/** CPU time of this process in nanoseconds, all threads. */
function cpuTime(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) * 1000;
}

export function geometricMean(values: number[]): number {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}
