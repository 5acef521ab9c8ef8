// How fast generated code is: the same C programs by gcc and by our generator, both running in v86.
//
// Every variant runs on a few fresh machines that stay warm; all of them take turns, so that a busy host slows all
// alike. Time is the process's CPU time: of each machine its best round, of the machines the median. What v86
// compiles together depends on where the code was interrupted while it was cold, so one machine is one sample.
// Equal checksums are part of the measurement.
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
  /** Nanoseconds of CPU time of the best round, by machine. */
  best: number[];
  instructions: number;
}

export interface ProgramResult {
  name: string;
  checksum: bigint;
  timings: Partial<Record<Variant, Timing>>;
  /** What went wrong, by variant. */
  failures: Partial<Record<Variant, string>>;
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

interface Runner {
  variant: Variant;
  machine: number;
  rig: Bare;
}

/** Measures one program in the variants asked for. */
export async function measureProgram(
  name: string,
  variants: Variant[],
  generator: Generator | null,
  effort: Effort,
): Promise<ProgramResult> {
  const result: ProgramResult = { name, checksum: 0n, timings: {}, failures: {} };
  const runners: Runner[] = [];
  for (const variant of variants) {
    try {
      const ready = await readyRunners(
        variant,
        await buildVariant(name, variant, generator),
        effort,
      );
      for (const { rig } of ready) checkSum(result, warmUp(name, rig, effort.warmUpMs));
      runners.push(...ready);
      const best = ready.map(() => Number.POSITIVE_INFINITY);
      result.timings[variant] = { best, instructions: 0 };
    } catch (error) {
      result.failures[variant] = (error as Error).message;
    }
  }
  for (let round = 0; round < effort.rounds; round++) {
    for (const { variant, machine, rig } of runners) {
      const timing = result.timings[variant]!;
      const before = rig.instructions();
      const time = cpuTime(() => runOnce(name, rig));
      timing.best[machine] = Math.min(timing.best[machine], time);
      timing.instructions = rig.instructions() - before;
    }
    // Lets V8 install what its compiler threads have finished.
    await new Promise((resolve) => setImmediate(resolve));
  }
  return result;
}

/** Fresh machines with the program started. */
async function readyRunners(variant: Variant, file: Uint8Array, effort: Effort): Promise<Runner[]> {
  const runners: Runner[] = [];
  for (let machine = 0; machine < effort.machines; machine++) {
    const rig = await Bare.create({ memoryPages: 64, clock: "real" });
    rig.load(file);
    const started = rig.init();
    if (started.kind === "trap" || started.kind === "timeout") {
      throw new Error(`its start: ${JSON.stringify(started)}`);
    }
    if (variant === "script") rig.invoke("_start", []);
    runners.push({ variant, machine, rig });
  }
  return runners;
}

/** The first checksum of a program is what all others must equal. */
function checkSum(result: ProgramResult, checksum: bigint): void {
  if (result.checksum === 0n) result.checksum = checksum;
  if (checksum !== result.checksum) throw new Error(`checksum ${checksum}, not ${result.checksum}`);
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

/** The middle one, or the mean of the two in the middle. */
export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

export function geometricMean(values: number[]): number {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}
