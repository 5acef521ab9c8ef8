/**
 * What the kernel answered against what it must answer: the first difference ends the test.
 */
import { KernelError } from "../../kernel/abi/errors";
import { MapFlag } from "../../kernel/abi/records";
import { exit, memoryMap } from "../lib/kernel";
import { CODE_FAILED, Place, Report } from "./kit";

const space: usize = memory.data(8192);
const PAGE: usize = 4096;
/** The runner's page once `reportOpen` has mapped it. */
const page: usize = (space + PAGE - 1) & ~(PAGE - 1);
const SPACE: u8 = 32;
const ZERO: u32 = 48;

export function reportOpen(): void {
  memoryMap(Place.REPORT, 0, page | MapFlag.WRITE, 1);
}

/** Something that must be true. */
export function check(fact: bool, what: string): void {
  if (!fact) fail(what, 1, 0);
}

/** The number must be this one. */
export function same(actual: i32, expected: i32, what: string): void {
  if (actual !== expected) fail(what, expected, actual);
}

/** The answer must be this refusal; with OK, anything that is none. */
export function expect(result: i32, error: KernelError, what: string): void {
  if (error === KernelError.OK ? result >= 0 : result === -(<i32>error)) return;
  fail(what, -(<i32>error), result);
}

/** The result of a call that must do what it is asked for. */
export function done(result: i32, what: string): u32 {
  if (result < 0) fail(what, 0, result);
  return <u32>result;
}

/** At most this much. */
export function within(actual: u64, most: u64, what: string): void {
  note(what, actual);
  if (actual > most)
    fail(what, <i32>min<u64>(most, i32.MAX_VALUE), <i32>min<u64>(actual, i32.MAX_VALUE));
}

function fail(what: string, expected: i32, actual: i32): void {
  store<u32>(page, 1, Report.FAILED);
  store<i32>(page, expected, Report.EXPECTED);
  store<i32>(page, actual, Report.ACTUAL);
  store<u32>(page, text(page + Report.TEXT, what), Report.TEXT_SIZE);
  exit(CODE_FAILED);
}

/** A number for people: it is printed below the test. */
export function note(what: string, value: u64): void {
  let size = load<u32>(page, Report.NOTE_SIZE);
  let at = page + Report.NOTE + size;
  if (at + 128 > page + Report.END) return;
  const start = at;
  if (size !== 0) {
    store<u8>(at, 44);
    store<u8>(at + 1, SPACE);
    at += 2;
  }
  at += text(at, what);
  store<u8>(at, SPACE);
  at = number(at + 1, value);
  size += <u32>(at - start);
  store<u32>(page, size, Report.NOTE_SIZE);
}

function text(at: usize, what: string): u32 {
  const length = min<u32>(<u32>what.length, 96);
  const source = changetype<usize>(what);
  for (let i: u32 = 0; i < length; i++) {
    store<u8>(at + i, <u8>load<u16>(source + ((<usize>i) << 1)));
  }
  return length;
}

function number(start: usize, value: u64): usize {
  let at = start;
  let scale: u64 = 1;
  while (value / scale >= 10) scale *= 10;
  for (; scale !== 0; scale /= 10) {
    store<u8>(at, <u8>(ZERO + <u32>((value / scale) % 10)));
    at++;
  }
  return at;
}
