/**
 * Constants beside the code: float constants, descriptors of functions that references name, bytes
 * of data segments, items of element segments.
 *
 * Addresses are provisional until the sections are placed: RODATA + offset. Text words that hold
 * one are listed in `absolutes`, words in here that hold one in `relocations`.
 */
import { Arena } from "../wasm/arena";
import { Vector } from "../lower/vector";
import { Module, WasmFunction } from "../wasm/module";

export const RODATA: u32 = 0xa0000000;

export const rodata: Vector = changetype<Vector>(memory.data(12));
/** Offsets of words of rodata that hold provisional addresses. */
export const relocations: Vector = changetype<Vector>(memory.data(12));
/** Pairs: offset of a word of rodata, function whose code address goes there. */
export const codeWords: Vector = changetype<Vector>(memory.data(12));

/** Recent pool constants: (low, high, size, offset), by hash. */
const RECENT: u32 = 256;
const recent: usize = memory.data(256 * 16);
/** Offset of each function's descriptor plus one, or 0. */
let descriptors: usize = 0;

export function startRodata(): void {
  rodata.forget();
  relocations.forget();
  codeWords.forget();
  memory.fill(recent, 0, RECENT * 16);
  descriptors = Arena.allocateZeroed((<usize>Module.functionCount) << 2);
}

/** Provisional address of a float constant. */
export function poolConstant(low: u32, high: u32, double: bool): u32 {
  const size: u32 = double ? 8 : 4;
  const hash = (low ^ (high >> 12) ^ (high * 31) ^ (low >> 16) ^ size) & (RECENT - 1);
  const entry = recent + (hash << 4);
  const same =
    load<u32>(entry) == low && load<u32>(entry + 4) == high && load<u32>(entry + 8) == size;
  if (same) return RODATA + load<u32>(entry + 12);
  rodata.alignTo(size);
  const offset = rodata.length;
  rodata.push32(low);
  if (double) rodata.push32(high);
  store<u32>(entry, low);
  store<u32>(entry + 4, high);
  store<u32>(entry + 8, size);
  store<u32>(entry + 12, offset);
  return RODATA + offset;
}

/** Provisional address of a function's descriptor: its canonical type, its code address. */
export function descriptorOf(index: u32): u32 {
  const place = descriptors + ((<usize>index) << 2);
  const known = load<u32>(place);
  if (known != 0) return RODATA + known - 1;
  rodata.alignTo(4);
  const offset = rodata.length;
  store<u32>(place, offset + 1);
  rodata.push32(WasmFunction.at(index).type().canonical);
  codeWords.push32(rodata.length);
  codeWords.push32(index);
  rodata.push32(0);
  return RODATA + offset;
}

/** Appends a word that holds a provisional address. */
export function pushAddressWord(address: u32): void {
  relocations.push32(rodata.length);
  rodata.push32(address);
}
