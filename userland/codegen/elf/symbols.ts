/** The symbol table of the output: functions and stubs, then exports under their own names. */
import { Vector } from "../lower/vector";

export const symbols: Vector = changetype<Vector>(memory.data(12));
export const strings: Vector = changetype<Vector>(memory.data(12));
/** Pairs: offset of a function's body in the module, offset of its name in `strings`; ascending. */
export const bodies: Vector = changetype<Vector>(memory.data(12));

export const enum SymbolType {
  OBJECT = 1,
  FUNCTION = 2,
}

const ENTRY_BYTES: u32 = 16;
/** Index of the first global symbol: ELF wants the local ones first. */
export let firstGlobal: u32 = 0;

export function startSymbols(): void {
  symbols.forget();
  strings.forget();
  bodies.forget();
  memory.fill(symbols.append(ENTRY_BYTES), 0, ENTRY_BYTES);
  store<u8>(strings.append(1), 0);
  firstGlobal = 0;
}

export function globalsFollow(): void {
  firstGlobal = symbols.length / ENTRY_BYTES;
}

/** Starts a name; the bytes are appended to `strings`, then `addSymbol` is called. */
export function openName(): u32 {
  return strings.length;
}

export function addSymbol(
  name: u32,
  address: u32,
  size: u32,
  type: SymbolType,
  section: u32,
): void {
  store<u8>(strings.append(1), 0);
  const entry = symbols.append(ENTRY_BYTES);
  store<u32>(entry, name);
  store<u32>(entry + 4, address);
  store<u32>(entry + 8, size);
  const binding: u32 = firstGlobal != 0 ? 1 : 0;
  store<u8>(entry + 12, <u8>((binding << 4) | type));
  store<u8>(entry + 13, 0);
  store<u16>(entry + 14, <u16>section);
}

/** Appends a decimal number to the name being built. */
export function nameNumber(value: u32): void {
  let divisor: u32 = 1;
  while (value / divisor >= 10) divisor *= 10;
  for (; divisor > 0; divisor /= 10)
    store<u8>(strings.append(1), <u8>(48 + ((value / divisor) % 10)));
}
