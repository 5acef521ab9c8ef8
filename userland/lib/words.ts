/**
 * Words of a line, and the arguments a program was started with: the same table for both.
 */
import { argumentsRead } from "./kernel";

export const WORDS_MAX: u32 = 32;
const ARGUMENTS_BYTES: u32 = 2048;
const SPACE: u8 = 32;
const QUOTE: u8 = 34;
const addresses: usize = memory.data(128, 4);
const sizes: usize = memory.data(128, 4);
const argumentBytes: usize = memory.data(2048);
export let wordCount: u32 = 0;

export function wordAddress(index: u32): usize {
  return load<u32>(addresses + ((<usize>index) << 2));
}

export function wordSize(index: u32): u32 {
  return index < wordCount ? load<u32>(sizes + ((<usize>index) << 2)) : 0;
}

function addWord(address: usize, size: u32): void {
  if (wordCount === WORDS_MAX) return;
  store<u32>(addresses + ((<usize>wordCount) << 2), <u32>address);
  store<u32>(sizes + ((<usize>wordCount) << 2), size);
  wordCount++;
}

/** Forgets the last word. */
export function dropWord(): void {
  if (wordCount > 0) wordCount--;
}

/** Splits a line at spaces; double quotes keep a word together. */
export function splitLine(line: usize, size: u32): void {
  wordCount = 0;
  let at: u32 = 0;
  while (at < size) {
    while (at < size && load<u8>(line + at) === SPACE) at++;
    if (at === size) return;
    const quoted = load<u8>(line + at) === QUOTE;
    if (quoted) at++;
    const end: u8 = quoted ? QUOTE : SPACE;
    const start = at;
    while (at < size && load<u8>(line + at) !== end) at++;
    addWord(line + start, at - start);
    at++;
  }
}

/** Takes the program's own arguments into the table: word 0 is the first argument. */
export function readArguments(): void {
  wordCount = 0;
  const size = <u32>argumentsRead(argumentBytes, ARGUMENTS_BYTES);
  let start: u32 = 0;
  for (let i: u32 = 0; i < size; i++) {
    if (load<u8>(argumentBytes + i) !== 0) continue;
    addWord(argumentBytes + start, i - start);
    start = i + 1;
  }
}

/** Packs words `from`.. as a child's arguments, a zero byte after each; the size. */
export function packWords(from: u32, target: usize): u32 {
  let size: u32 = 0;
  for (let i = from; i < wordCount; i++) {
    memory.copy(target + size, wordAddress(i), wordSize(i));
    size += wordSize(i);
    store<u8>(target + size, 0);
    size++;
  }
  return size;
}
