/**
 * Symbols of an image: which function an address is in, which trap site, how large a stack frame is.
 *
 * All three tables are read where the ELF file lies, so the image must be an archive's or that of the
 * current address space. Nothing here trusts the tables' contents beyond their checked bounds.
 */
import { TrapKind } from "../abi/traps";
import { inside, Layout } from "./elf";

const SITE_BYTES: u32 = 12;
const FRAME_BYTES: u32 = 8;
const BODY_BYTES: u32 = 8;
const SYMBOL_BYTES: u32 = 16;
const FUNCTION: u32 = 2;
export const NONE: u32 = 0xffffffff;

/** The entry of a sorted table with the greatest first word <= value; NONE before the first. */
function greatest(table: usize, count: u32, stride: u32, value: u32): u32 {
  let low: u32 = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (load<u32>(table + <usize>(middle * stride)) <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** The trap site at or before an address; 0 without one. */
export function siteFind(layout: Layout, address: u32): usize {
  if (!inside(layout.text, address)) return 0;
  const sites = layout.sites;
  const table = <usize>(layout.file + sites.offset);
  const count = sites.fileSize / SITE_BYTES;
  const index = greatest(table, count, SITE_BYTES, address - layout.text.virtual);
  return index === NONE ? 0 : table + <usize>(index * SITE_BYTES);
}

export function siteAddress(layout: Layout, site: usize): u32 {
  return load<u32>(site) + layout.text.virtual;
}

/** Does the site stand for exactly this address? */
export function siteExact(layout: Layout, site: usize, address: u32): bool {
  return load<u32>(site) === address - layout.text.virtual;
}

export function siteWasmOffset(site: usize): u32 {
  return load<u32>(site, 4);
}

export function siteKind(site: usize): TrapKind {
  return <TrapKind>load<u32>(site, 8);
}

/** Bytes between esp and the return address in the function around `address`; NONE if unknown. */
export function frameBytes(layout: Layout, address: u32): u32 {
  if (!inside(layout.text, address)) return NONE;
  const frames = layout.frames;
  const table = <usize>(layout.file + frames.offset);
  const count = frames.fileSize / FRAME_BYTES;
  const index = greatest(table, count, FRAME_BYTES, address - layout.text.virtual);
  return index === NONE ? NONE : load<u32>(table + <usize>(index * FRAME_BYTES), 4);
}

/** The symbol of the function around `address`; 0 without one. */
export function functionFind(layout: Layout, address: u32): usize {
  const symbols = layout.symbols;
  const table = <usize>(layout.file + symbols.offset);
  const end = table + <usize>((symbols.fileSize / SYMBOL_BYTES) * SYMBOL_BYTES);
  let found: usize = 0;
  for (let at = table; at < end; at += SYMBOL_BYTES) {
    if ((<u32>load<u8>(at, 12) & 15) !== FUNCTION) continue;
    const start = load<u32>(at, 4);
    if (address < start || address - start >= load<u32>(at, 8)) continue;
    if (found === 0) found = at;
  }
  return found;
}

export function functionStart(symbol: usize): u32 {
  return load<u32>(symbol, 4);
}

/** Offset in the strings of the name of the function whose Wasm body is around an offset; or NONE. */
export function bodyName(layout: Layout, wasmOffset: u32): u32 {
  const bodies = layout.bodies;
  const table = <usize>(layout.file + bodies.offset);
  const index = greatest(table, bodies.fileSize / BODY_BYTES, BODY_BYTES, wasmOffset);
  return index === NONE ? NONE : load<u32>(table + <usize>(index * BODY_BYTES), 4);
}

/** Offset in the strings of a symbol's name. */
export function symbolName(symbol: usize): u32 {
  return load<u32>(symbol);
}

/** The address of a zero-terminated name at an offset of the strings, its length in `nameLength`. */
export let nameLength: u32 = 0;

export function nameAt(layout: Layout, offset: u32): usize {
  const strings = layout.strings;
  nameLength = 0;
  if (offset >= strings.fileSize) return 0;
  const at = <usize>(layout.file + strings.offset + offset);
  const most = strings.fileSize - offset;
  while (nameLength < most && load<u8>(at + nameLength) !== 0) nameLength++;
  return at;
}
