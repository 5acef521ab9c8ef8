/**
 * init: the first program. It alone is given anything by the kernel, hands all of it to the
 * security manager, and halts the machine with the manager's exit code; 3 when the manager itself
 * fails.
 */
import { FirstSlot, Right, Slot } from "../../kernel/abi/capability";
import { KernelError, errorText } from "../../kernel/abi/errors";
import { ExitReason } from "../../kernel/abi/traps";
import { holds } from "../lib/capabilities";
import { commandLine, halt, processWait } from "../lib/kernel";
import { serialSend } from "../lib/serial";
import { describe, ended, exitCode, grant, record, spawn } from "../lib/start";
import { copyText, startsWith } from "../lib/text";

const LINE_BYTES: u32 = 1024;
const EXIT_SYSTEM: i32 = 3;
const SPACE: u8 = 32;
/** One past the last interrupt's slot. */
const SLOTS_END: u32 = FirstSlot.INTERRUPTS + 16;
/** Of the manager's space: clients, their groups, what it has narrowed. */
const MANAGER_SLOTS: u32 = 1024;
const line: usize = memory.data(1024);
const words: usize = memory.data(1040);
const name: usize = memory.data(16);

function main(): void {
  const size = <u32>max(commandLine(Slot.MACHINE, line, LINE_BYTES), 0);
  describe(name, copyText(name, "security-manager"), words, shellArguments(size));
  record.slots = MANAGER_SLOTS;
  grantEverything();
  const manager = spawn();
  if (manager < 0) stop(errorText(<KernelError>-manager));
  processWait(<u32>manager, ended);
  halt(Slot.MACHINE, ended.reason === <u32>ExitReason.EXITED ? exitCode() : EXIT_SYSTEM);
}

/** The manager finds everything where init found it. */
function grantEverything(): void {
  for (let slot: u32 = Slot.GROUP; slot < SLOTS_END; slot++) {
    if (holds(slot)) grant(slot, slot, Right.ALL, 0);
  }
}

/** `-c`, and everything behind it as one argument, for the shell; nothing without `-c`. */
function shellArguments(size: u32): u32 {
  for (let at: u32 = 0; at < size; at++) {
    const begins = at === 0 || load<u8>(line + at - 1) === SPACE;
    if (!begins || !startsWith(line + at, size - at, "-c ")) continue;
    let length = copyText(words, "-c\0");
    memory.copy(words + length, line + at + 3, size - at - 3);
    length += size - at - 3;
    store<u8>(words + length, 0);
    return length + 1;
  }
  return 0;
}

function stop(why: string): void {
  let size = copyText(line, "init: cannot start the security manager: ");
  size += copyText(line + size, why);
  size += copyText(line + size, "\r\n");
  serialSend(FirstSlot.PORTS, line, size);
  halt(Slot.MACHINE, EXIT_SYSTEM);
}

main();
