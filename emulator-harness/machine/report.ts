// What is said when a machine did not end by itself: why, where, and the command that repeats it.
import { backtrace } from "./backtrace.ts";
import type { Machine, MachineOptions } from "./machine.ts";

const EXIT_PANIC = 3;

const REASONS: Record<string, string> = {
  hang: "the machine used up its time and was stopped",
  halted: "the processor halted with interrupts off: nothing can wake it",
  emulator: "the emulator itself failed",
};

/** Null when the machine ended by its exit port or was left on purpose. */
export function report(machine: Machine, options: MachineOptions): string | null {
  if (machine.end === "exit" && machine.exitCode === EXIT_PANIC) {
    return `lendos: the system failed\n  replay: ${replay(options)}`;
  }
  const reason = REASONS[machine.end ?? ""];
  if (reason === undefined) return null;
  const where = places(machine, options.image).map((place) => `\n    at ${place}`);
  return `lendos: ${reason}${where.join("")}\n  replay: ${replay(options)}`;
}

/** The command that repeats a run on the same image. */
export function replay(options: MachineOptions): string {
  const line = options.commandLine?.startsWith("-c ") ? options.commandLine.slice(3) : null;
  const words = ["npx lendos run", ...(line === null ? [] : [`-c ${JSON.stringify(line)}`])];
  if ((options.clock ?? "virtual") !== "virtual" || line === null) words.push("--clock virtual");
  if ((options.seed ?? 1) !== 1) words.push(`--seed ${options.seed}`);
  if (options.budget !== undefined && Number.isFinite(options.budget)) {
    words.push(`--timeout ${options.budget / 1e9}`);
  }
  const mebibytes = (options.memoryBytes ?? 2 ** 26) / 2 ** 20;
  if (mebibytes !== 64) words.push(`--memory ${mebibytes}`);
  return words.join(" ");
}

function places(machine: Machine, image: Uint8Array): string[] {
  try {
    return backtrace(machine, image);
  } catch {
    // an image that is not ours has no symbols
    return [`0x${machine.instructionPointer().toString(16)} (ring ${machine.cpu.cpl[0]})`];
  }
}
