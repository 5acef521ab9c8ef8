/**
 * caps: who holds which capabilities; without an argument a line per process, else a line per
 * capability.
 */
import { Slot } from "../../kernel/abi/capability";
import { KernelError, errorText } from "../../kernel/abi/errors";
import { Limit } from "../../kernel/abi/limits";
import { CapabilityRecord, ProcessState } from "../../kernel/abi/records";
import { kindText, objectWidth, printObject, printRights } from "../lib/capability-text";
import {
  flush,
  print,
  printByte,
  printBytes,
  printLine,
  printPadded,
  printUnsigned,
} from "../lib/console";
import { capabilityRead, exit, processOpen } from "../lib/kernel";
import { processAlive, processAt, processRecord } from "../lib/processes";
import { forget } from "../lib/start";
import { giveSlot, takeSlot } from "../lib/slots";
import { NOT_A_NUMBER, parseNumber } from "../lib/text";
import { readArguments, wordAddress, wordCount, wordSize } from "../lib/words";

const CODE_REFUSED: i32 = 1;
const CODE_USAGE: i32 = 2;
const NAME_COLUMNS: u32 = 18;
const KINDS: u32 = 14;
const capability: CapabilityRecord = changetype<CapabilityRecord>(memory.data(32, 4));
/** How many of each kind the process at hand holds. */
const counts: usize = memory.data(56, 4);

function main(): i32 {
  readArguments();
  if (wordCount === 0) return summary();
  const number = parseNumber(wordAddress(0), wordSize(0));
  if (wordCount !== 1 || number === NOT_A_NUMBER) {
    printLine("usage: caps [process]");
    return CODE_USAGE;
  }
  return list(<u32>number);
}

/** A line per process: how many capabilities, and of which kinds. */
function summary(): i32 {
  printLine("process  name                held  kinds");
  for (let index: u32 = 0; index < <u32>Limit.PROCESSES; index++) {
    if (!processAt(index) || processRecord.state !== <u32>ProcessState.ALIVE) continue;
    const number = processRecord.process;
    printPadded(number, 7);
    print("  ");
    printName(NAME_COLUMNS);
    printPadded(processRecord.capabilities, 6);
    print("  ");
    const refusal = printKinds(number);
    if (refusal !== 0) print(errorText(<KernelError>-refusal));
    printByte(10);
  }
  return 0;
}

function printName(columns: u32): void {
  printBytes(processRecord.nameAddress, processRecord.nameSize);
  for (let i = processRecord.nameSize; i < columns; i++) printByte(32);
}

/** `endpoint 2, files`; 0, or why the process's slots cannot be read. */
function printKinds(number: u32): i32 {
  const process = open(number);
  if (process < 0) return process;
  memory.fill(counts, 0, KINDS << 2);
  for (let slot: u32 = 1; readSlot(process, slot); slot++) {
    if (found === 0 && capability.kind < KINDS) add(capability.kind);
  }
  forget(process);
  let first = true;
  for (let kind: u32 = 1; kind < KINDS; kind++) {
    const count = load<u32>(counts + ((<usize>kind) << 2));
    if (count === 0) continue;
    if (!first) print(", ");
    first = false;
    print(kindText(kind));
    if (count === 1) continue;
    printByte(32);
    printUnsigned(count);
  }
  return 0;
}

/** The result of the latest `readSlot`. */
let found: i32 = 0;

/** Reads a slot, which may be empty; false past the last one, and for a process that has ended. */
function readSlot(process: u32, slot: u32): bool {
  if (slot >= <u32>Limit.SLOTS) return false;
  found = capabilityRead(process, slot, capability);
  return found === 0 || found === -KernelError.NOT_FOUND;
}

function add(kind: u32): void {
  const place = counts + ((<usize>kind) << 2);
  store<u32>(place, load<u32>(place) + 1);
}

/** A capability for any process; its slot, or a negated KernelError. */
function open(number: u32): i32 {
  const slot = takeSlot();
  if (slot === Slot.NONE) return -KernelError.TABLE_FULL;
  const opened = processOpen(Slot.MACHINE, number, slot);
  if (opened >= 0) return <i32>slot;
  giveSlot(slot);
  return opened;
}

/** A line per capability of one process. */
function list(number: u32): i32 {
  if (!processAlive(number)) return refuse(number, -KernelError.NOT_FOUND);
  const process = open(number);
  if (process < 0) return refuse(number, process);
  print("process ");
  printUnsigned(number);
  print(", ");
  printName(0);
  printByte(10);
  printLine("slot  kind                 object   badge  from          rights");
  for (let slot: u32 = 1; readSlot(process, slot); slot++) {
    if (found === 0) printCapability(slot);
  }
  forget(process);
  return found === -KernelError.END ? 0 : refuse(number, found);
}

function printCapability(slot: u32): void {
  printPadded(slot, 4);
  print("  ");
  const kind = kindText(capability.kind);
  print(kind);
  for (let i = <u32>kind.length; i < 12; i++) printByte(32);
  const width = objectWidth(capability.kind, capability.object);
  for (let i = width; i < 15; i++) printByte(32);
  printObject(capability.kind, capability.object);
  if (capability.badge === 0) print("       -");
  else printPadded(capability.badge, 8);
  print("  ");
  printParent();
  printRights(capability.rights);
  // The object ends with this capability.
  if (capability.origin !== 0) print(" (origin)");
  printByte(10);
}

/** `process:slot` of the capability that it was derived from, in 14 columns. */
function printParent(): void {
  if (capability.parentProcess === 0) {
    print("-             ");
    return;
  }
  printUnsigned(capability.parentProcess);
  printByte(58);
  printUnsigned(capability.parentSlot);
  const used = 1 + digits(capability.parentProcess) + digits(capability.parentSlot);
  for (let i = used; i < 14; i++) printByte(32);
}

function digits(value: u32): u32 {
  let count: u32 = 1;
  for (let rest = value; rest >= 10; rest /= 10) count++;
  return count;
}

function refuse(number: u32, refusal: i32): i32 {
  print("caps: process ");
  printUnsigned(number);
  print(": ");
  printLine(errorText(<KernelError>-refusal));
  return CODE_REFUSED;
}

const code = main();
flush();
exit(code);
