/** Which moments of the function each machine register is taken at: one bit per moment. */
import { Vector } from "../lower/vector";
import { Virtual } from "../lower/virtual";
import { Segment } from "./segments";

/** Integer registers by number, then xmm0..xmm5. */
export const REGISTERS: u32 = 14;

const maps: Vector = changetype<Vector>(memory.data(12));
let rowBytes: u32 = 0;

export function forgetOccupancy(): void {
  maps.forget();
}

export function clearOccupancy(moments: u32): void {
  rowBytes = ((moments >> 5) + 1) << 2;
  maps.zeroed(rowBytes * REGISTERS);
}

function rowOf(register: u32): usize {
  return maps.base + <usize>register * rowBytes;
}

/** Takes one moment. */
export function block(register: u32, moment: u32): void {
  const word = rowOf(register) + ((moment >> 5) << 2);
  store<u32>(word, load<u32>(word) | (1 << (moment & 31)));
}

/** True when no segment of the register meets a taken moment. */
export function isFree(register: u32, virtual: Virtual): bool {
  const row = rowOf(register);
  let index = virtual.segments;
  while (index >= 0) {
    const segment = Segment.at(index);
    if (meets(row, segment.start, segment.end)) return false;
    index = segment.next;
  }
  return true;
}

function meets(row: usize, start: u32, end: u32): bool {
  const first = start >> 5;
  const last = end >> 5;
  const firstMask = (<u32>-1) << (start & 31);
  const lastMask = <u32>-1 >> (31 - (end & 31));
  if (first == last) return (load<u32>(row + (first << 2)) & firstMask & lastMask) != 0;
  if ((load<u32>(row + (first << 2)) & firstMask) != 0) return true;
  for (let word = first + 1; word < last; word++) {
    if (load<u32>(row + (word << 2)) != 0) return true;
  }
  return (load<u32>(row + (last << 2)) & lastMask) != 0;
}

/** Takes all segments of a register. */
export function take(register: u32, virtual: Virtual): void {
  const row = rowOf(register);
  let index = virtual.segments;
  while (index >= 0) {
    const segment = Segment.at(index);
    fill(row, segment.start, segment.end);
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
