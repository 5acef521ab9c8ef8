/**
 * Commands on other processes: kill, grant, revoke.
 */
import { print, printBytes, printLine, printUnsigned } from "../lib/console";
import { processKill, processOpen } from "../lib/kernel";
import { managerChange, statusText } from "../lib/manager";
import { forget } from "../lib/start";
import { giveSlot, takeSlot } from "../lib/slots";
import { NOT_A_NUMBER, parseNumber } from "../lib/text";
import { wordAddress, wordCount, wordSize } from "../lib/words";
import { Slot } from "../../kernel/abi/capability";
import { KernelError, errorText } from "../../kernel/abi/errors";
import { ManagerRequest } from "../security-manager/protocol";

const CODE_REFUSED: i32 = 1;
/** The arguments are none of the command's. */
export const CODE_ARGUMENTS: i32 = -1;

/** `kill <process>` */
export function kill(): i32 {
  const process = parseNumber(wordAddress(1), wordSize(1));
  if (wordCount !== 2 || process === NOT_A_NUMBER) return CODE_ARGUMENTS;
  const refusal = killProcess(<u32>process);
  if (refusal === 0) return 0;
  print("kill: process ");
  printUnsigned(<u64>process);
  print(": ");
  printLine(errorText(<KernelError>-refusal));
  return CODE_REFUSED;
}

function killProcess(process: u32): i32 {
  const slot = takeSlot();
  if (slot === Slot.NONE) return -KernelError.TABLE_FULL;
  const opened = processOpen(Slot.MACHINE, process, slot);
  if (opened < 0) {
    giveSlot(slot);
    return opened;
  }
  const refusal = processKill(slot);
  forget(slot);
  return refusal;
}

/** `grant <process> <service>` and `revoke <process> <service>`, as the policy allows the shell. */
export function change(verb: ManagerRequest): i32 {
  const process = parseNumber(wordAddress(1), wordSize(1));
  if (wordCount !== 3 || process === NOT_A_NUMBER) return CODE_ARGUMENTS;
  const grants = verb === ManagerRequest.GRANT;
  const status = managerChange(verb, <u32>process, wordAddress(2), wordSize(2));
  if (status !== KernelError.OK) print(grants ? "grant: " : "revoke: ");
  print("process ");
  printUnsigned(<u64>process);
  if (status !== KernelError.OK) {
    print(", ");
    printBytes(wordAddress(2), wordSize(2));
    print(": ");
    printLine(statusText(status));
    return CODE_REFUSED;
  }
  print(grants ? " now holds " : " no longer holds ");
  printBytes(wordAddress(2), wordSize(2));
  printLine("");
  return 0;
}
