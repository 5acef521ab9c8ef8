/** Which moments of the function each machine register is taken at: one bit per moment. */
import { Vector } from "../lower/vector";
import { Virtual } from "../lower/virtual";
import { Segment } from "./segments";

/** Integer registers by number, then xmm0..xmm5. */
export const REGISTERS: u32 = 14;

const maps: Vector = changetype<Vector>(memory.data(12));
let rowBytes: u32 = 0;
/** A bit per word of the maps that is not zero: long segments are tested 1024 moments at a time. */
const summaries: Vector = changetype<Vector>(memory.data(12));
let summaryBytes: u32 = 0;

export function forgetOccupancy(): void {
  maps.forget();
  summaries.forget();
}

export function clearOccupancy(moments: u32): void {
  rowBytes = ((moments >> 5) + 1) << 2;
  maps.zeroed(rowBytes * REGISTERS);
  summaryBytes = ((rowBytes >> 7) + 1) << 2;
  summaries.zeroed(summaryBytes * REGISTERS);
}

function rowOf(register: u32): usize {
  return maps.base + <usize>register * rowBytes;
}

function summaryOf(register: u32): usize {
  return summaries.base + <usize>register * summaryBytes;
}

/** Word `index` of a row is not zero. */
function note(summary: usize, index: u32): void {
  const word = summary + ((index >> 5) << 2);
  store<u32>(word, load<u32>(word) | (1 << (index & 31)));
}

/** Takes one moment. */
export function block(register: u32, moment: u32): void {
  const index = moment >> 5;
  const word = rowOf(register) + (index << 2);
  store<u32>(word, load<u32>(word) | (1 << (moment & 31)));
  note(summaryOf(register), index);
}

/** True when no segment of the register meets a taken moment. */
export function isFree(register: u32, virtual: Virtual): bool {
  const row = rowOf(register);
  const summary = summaryOf(register);
  let index = virtual.segments;
  while (index >= 0) {
    const segment = Segment.at(index);
    if (meets(row, summary, segment.start, segment.end)) return false;
    index = segment.next;
  }
  return true;
}

/** True when the register is not taken from one moment to another. */
export function isRangeFree(register: u32, start: u32, end: u32): bool {
  return !meets(rowOf(register), summaryOf(register), start, end);
}

export function takeRange(register: u32, start: u32, end: u32): void {
  fill(rowOf(register), start, end);
  const summary = summaryOf(register);
  for (let word = start >> 5; word <= end >> 5; word++) note(summary, word);
}

function meets(row: usize, summary: usize, start: u32, end: u32): bool {
  const first = start >> 5;
  const last = end >> 5;
  const firstMask = (<u32>-1) << (start & 31);
  const lastMask = <u32>-1 >> (31 - (end & 31));
  if (first == last) return (load<u32>(row + (first << 2)) & firstMask & lastMask) != 0;
  if ((load<u32>(row + (first << 2)) & firstMask) != 0) return true;
  let word = first + 1;
  while (word < last) {
    if ((word & 31) == 0 && word + 32 <= last) {
      if (load<u32>(summary + ((word >> 5) << 2)) != 0) return true;
      word += 32;
    } else {
      if (load<u32>(row + (word << 2)) != 0) return true;
      word++;
    }
  }
  return (load<u32>(row + (last << 2)) & lastMask) != 0;
}

/** Takes all segments of a register. */
export function take(register: u32, virtual: Virtual): void {
  const row = rowOf(register);
  const summary = summaryOf(register);
  let index = virtual.segments;
  while (index >= 0) {
    const segment = Segment.at(index);
    fill(row, segment.start, segment.end);
    for (let word = segment.start >> 5; word <= segment.end >> 5; word++) note(summary, word);
    index = segment.next;
  }
}

function fill(row: usize, start: u32, end: u32): void {
  const first = start >> 5;
  const last = end >> 5;
  const firstMask = (<u32>-1) << (start & 31);
  const lastMask = <u32>-1 >> (31 - (end & 31));
  const firstWord = row + (first << 2);
  const lastWord = row + (last << 2);
  if (first == last) {
    store<u32>(firstWord, load<u32>(firstWord) | (firstMask & lastMask));
    return;
  }
  store<u32>(firstWord, load<u32>(firstWord) | firstMask);
  for (let word = firstWord + 4; word < lastWord; word += 4) store<u32>(word, 0xffffffff);
  store<u32>(lastWord, load<u32>(lastWord) | lastMask);
}
