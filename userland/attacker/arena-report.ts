/**
 * The record of one attack, for the test: one line of JSON behind an @.
 */
import {
  print,
  printByte,
  printBytes,
  printLine,
  printSigned,
  printUnsigned,
} from "../lib/console";
import { ended } from "../lib/start";
import { wordAddress, wordSize } from "../lib/words";
import {
  auditCount,
  auditLast,
  auditTimes,
  auditWhat,
  book,
  BOOKS,
  callsAfter,
  callsBefore,
} from "./arena-books";
import { attackerSaid, changedWords, serviceAnswer, victimAudited, victimSaid } from "./arena-make";
import { Report } from "./kit";
import { LineWord } from "./line";

/** When things happened. */
export class Times {
  static begin: u64 = 0;
  static attack: u64 = 0;
  static end: u64 = 0;
  static gone: u64 = 0;
}

const COMMA: u32 = 44;
const QUOTE: u32 = 34;
let revokeRefusal: i32 = 0;
let revokeNs: u64 = 0;
/** How victim and attacker ended: process (0: it had not), reason, code, offset. */
const ends: usize = memory.data(32, 4);
let endsNoted: u32 = 0;

/** An attack begins: if nothing follows, it is what broke the machine. */
export function beginRecord(): void {
  revokeRefusal = 0;
  revokeNs = 0;
  endsNoted = 0;
  print('@{"begin":');
  printName();
  printLine("}");
}

/** Keeps `ended`, first the victim's. */
export function keepEnd(): void {
  memory.copy(ends + ((<usize>endsNoted) << 4), changetype<usize>(ended), 16);
  endsNoted ^= 1;
}

export function noteRevoke(refusal: i32, ns: u64): void {
  revokeRefusal = refusal;
  revokeNs = ns;
}

export function printRecord(): void {
  print('@{"attack":');
  printName();
  printList("victim", ends, 4);
  printList("attacker", ends + 16, 4);
  key("share");
  printByte(91);
  for (let at: u32 = Report.VICTIM_OWED_NS; at <= <u32>Report.VICTIM_WALL_NS; at += 8) {
    if (at !== <u32>Report.VICTIM_OWED_NS) printByte(COMMA);
    printUnsigned(load<u64>(victimSaid + at));
  }
  printByte(93);
  printList("failed", attackerSaid, 3);
  number("count", load<u32>(attackerSaid, Report.COUNT));
  printList("answers", attackerSaid + Report.ANSWERS, 32);
  number("calls", callsAfter - callsBefore);
  number("revokeNs", revokeNs);
  number("revokeRefusal", <u64>-revokeRefusal);
  number("changedWords", changedWords);
  number("service", serviceAnswer);
  number("victimAudited", victimAudited);
  number("attackNs", Times.end - Times.attack);
  number("endNs", Times.gone - Times.end);
  number("lost", auditLast);
  printAudit();
  printBooks("before", 0);
  printBooks("after", 1);
  printLine("}");
}

function printName(): void {
  printByte(QUOTE);
  printBytes(wordAddress(LineWord.NAME), wordSize(LineWord.NAME));
  printByte(QUOTE);
}

function key(name: string): void {
  printByte(COMMA);
  printByte(QUOTE);
  print(name);
  print('":');
}

function number(name: string, value: u64): void {
  key(name);
  printUnsigned(value);
}

function printList(name: string, address: usize, count: u32): void {
  key(name);
  printByte(91);
  for (let i: u32 = 0; i < count; i++) {
    if (i !== 0) printByte(COMMA);
    printSigned(load<i32>(address + ((<usize>i) << 2)));
  }
  printByte(93);
}

function printBooks(name: string, when: u32): void {
  key(name);
  printByte(91);
  for (let i: u32 = 0; i < BOOKS; i++) {
    if (i !== 0) printByte(COMMA);
    printUnsigned(book(when, i));
  }
  printByte(93);
}

/** `[event, call, result, times]` for each sum. */
function printAudit(): void {
  key("audit");
  printByte(91);
  for (let i: u32 = 0; i < auditCount; i++) {
    if (i !== 0) printByte(COMMA);
    const what = auditWhat(i);
    printByte(91);
    printUnsigned(what & 255);
    printByte(COMMA);
    printUnsigned((what >> 8) & 255);
    printByte(COMMA);
    printUnsigned(what >> 16);
    printByte(COMMA);
    printUnsigned(auditTimes(i));
    printByte(93);
  }
  printByte(93);
}
