/**
 * The record of one test, for the harness: one line of JSON behind an @.
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
import { BOOKS } from "./books";
import { Report } from "./kit";
import { LineWord } from "./line";

const COMMA: u32 = 44;
const QUOTE: u32 = 34;

/** What the runner noted. */
export class Said {
  static before: usize = memory.data(20, 4);
  static after: usize = memory.data(20, 4);
  /** A copy of the test's report, kept after its page is gone. */
  static report: usize = memory.data(4096, 8);
  static ns: u64 = 0;
  /** What the test's own group still had when its process was gone. */
  static leftFrames: u32 = 0;
  static leftProcesses: u32 = 0;
}

/** A test begins: if nothing follows, it is what broke the machine. */
export function printBegin(): void {
  print('@{"begin":');
  name();
  printLine("}");
}

export function printRecord(): void {
  print('@{"contract":');
  name();
  list("exit", changetype<usize>(ended), 4);
  list("failed", Said.report, 3);
  text("text", Report.TEXT, Report.TEXT_SIZE);
  text("notes", Report.NOTE, Report.NOTE_SIZE);
  key("ns");
  printUnsigned(Said.ns);
  key("left");
  printByte(91);
  printUnsigned(Said.leftFrames);
  printByte(COMMA);
  printUnsigned(Said.leftProcesses);
  printByte(93);
  list("before", Said.before, BOOKS);
  list("after", Said.after, BOOKS);
  printLine("}");
}

function name(): void {
  printByte(QUOTE);
  printBytes(wordAddress(LineWord.NAME), wordSize(LineWord.NAME));
  printByte(QUOTE);
}

function key(word: string): void {
  printByte(COMMA);
  printByte(QUOTE);
  print(word);
  print('":');
}

function text(word: string, place: u32, size: u32): void {
  key(word);
  printByte(QUOTE);
  printBytes(Said.report + place, load<u32>(Said.report + size));
  printByte(QUOTE);
}

function list(word: string, address: usize, count: u32): void {
  key(word);
  printByte(91);
  for (let i: u32 = 0; i < count; i++) {
    if (i !== 0) printByte(COMMA);
    printSigned(load<i32>(address + ((<usize>i) << 2)));
  }
  printByte(93);
}
