/**
 * lending: memory that is lent and taken back, as checks and as figures.
 *
 *   lending check                                  what soft memory promises, fact by fact
 *   lending reclaim <MiB> idle|fight soft|clean <percent>
 *        the owner, with so much of the processor reserved, takes its memory back from a borrower that has all
 *
 * The same program is the owner or the borrower, in a group of its own, as its argument says.
 */
import { Slot } from "../../kernel/abi/capability";
import { SystemRecord } from "../../kernel/abi/records";
import { AccountRecord } from "../../kernel/abi/scheduler";
import { flush, printLine } from "../lib/console";
import {
  exit,
  notificationSignal,
  notificationWait,
  processKill,
  processWait,
  systemRead,
} from "../lib/kernel";
import { ended, forget } from "../lib/start";
import { equals, parseNumber } from "../lib/text";
import { readArguments, wordAddress, wordCount, wordSize } from "../lib/words";
import { borrow } from "./borrower";
import { checks, touchWindow } from "./checks";
import { own } from "./owner";
import { booksOf, groupOf, notification, number, partner, word } from "./partners";
import { check, figure, need } from "./report";

const CODE_USAGE: i32 = 2;
const MIB_MAX: i32 = 512;
/** What a process needs beside the memory that it wants. */
const SPARE_FRAMES: u32 = 300;
const PPM_PER_PERCENT: u32 = 10000;
const PERCENT_MAX: i32 = 90;
const system = changetype<SystemRecord>(memory.data(88, 8));

function main(): i32 {
  readArguments();
  if (is(0, "check") && wordCount === 1) {
    checks();
    return 0;
  }
  if (is(0, "window") && wordCount === 1) {
    touchWindow();
    return 0;
  }
  if (is(0, "owner") && wordCount === 2) {
    own(<u32>parseNumber(wordAddress(1), wordSize(1)));
    return 0;
  }
  if (is(0, "borrower") && wordCount === 4) {
    borrow(<u32>parseNumber(wordAddress(1), wordSize(1)), is(2, "fight"), is(3, "clean"));
    return 0;
  }
  return is(0, "reclaim") && wordCount === 5 ? reclaim() : usage();
}

function is(index: u32, text: string): bool {
  return index < wordCount && equals(wordAddress(index), wordSize(index), text);
}

function usage(): i32 {
  printLine(
    "usage: lending check | reclaim <1..512 MiB> idle|fight soft|clean <0..90 % of the processor>",
  );
  return CODE_USAGE;
}

function reclaim(): i32 {
  const mebibytes = parseNumber(wordAddress(1), wordSize(1));
  const known = (is(2, "idle") || is(2, "fight")) && (is(3, "soft") || is(3, "clean"));
  const percent = parseNumber(wordAddress(4), wordSize(4));
  if (mebibytes < 1 || mebibytes > MIB_MAX || !known) return usage();
  if (percent < 0 || percent > PERCENT_MAX) return usage();
  const owner = groupOf(
    "owner",
    <u32>percent * PPM_PER_PERCENT,
    ((<u32>mebibytes) << 8) + SPARE_FRAMES,
  );
  const borrower = groupOf("borrower", 0, 0);
  const go = notification();
  const ready = notification();
  const never = notification();
  word("owner");
  number(<u32>mebibytes);
  const wants = partner(owner, go, ready);
  need("the machine", systemRead(Slot.MACHINE, system));
  word("borrower");
  number(system.framesFree);
  word(is(2, "fight") ? "fight" : "idle");
  word(is(3, "clean") ? "clean" : "soft");
  const has = partner(borrower, never, ready);
  notificationWait(ready);
  const lent = booksOf(owner, AccountRecord.FRAMES_LENT);
  figure("lent before", lent, "frames");
  check(lent >= (<u32>mebibytes) << 8, "all of the owner's idle memory is lent");
  need("go", notificationSignal(go));
  processWait(wants, ended);
  check(ended.code === 0 && ended.reason === 0, "the owner ended well");
  figure("taken from the borrower", booksOf(borrower, AccountRecord.FRAMES_TAKEN), "frames");
  need("the end of the borrower", processKill(has));
  forget(wants);
  forget(has);
  forget(owner);
  forget(borrower);
  return 0;
}

const code = main();
flush();
exit(code);
