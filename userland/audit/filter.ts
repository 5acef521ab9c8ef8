/**
 * Which audit records to show: words of the command line.
 *
 *   refused, grant, revoke, ...   these events (several: any of them)
 *   process=N                     what process N did
 *   --json                        as records for programs
 */
import { AuditEvent } from "../../kernel/abi/capability";
import { AuditRecord } from "../../kernel/abi/records";
import { eventText } from "../lib/capability-text";
import { equals, NOT_A_NUMBER, parseNumber, startsWith } from "../lib/text";
import { wordAddress, wordCount, wordSize } from "../lib/words";

const PROCESS_PREFIX: u32 = 8;
/** A bit per wanted event; 0: all. */
let events: u32 = 0;
/** 0: every process. */
let subject: u32 = 0;
export let json: bool = false;

/** Takes the arguments; the index of the first that is no filter, or -1. */
export function filterRead(): i32 {
  for (let word: u32 = 0; word < wordCount; word++) {
    if (!filterWord(wordAddress(word), wordSize(word))) return <i32>word;
  }
  return -1;
}

function filterWord(address: usize, size: u32): bool {
  if (equals(address, size, "--json")) {
    json = true;
    return true;
  }
  if (startsWith(address, size, "process=")) {
    const number = parseNumber(address + PROCESS_PREFIX, size - PROCESS_PREFIX);
    if (number === NOT_A_NUMBER) return false;
    subject = <u32>number;
    return true;
  }
  const event = eventOf(address, size);
  events |= 1 << event;
  return event !== 0;
}

function eventOf(address: usize, size: u32): u32 {
  if (equals(address, size, "refused")) return AuditEvent.REFUSE;
  for (let event: u32 = AuditEvent.DERIVE; event <= <u32>AuditEvent.FAULT; event++) {
    if (equals(address, size, eventText(event))) return event;
  }
  return 0;
}

export function wanted(record: AuditRecord): bool {
  if (subject !== 0 && record.subject !== subject) return false;
  return events === 0 || ((events >> <u32>record.event) & 1) !== 0;
}
