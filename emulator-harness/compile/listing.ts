// The listing of an ELF file: its functions as instructions, in objdump's words.
import { disassemble } from "../disassembler/disassembler.ts";
import { type Elf, readElf } from "../machine/elf.ts";

export interface ListingOptions {
  /** Print addresses and bytes before each instruction. */
  bytes: boolean;
  /** Only functions for which this is true. */
  select?: (name: string) => boolean;
}

/** One block per function in address order; a jump's target is the function it is in, when known. */
export function listing(file: Uint8Array, options: ListingOptions): string {
  const elf = readElf(file);
  return functionsOf(elf)
    .filter(({ name }) => options.select?.(name) ?? true)
    .map((one) => functionListing(elf, one, options))
    .join("\n\n");
}

interface FunctionRange {
  name: string;
  address: number;
  size: number;
}

function functionsOf(elf: Elf): FunctionRange[] {
  const seen = new Set<number>();
  const functions = elf.symbols
    .filter(({ kind, size }) => kind === "function" && size > 0)
    .filter(({ address }) => !seen.has(address) && seen.add(address))
    .sort((one, other) => one.address - other.address);
  if (functions.length > 0) return functions;
  return elf.sections
    .filter(({ executable, bytes }) => executable && bytes.length > 0)
    .map(({ name, address, bytes }) => ({ name, address, size: bytes.length }));
}

function functionListing(elf: Elf, range: FunctionRange, options: ListingOptions): string {
  const segment = elf.segments.find(
    ({ address, bytes }) => range.address >= address && range.address < address + bytes.length,
  );
  if (!segment) return `${range.name}: not in the file`;
  const start = range.address - segment.address;
  const code = segment.bytes.subarray(start, start + range.size);
  const names = new Map(functionsOf(elf).map(({ address, name }) => [address, name]));
  const lines = [...disassemble(code, range.address)].map(({ offset, size, text }) => {
    const named = withTarget(text, range, names);
    if (!options.bytes) return `  ${named}`;
    const bytes = [...code.subarray(offset, offset + size)];
    const hexadecimal = bytes.map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
    const address = (range.address + offset).toString(16);
    return `  ${address}  ${hexadecimal.padEnd(24)} ${named}`;
  });
  return [`${range.name}:`, ...lines].join("\n");
}

/** A jump inside the function is told as a distance from its start; a call by the name of what it calls. */
function withTarget(text: string, range: FunctionRange, names: Map<number, string>): string {
  return text.replace(/^((?:j\w+|call|loop\w*)\s+)(?:0x)?([0-9a-f]+)$/, (_, mnemonic, digits) => {
    const target = Number.parseInt(digits, 16);
    const name = names.get(target);
    if (name && target !== range.address) return `${mnemonic}<${name}>`;
    const distance = target - range.address;
    if (distance >= 0 && distance <= range.size) return `${mnemonic}+${distance.toString(16)}`;
    return `${mnemonic}${digits}`;
  });
}
