/**
 * audit: what was granted, derived, revoked and refused, in the order in which it happened.
 *
 * A line each: seconds since boot, event, who, how, what, result. With --json a record each:
 *   @{"audit":"refuse","sequence":..,"ns":..,"process":..,"call":"..","kind":"..","object":..,...}
 */
import { AuditEvent } from "../../kernel/abi/capability";
import { Call, callSignature } from "../../kernel/abi/calls";
import { KernelError, errorText } from "../../kernel/abi/errors";
import { AuditRecord } from "../../kernel/abi/records";
import { TrapKind, trapText } from "../../kernel/abi/traps";
import { eventText, kindText, printObject, printRights } from "../lib/capability-text";
import {
  flush,
  print,
  printByte,
  printBytes,
  printLine,
  printPadded,
  printUnsigned,
} from "../lib/console";
import { exit } from "../lib/kernel";
import { findProcess, processRecord } from "../lib/processes";
import { readArguments, wordAddress, wordSize } from "../lib/words";
import { filterRead, json, wanted } from "./filter";
import { lost, recordNext, ringsRead } from "./merge";

const CODE_REFUSED: i32 = 1;
const CODE_USAGE: i32 = 2;
const NS_PER_MICROSECOND: u64 = 1000;
const SPACE: u32 = 32;

function main(): i32 {
  readArguments();
  const wrong = filterRead();
  if (wrong >= 0) return usage(<u32>wrong);
  const refusal = ringsRead();
  if (refusal < 0) {
    print("audit: ");
    printLine(errorText(<KernelError>-refusal));
    return CODE_REFUSED;
  }
  let record = recordNext();
  while (record !== null) {
    if (wanted(record)) {
      if (json) printRecord(record);
      else printEvent(record);
    }
    record = recordNext();
  }
  if (lost > 0 && !json) {
    printUnsigned(lost);
    printLine(" older records were overwritten");
  }
  return 0;
}

function usage(word: u32): i32 {
  print("audit: ");
  printBytes(wordAddress(word), wordSize(word));
  printLine(": is none of process=N --json refused derive grant transfer revoke delete create");
  printLine("destroy refuse fault");
  return CODE_USAGE;
}

/**
 * `  12.345678 refuse   7 client        messageCall slot 16: no capability in that slot (3 times)`
 */
function printEvent(record: AuditRecord): void {
  const microseconds = record.timeNs / NS_PER_MICROSECOND;
  printPadded(microseconds / 1000000, 4);
  printByte(46);
  printFraction(<u32>(microseconds % 1000000));
  printByte(SPACE);
  column(eventText(record.event), 9);
  printPadded(record.subject, 5);
  printByte(SPACE);
  printSubject(record.subject);
  if (record.event === <u8>AuditEvent.FAULT) {
    print(trapText(<TrapKind>record.result));
  } else {
    printCall(record.call);
    printByte(SPACE);
    printWhat(record);
    if (record.result !== 0) {
      print(": ");
      print(errorText(<KernelError>record.result));
    }
  }
  if (record.repeats > 0) {
    print(" (");
    printUnsigned(record.repeats + 1);
    print(" times)");
  }
  printByte(10);
}

function printFraction(value: u32): void {
  for (let scale: u32 = 100000; scale > 1 && value < scale; scale /= 10) printByte(48);
  printUnsigned(value);
}

function column(text: string, width: u32): void {
  print(text);
  for (let i = <u32>text.length; i < width; i++) printByte(SPACE);
}

/** The process's name while it is there, in 18 columns. */
function printSubject(number: u32): void {
  const known = findProcess(number);
  const size = known ? processRecord.nameSize : 1;
  if (known) printBytes(processRecord.nameAddress, size);
  else printByte(45);
  for (let i = size; i < 18; i++) printByte(SPACE);
}

/** The call's name: its signature up to the space. */
function printCall(call: u32): void {
  const signature = callSignature(<Call>call);
  for (let i = 0; i < signature.length; i++) {
    const byte = signature.charCodeAt(i);
    if (byte === <i32>SPACE) return;
    printByte(<u32>byte);
  }
}

/** A refusal knows the slot only: there may be nothing in it. */
function printWhat(record: AuditRecord): void {
  if (record.event === <u8>AuditEvent.REFUSE) {
    print("slot ");
    printUnsigned(record.object);
    return;
  }
  print(kindText(record.kind));
  printByte(SPACE);
  printObject(record.kind, record.object);
  print(", ");
  printRights(record.rights);
}

function printRecord(record: AuditRecord): void {
  print('@{"audit":"');
  print(eventText(record.event));
  print('","sequence":');
  printUnsigned(record.sequence);
  print(',"ns":');
  printUnsigned(record.timeNs);
  print(',"process":');
  printUnsigned(record.subject);
  print(',"call":"');
  printCall(record.call);
  print('","kind":"');
  print(kindText(record.kind));
  print('","object":');
  printUnsigned(record.object);
  print(',"rights":"');
  printRights(record.rights);
  print('","result":');
  printUnsigned(record.result);
  print(',"repeats":');
  printUnsigned(record.repeats);
  printLine("}");
}

const code = main();
flush();
exit(code);
