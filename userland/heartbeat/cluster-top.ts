/**
 * `cluster top`: what each machine says of itself in its tags. What it says may be anything; it is printed as numbers.
 */
import { call, bytes, setWords, word } from "../lib/message";
import { print, printByte, printLine, printPadded } from "../lib/console";
import { MemberState } from "./abi";
import { textAddress, textSize } from "./msgpack";
import { printName } from "./print-name";
import { tagIn } from "./tag-text";
import { CLUSTER_SLOT, ClusterRequest, ClusterStatus } from "./protocol";

export let kernelError: u32 = 0;
export const KERNEL_ERROR: u32 = 255;
export const NO_SUCH_GROUP: u32 = 254;
const BYTES_MAX: u32 = 240;
const SLASH: u32 = 47;
const KIB_PER_MIB: u32 = 1024;
const NAME_COLUMNS: u32 = 16;
const name: usize = memory.data(240);
const tags: usize = memory.data(240);
/** Reserved, used and lent of the tag read last. */
const three: usize = memory.data(12, 4);

/** Asks the daemon; a ClusterStatus, or KERNEL_ERROR with the error in `kernelError`. */
export function ask(request: ClusterRequest, index: u32): u32 {
  setWords(request, index, 0, 0);
  const answer = call(CLUSTER_SLOT, 0, 0);
  if (answer >= 0) return word(0);
  kernelError = <u32>-answer;
  return KERNEL_ERROR;
}

/** A line for each member; the status that ended the list. */
export function showTop(): u32 {
  print("                 processor (per mille)     memory (MiB)");
  printLine("");
  printLine("node             reserved   used   lent    reserved   used   lent  owns");
  let index: u32 = 0;
  while (true) {
    const status = ask(ClusterRequest.MEMBER, index);
    if (status !== ClusterStatus.OK) return status;
    if ((word(1) & 255) > <u32>MemberState.SUSPECT) {
      index++;
      continue;
    }
    const size = min<u32>((word(1) >> 8) & 255, BYTES_MAX);
    memory.copy(name, bytes(), size);
    const other = ask(ClusterRequest.TAGS, index++);
    if (other !== ClusterStatus.OK) return other;
    const tagsSize = min<u32>(word(1), BYTES_MAX);
    memory.copy(tags, bytes(), tagsSize);
    printNameColumn(name, size);
    figures(tagsSize, "cpu", 1);
    printByte(32);
    figures(tagsSize, "mem", KIB_PER_MIB);
    owned(tagsSize);
    printByte(10);
  }
}

/** A member's name is its own word, and may have anything in it. */
export function printNameColumn(address: usize, size: u32): void {
  printName(address, size);
  for (let i = size; i < NAME_COLUMNS; i++) printByte(32);
}

function figures(size: u32, key: string, unit: u32): void {
  const known = tagIn(tags, size, key) && threeNumbers();
  for (let i: u32 = 0; i < 3; i++) {
    const width: u32 = i === 0 ? 10 : 7;
    if (known) printPadded(load<u32>(three + ((<usize>i) << 2)) / unit, width);
    else {
      for (let blank: u32 = 1; blank < width; blank++) printByte(32);
      printByte(45);
    }
  }
}

/** `1/2/3`; anything else is no such tag. */
function threeNumbers(): bool {
  let at: u32 = 0;
  let value: u64 = 0;
  let digits: u32 = 0;
  for (let i: u32 = 0; i <= textSize; i++) {
    const letter: u32 = i < textSize ? load<u8>(textAddress + i) : SLASH;
    if (letter === SLASH) {
      if (digits === 0 || at === 3) return false;
      store<u32>(three + ((<usize>at) << 2), <u32>value);
      at += 1;
      value = 0;
      digits = 0;
      continue;
    }
    value = value * 10 + (letter - 48);
    digits += 1;
    if (letter < 48 || letter > 57 || value > <u64>u32.MAX_VALUE) return false;
  }
  return at === 3;
}

function owned(size: u32): void {
  if (!tagIn(tags, size, "own")) return;
  print("  ");
  printName(textAddress, textSize);
}
