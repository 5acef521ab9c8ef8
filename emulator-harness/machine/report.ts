// What is said when a machine did not end by itself: why, where, and the command that repeats it.

import { readElf } from "./elf.ts";
import type { Machine, MachineOptions } from "./machine.ts";
import { Symbols } from "./symbols.ts";

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
  const where = machine.cpu ? `\n  at ${place(machine, options.image)}` : "";
  return `lendos: ${reason}${where}\n  replay: ${replay(options)}`;
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

function place(machine: Machine, image: Uint8Array): string {
  const address = machine.instructionPointer();
  const ring = machine.cpu.cpl[0];
  const text = `0x${address.toString(16)} (ring ${ring})`;
  try {
    return `${new Symbols(readElf(image)).describe(address)} ${text}`;
  } catch {
    return text;
  }
}
