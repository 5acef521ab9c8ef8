/**
 * Symbols of a compiled module that a script can name: invoke thunks and exported globals.
 *
 * They are copied out of the ELF file, since the next module takes its place: for each symbol its
 * address, the size of its name and the name's bytes.
 */

export const SYMBOLS_BYTES: u32 = 65536;
const SECTION_SYMBOLS: u32 = 2;
const BINDING_GLOBAL: u32 = 1;
const SYMBOL_BYTES: u32 = 16;
const HEADER_WORDS: u32 = 8;

/** Copies the global symbols of an ELF file; the table ends with an address of 0. */
export function copySymbols(file: usize, table: usize): void {
  let header = file + load<u32>(file + 32);
  const stride = <u32>load<u16>(file + 46);
  const count = <u32>load<u16>(file + 48);
  const first = header;
  let end = table;
  for (let i: u32 = 0; i < count; i++) {
    if (load<u32>(header + 4) === SECTION_SYMBOLS) {
      const names = first + load<u32>(header + 24) * stride;
      const start = file + load<u32>(header + 16);
      const limit = table + SYMBOLS_BYTES - HEADER_WORDS;
      end = copySection(start, load<u32>(header + 20), file + load<u32>(names + 16), end, limit);
    }
    header += stride;
  }
  store<u32>(end, 0);
}

function copySection(start: usize, size: u32, names: usize, target: usize, limit: usize): usize {
  let end = target;
  for (let at: u32 = 0; at < size; at += SYMBOL_BYTES) {
    const symbol = start + at;
    if (<u32>load<u8>(symbol + 12) >> 4 !== BINDING_GLOBAL) continue;
    const name = names + load<u32>(symbol);
    const length = lengthOf(name);
    const next = end + 8 + ((length + 3) & ~3);
    assert(next <= limit);
    store<u32>(end, load<u32>(symbol + 4));
    store<u32>(end + 4, length);
    memory.copy(end + 8, name, length);
    end = next;
  }
  return end;
}

function lengthOf(name: usize): u32 {
  let length: u32 = 0;
  while (load<u8>(name + length) !== 0) length++;
  return length;
}

/** Address of the symbol with these bytes for a name, after `prefix`; 0 when there is none. */
export function findSymbol(table: usize, prefix: string, name: usize, size: u32): u32 {
  const prefixSize = <u32>prefix.length;
  for (let entry = table; load<u32>(entry) !== 0; ) {
    const length = load<u32>(entry + 4);
    const text = entry + 8;
    if (length === prefixSize + size && startsWith(text, prefix)) {
      if (memory.compare(text + prefixSize, name, size) === 0) return load<u32>(entry);
    }
    entry = text + ((length + 3) & ~3);
  }
  return 0;
}

function startsWith(text: usize, prefix: string): bool {
  const source = changetype<usize>(prefix);
  const length = <u32>prefix.length;
  for (let i: u32 = 0; i < length; i++) {
    if (<u32>load<u8>(text + i) !== <u32>load<u16>(source + ((<usize>i) << 1))) return false;
  }
  return true;
}
