/**
 * Starting a program and seeing it through to its end.
 */
import { ExitRecord, GROUP_OWN, SpawnFlag, SpawnRecord } from "../../kernel/abi/records";
import { ExitReason } from "../../kernel/abi/traps";
import { consoleForeground, processSpawn, processWait } from "./kernel";

/** What a shell reports for a program that did not end by itself. */
export const CODE_TRAPPED: i32 = 134;
export const CODE_KILLED: i32 = 137;

export const record: SpawnRecord = changetype<SpawnRecord>(memory.data(24, 4));
export const ended: ExitRecord = changetype<ExitRecord>(memory.data(16, 4));

/** Describes a program of the caller's group. */
export function describe(name: usize, nameSize: u32, words: usize, wordsSize: u32): void {
  record.name = <u32>name;
  record.nameSize = nameSize;
  record.arguments = <u32>words;
  record.argumentsSize = wordsSize;
  record.group = GROUP_OWN;
  record.flags = SpawnFlag.NONE;
}

/** Starts what `describe` described; its process number or a negated KernelError. */
export function startDescribed(): i32 {
  return processSpawn(record);
}

/** Waits for a process that control-C may kill; its exit code. */
export function waitInForeground(process: i32): i32 {
  consoleForeground(process);
  processWait(process, ended);
  consoleForeground(0);
  return exitCode();
}

/** The code in `ended`, in the shell's numbers. */
export function exitCode(): i32 {
  if (ended.reason === ExitReason.TRAPPED) return CODE_TRAPPED;
  if (ended.reason === ExitReason.KILLED) return CODE_KILLED;
  return <i32>(ended.code & 255);
}
