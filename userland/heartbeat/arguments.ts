/**
 * The program's arguments, as words of the machine's command line.
 *
 *   join=<address>[,...]    up to eight nodes to announce this one to; its own among them is not asked
 *   boot=<number>           grows with every boot by more than the whole seconds that the machine has run
 *   voters=<address>[,...]  up to seven nodes that decide who owns a group; the same ones on every machine
 *   witness=yes             this machine votes and runs no group
 *   fence=<address>         who destroys machines: a group's new owner begins when its predecessor is gone for certain
 *   key=<hex>[,...]         keys of 16, 24 or 32 bytes: the first one encrypts, each may decrypt
 */
import { addressParse, parsedAddress } from "../lib/address";
import { print, printBytes, printLine } from "../lib/console";
import { equals, NOT_A_NUMBER, startsWith } from "../lib/text";
import { readArguments, wordAddress, wordCount, wordSize } from "../lib/words";
import { Limit } from "./abi";
import { keyAdd } from "./keyring";
import { OwnerLimit } from "./owner/abi";

const SPLIT: u32 = 44;
const KEY_DIGITS: u32 = 64;
const key: usize = memory.data(32, 8);
const lists: usize = memory.data(64, 4);
if (Limit.SEEDS * 4 > 32 || OwnerLimit.VOTERS * 4 > 32)
  ERROR("the lists of addresses have another size");
const JOINS: usize = 0;
const VOTERS: usize = 32;
export let joinCount: u32 = 0;
export let voterCount: u32 = 0;
export let bootNumber: u64 = 0;
export let witness: bool = false;
export let fenceAddress: u32 = 0;

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
    } else if (startsWith(at, size, "fence=")) {
      if (!addressParse(at + 6, size - 6, false))
        return refuse("fence= takes an address as 10.0.0.254");
      fenceAddress = parsedAddress;
    } else if (startsWith(at, size, "key=")) {
      if (!keysRead(at + 4, size - 4)) {
        return refuse(
          "key= takes one to four keys of 32, 48 or 64 hex digits, separated by commas",
        );
      }
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

/** Takes the keys into the keyring, and wipes them from where they were read. */
function keysRead(text: usize, size: u32): bool {
  for (let at: u32 = 0; at <= size; ) {
    let end = at;
    while (end < size && <u32>load<u8>(text + end) !== SPLIT) end++;
    const digits = end - at;
    if (digits > KEY_DIGITS || (digits & 1) !== 0) return false;
    for (let i: u32 = 0; i < digits; i++) {
      const value = digitOf(load<u8>(text + at + i));
      if (value > 15) return false;
      const place = key + (i >> 1);
      store<u8>(place, <u8>((i & 1) === 0 ? value << 4 : load<u8>(place) | value));
    }
    const taken = keyAdd(key, digits >> 1);
    memory.fill(key, 0, KEY_DIGITS >> 1);
    memory.fill(text + at, 0, digits);
    if (!taken) return false;
    at = end + 1;
  }
  return true;
}

/** 0 to 15; more: no hex digit. */
function digitOf(letter: u32): u32 {
  if (letter >= 48 && letter <= 57) return letter - 48;
  const low = letter | 32;
  return low >= 97 && low <= 102 ? low - 87 : 255;
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
  printLine(" is none of join=, boot=, voters=, witness=, fence= and key=");
  return false;
}

export function refuse(rule: string): bool {
  print("heartbeat: ");
  printLine(rule);
  return false;
}
