/**
 * Trace: reads the kernel's ring of who ran when, without a gap or with the gap's size, and keeps what it read when
 * the harness wants it.
 *
 * The ring overwrites its oldest records. How many went by unread is the kernel's count of records less what was
 * seen: it is looked at before and after each copy, so that what is overwritten during the copy is not believed.
 *
 *   @{"stress":"who","startNs":..,"workers":[[process,task],..],"accounts":[[account,group],..]}
 *   @{"stress":"trace","records":"<base64 of TraceRecords>"}      and at last   @{"stress":"trace","unkept":0}
 */
import { Slot } from "../../kernel/abi/capability";
import { Limit } from "../../kernel/abi/limits";
import { SystemRecord, TraceRecord } from "../../kernel/abi/records";
import { flush, print, printByte, printLine, printUnsigned } from "../lib/console";
import { memoryGrow, sleepUntil, systemRead, traceRead } from "../lib/kernel";
import { PlanFlag, TraceReading } from "./plan";
import { reportTrace } from "./report";
import { flagged } from "./scenario";
import { ACCOUNTS_MAX, groupOfAccount, NOBODY, taskOfProcess, traceBuffer } from "./switches";

const PAGE_SHIFT: u32 = 16;
const RECORD_BYTES: u32 = 16;
const LINE_BYTES: u32 = 768;
const RING: u32 = Limit.TRACE_RECORDS;
const ALPHABET: string = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
if (offsetof<TraceRecord>() !== 16 || offsetof<SystemRecord>() !== 88)
  ERROR("records changed size");

const system = changetype<SystemRecord>(memory.data(88, 8));
/** Sequence number of the first record that was not read yet. */
let cursor: u32 = 0;
/** Where records are kept, how many are, and how many came when it was full. */
let kept: usize = 0;
let keptCount: u32 = 0;
let unkept: u32 = 0;

/** Begins with what comes from now on -> is there memory for what is to be kept? */
export function traceStart(): bool {
  cursor = next();
  keptCount = 0;
  unkept = 0;
  if (!flagged(PlanFlag.TRACE) || kept !== 0) return true;
  const bytes: u32 = TraceReading.KEPT_MAX * RECORD_BYTES;
  const old = memoryGrow(bytes >> PAGE_SHIFT);
  if (old < 0) return false;
  kept = (<usize>old) << PAGE_SHIFT;
  return true;
}

/** Reads it again and again from one time to another, which is left for the caller. */
export function traceUntil(since: u64, until: u64): void {
  for (let at = since + TraceReading.PERIOD_NS; at < until; at += TraceReading.PERIOD_NS) {
    sleepUntil(at);
    traceDrain();
  }
}

/** Reads everything that is in the ring. */
export function traceDrain(): void {
  let lost: u32 = 0;
  for (;;) {
    const gap = next() - cursor;
    if (gap > RING) {
      lost += gap - RING;
      cursor += gap - RING;
    }
    const count = traceRead(Slot.MACHINE, cursor, traceBuffer(), RING);
    // The copy began where we wanted only if nothing was overwritten until now.
    if (count < 0 || next() - cursor > RING) continue;
    keep(<u32>count);
    reportTrace(<u32>count, lost);
    cursor += <u32>count;
    return;
  }
}

function next(): u32 {
  systemRead(Slot.MACHINE, system);
  return system.traceNext;
}

function keep(count: u32): void {
  if (kept === 0) return;
  const room = <u32>TraceReading.KEPT_MAX - keptCount;
  const copied = min<u32>(count, room);
  memory.copy(kept + <usize>(keptCount * RECORD_BYTES), traceBuffer(), copied * RECORD_BYTES);
  keptCount += copied;
  unkept += count - copied;
}

/** What was kept, and whom its numbers mean. */
export function tracePrint(begin: u64): void {
  print('@{"stress":"who","startNs":');
  printUnsigned(begin);
  print(',"workers":[');
  let pairs: u32 = 0;
  for (let process: u32 = 0; process < <u32>Limit.PROCESSES; process++) {
    pairs += pair(process, taskOfProcess(process), pairs);
  }
  print('],"accounts":[');
  pairs = 0;
  for (let account: u32 = 0; account < ACCOUNTS_MAX; account++) {
    pairs += pair(account, groupOfAccount(account), pairs);
  }
  printLine("]}");
  const end = kept + <usize>(keptCount * RECORD_BYTES);
  for (let at = kept; at < end; at += LINE_BYTES) {
    print('@{"stress":"trace","records":"');
    base64(at, min<u32>(LINE_BYTES, <u32>(end - at)));
    printLine('"}');
  }
  print('@{"stress":"trace","unkept":');
  printUnsigned(unkept);
  printLine("}");
  flush();
}

/** Prints a pair behind so many others -> how many that were. */
function pair(one: u32, other: u32, before: u32): u32 {
  if (other === NOBODY) return 0;
  if (before > 0) printByte(44);
  printByte(91);
  printUnsigned(one);
  printByte(44);
  printUnsigned(other);
  printByte(93);
  return 1;
}

function base64(address: usize, size: u32): void {
  for (let i: u32 = 0; i < size; i += 3) {
    const left = size - i;
    const first = (<u32>load<u8>(address + i)) << 16;
    const second = left > 1 ? (<u32>load<u8>(address + i + 1)) << 8 : 0;
    const third = left > 2 ? <u32>load<u8>(address + i + 2) : 0;
    const word = first | second | third;
    printByte(digit(word >> 18));
    printByte(digit((word >> 12) & 63));
    printByte(left > 1 ? digit((word >> 6) & 63) : 61);
    printByte(left > 2 ? digit(word & 63) : 61);
  }
}

function digit(value: u32): u32 {
  return load<u16>(changetype<usize>(ALPHABET) + (value << 1));
}
