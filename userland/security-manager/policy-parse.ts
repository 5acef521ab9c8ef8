/**
 * Reads the policy: `boot`, `service` and `program` lines, and the lines of each program's block.
 */
import { Slot } from "../../kernel/abi/capability";
import { Limit } from "../../kernel/abi/limits";
import { endsWith, equals } from "../lib/text";
import { wordAddress, wordCount, wordSize } from "../lib/words";
import {
  Boot,
  bootAdd,
  BootEnd,
  NO_INDEX,
  policyClear,
  Program,
  programAdd,
  programFind,
  ruleCount,
  Service,
  serviceAdd,
  serviceFind,
} from "./policy";
import { policyCheck } from "./policy-check";
import { availableLine } from "./policy-available";
import { blockBegin, blockLine, SERVICE_SLOT_FIRST } from "./policy-rules";
import { failed, lineIndented, lineNext, lineNumber, refuseWord, textOpen } from "./policy-text";

/** Takes in the whole text; false when it breaks a rule (see policy-text.ts for which). */
export function policyParse(address: usize, size: u32): bool {
  policyClear();
  textOpen(address, size);
  let program: u32 = NO_INDEX;
  while (!failed() && lineNext()) {
    if (lineIndented) {
      if (program === NO_INDEX) refuseWord(0, "an indented line belongs to a program's block");
      else blockLine(program);
    } else {
      program = topLine();
    }
  }
  return !failed() && policyCheck();
}

/** A line that is not indented; the program whose block begins, or NO_INDEX. */
function topLine(): u32 {
  if (equals(wordAddress(0), wordSize(0), "program")) return programLine();
  if (equals(wordAddress(0), wordSize(0), "service")) serviceLine();
  else if (equals(wordAddress(0), wordSize(0), "boot")) bootLine();
  else if (equals(wordAddress(0), wordSize(0), "available")) availableLine();
  else refuseWord(0, "a line begins with boot, available, service or program, or is indented");
  return NO_INDEX;
}

function programLine(): u32 {
  if (wordCount !== 2 || wordSize(1) > <u32>Limit.NAME_BYTES) {
    refuseWord(wordCount < 2 ? 0 : 1, "is `program <name>` of at most 32 characters");
    return NO_INDEX;
  }
  if (programFind(wordAddress(1), wordSize(1)) !== NO_INDEX) {
    refuseWord(1, "has a block already");
    return NO_INDEX;
  }
  const index = programAdd();
  if (index === NO_INDEX) {
    refuseWord(0, "the policy has too many programs (64)");
    return NO_INDEX;
  }
  const program = Program.at(index);
  program.name = <u32>wordAddress(1);
  program.nameSize = wordSize(1);
  program.firstRule = ruleCount;
  program.line = lineNumber;
  blockBegin();
  return index;
}

function serviceLine(): bool {
  const slot = slotNumber();
  if (wordCount !== 3) return refuseWord(0, "is `service <name> <slot>`");
  if (slot < SERVICE_SLOT_FIRST || slot >= <u32>Slot.FREE) {
    return refuseWord(2, "services have slots 16..31");
  }
  if (serviceFind(wordAddress(1), wordSize(1)) !== NO_INDEX)
    return refuseWord(1, "is declared twice");
  const index = serviceAdd();
  if (index === NO_INDEX) return refuseWord(0, "the policy has too many services (16)");
  const service = Service.at(index);
  service.name = <u32>wordAddress(1);
  service.nameSize = wordSize(1);
  service.slot = slot;
  service.line = lineNumber;
  return true;
}

function slotNumber(): u32 {
  let value: u32 = 0;
  const size = wordSize(2);
  for (let i: u32 = 0; i < size; i++) {
    const digit = <u32>load<u8>(wordAddress(2) + i) - 48;
    if (digit > 9 || size > 2) return 0;
    value = value * 10 + digit;
  }
  return value;
}

function bootLine(): bool {
  const restarts = equals(wordAddress(2), wordSize(2), "restart");
  const halts = equals(wordAddress(2), wordSize(2), "halt");
  if (wordCount < 3 || (!restarts && !halts)) {
    return refuseWord(0, "is `boot <program> restart` or `boot <program> halt`");
  }
  for (let i: u32 = 3; i < wordCount; i++) {
    if (!halts && endsWith(wordAddress(i), wordSize(i), "=")) continue;
    return refuseWord(i, "a condition is `<word>=`, and what halts the machine has none");
  }
  const index = bootAdd();
  if (index === NO_INDEX) return refuseWord(0, "the policy boots too many programs (8)");
  const boot = Boot.at(index);
  boot.name = <u32>wordAddress(1);
  boot.nameSize = wordSize(1);
  boot.end = halts ? BootEnd.HALT : BootEnd.RESTART;
  boot.line = lineNumber;
  boot.option = wordCount > 3 ? <u32>wordAddress(3) : 0;
  boot.optionSize = wordSize(3);
  const last = wordCount - 1;
  boot.others = wordCount > 4 ? <u32>wordAddress(4) : 0;
  boot.othersSize = wordCount > 4 ? <u32>(wordAddress(last) - wordAddress(4)) + wordSize(last) : 0;
  return true;
}
