/**
 * The program's arguments, as words of the machine's command line.
 *
 *   join=<address>[,...]    up to eight nodes to announce this one to; its own among them is not asked
 *   boot=<number>           grows with every boot by more than the whole seconds that the machine has run
 *   voters=<address>[,...]  up to seven nodes that decide who owns a group; the same ones on every machine
 *   witness=yes             this machine votes and runs no group
 */
import { addressParse, parsedAddress } from "../lib/address";
import { print, printBytes, printLine } from "../lib/console";
import { equals, NOT_A_NUMBER, startsWith } from "../lib/text";
import { readArguments, wordAddress, wordCount, wordSize } from "../lib/words";
import { Limit } from "./abi";
import { OwnerLimit } from "./owner/abi";

const SPLIT: u32 = 44;
const lists: usize = memory.data(64, 4);
if (Limit.SEEDS * 4 > 32 || OwnerLimit.VOTERS * 4 > 32)
  ERROR("the lists of addresses have another size");
const JOINS: usize = 0;
const VOTERS: usize = 32;
export let joinCount: u32 = 0;
export let voterCount: u32 = 0;
export let bootNumber: u64 = 0;
export let witness: bool = false;

export function joinAt(index: u32): u32 {
  return load<u32>(lists + JOINS + ((<usize>index) << 2));
}

export function voterAt(index: u32): u32 {
  return load<u32>(lists + VOTERS + ((<usize>index) << 2));
}

/** Reads them; false, with a line on the console, when one is wrong. Without any the node is in no cluster. */
export function argumentsTake(): bool {
  readArguments();
  for (let i: u32 = 0; i < wordCount; i++) {
    const at = wordAddress(i);
    const size = wordSize(i);
    if (startsWith(at, size, "join=")) {
      joinCount = listRead(lists + JOINS, at + 5, size - 5, Limit.SEEDS);
      if (joinCount === 0)
        return refuse("join= takes one to eight addresses as 10.0.0.1, separated by commas");
    } else if (startsWith(at, size, "voters=")) {
      voterCount = listRead(lists + VOTERS, at + 7, size - 7, OwnerLimit.VOTERS);
      if (voterCount === 0)
        return refuse("voters= takes one to seven different addresses, separated by commas");
    } else if (startsWith(at, size, "boot=")) {
      const number = numberOf(at + 5, size - 5);
      if (number < 0) return refuse("boot= takes a number of at most ten digits");
      bootNumber = <u64>number;
    } else if (startsWith(at, size, "witness=")) {
      if (!equals(at + 8, size - 8, "yes")) return refuse("witness= takes `yes`, or is left out");
      witness = true;
    } else {
      return unknown(at, size);
    }
  }
  return wordCount === 0 || joinCount > 0 || refuse("join= is missing");
}

/** Addresses with commas between them, none of them twice; their number, 0: that is no such list. */
function listRead(target: usize, text: usize, size: u32, most: u32): u32 {
  let count: u32 = 0;
  for (let at: u32 = 0; at <= size; ) {
    let end = at;
    while (end < size && <u32>load<u8>(text + end) !== SPLIT) end++;
    if (count === most || !addressParse(text + at, end - at, false)) return 0;
    for (let i: u32 = 0; i < count; i++) {
      if (load<u32>(target + ((<usize>i) << 2)) === parsedAddress) return 0;
    }
    store<u32>(target + ((<usize>count) << 2), parsedAddress);
    count++;
    at = end + 1;
  }
  return count;
}

/** Seconds since 1970 have ten digits, one more than `parseNumber` takes. */
function numberOf(text: usize, size: u32): i64 {
  if (size === 0 || size > 10) return NOT_A_NUMBER;
  let value: i64 = 0;
  for (let i: u32 = 0; i < size; i++) {
    const digit = <i64>load<u8>(text + i) - 48;
    if (digit < 0 || digit > 9) return NOT_A_NUMBER;
    value = value * 10 + digit;
  }
  return value;
}

function unknown(at: usize, size: u32): bool {
  print("heartbeat: ");
  printBytes(at, size);
  printLine(" is none of join=, boot=, voters= and witness=");
  return false;
}

export function refuse(rule: string): bool {
  print("heartbeat: ");
  printLine(rule);
  return false;
}
