/**
 * The policy's text, a line at a time as words, and the one error that stops its reading.
 */
import { NOT_A_NUMBER, parseNumber, startsWith } from "../lib/text";
import { splitLine, wordAddress, wordCount, wordSize } from "../lib/words";

const NEWLINE: u8 = 10;
const SPACE: u8 = 32;
const COMMENT: u8 = 35;
const TAB: u8 = 9;
const NUMBER_DIGITS_MAX: u32 = 8;
const PER_MILLE_MAX: i32 = 1000;
const PPM_PER_MILLE: u32 = 1000;

/** Number of the line at hand, from 1. */
export let lineNumber: u32 = 0;
/** It begins with spaces: a line of a block. */
export let lineIndented: bool = false;
let at: usize = 0;
let end: usize = 0;

/** What is wrong: the line, the word (size 0: the line as a whole) and the rule it breaks. */
export let errorLine: u32 = 0;
export let errorWord: usize = 0;
export let errorWordSize: u32 = 0;
export let errorRule: string = "";

export function textOpen(address: usize, size: u32): void {
  at = address;
  end = address + size;
  lineNumber = 0;
  errorLine = 0;
  errorWordSize = 0;
  errorRule = "";
}

/**
 * Splits the next line that has words into them (see lib/words.ts); false at the end of the text.
 */
export function lineNext(): bool {
  while (at < end) {
    const start = at;
    while (at < end && load<u8>(at) !== NEWLINE) at++;
    const size = <u32>(at - start);
    if (at < end) at++;
    lineNumber++;
    lineIndented = size > 0 && load<u8>(start) === SPACE;
    for (let i: u32 = 0; i < size; i++) {
      if (load<u8>(start + i) === TAB) store<u8>(start + i, SPACE);
    }
    splitLine(start, beforeComment(start, size));
    if (wordCount > 0) return true;
  }
  return false;
}

function beforeComment(start: usize, size: u32): u32 {
  for (let i: u32 = 0; i < size; i++) {
    if (load<u8>(start + i) === COMMENT) return i;
  }
  return size;
}

/** Notes the first error: a word of the line at hand and the rule; always false. */
export function refuseWord(word: u32, rule: string): bool {
  const known = word < wordCount;
  return refuse(lineNumber, known ? wordAddress(word) : 0, known ? wordSize(word) : 0, rule);
}

/** The same for a name that stands in another line. */
export function refuse(line: u32, word: usize, size: u32, rule: string): bool {
  if (failed()) return false;
  errorLine = line;
  errorWord = word;
  errorWordSize = size;
  errorRule = rule;
  return false;
}

export function failed(): bool {
  return errorRule.length !== 0;
}

/** A decimal number, or a hexadecimal one after 0x; NOT_A_NUMBER for anything else. */
export function numberOf(address: usize, size: u32): i32 {
  if (!startsWith(address, size, "0x")) return parseNumber(address, size);
  if (size === 2 || size > 2 + NUMBER_DIGITS_MAX - 1) return NOT_A_NUMBER;
  let value: i32 = 0;
  for (let i: u32 = 2; i < size; i++) {
    const digit = digitOf(<i32>load<u8>(address + i));
    if (digit < 0) return NOT_A_NUMBER;
    value = (value << 4) | digit;
  }
  return value;
}

/** A word that is a share in per mille, 1..1000, as parts per million; 0: it is none. */
export function ppmOf(word: u32): u32 {
  const perMille = numberOf(wordAddress(word), wordSize(word));
  return perMille < 1 || perMille > PER_MILLE_MAX ? 0 : <u32>perMille * PPM_PER_MILLE;
}

function digitOf(byte: i32): i32 {
  if (byte >= 48 && byte <= 57) return byte - 48;
  if (byte >= 97 && byte <= 102) return byte - 87;
  return NOT_A_NUMBER;
}
