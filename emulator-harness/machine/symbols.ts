// Names for addresses: the function an address lies in, from an ELF symbol table.
import type { Elf, ElfSymbol } from "./elf.ts";

export class Symbols {
  #functions: ElfSymbol[];

  constructor(elf: Elf) {
    this.#functions = elf.symbols
      .filter(({ kind }) => kind === "function")
      .sort((one, other) => one.address - other.address);
  }

  /** The function whose range holds the address. */
  at(address: number): ElfSymbol | null {
    let low = 0;
    let high = this.#functions.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#functions[middle].address <= address) low = middle + 1;
      else high = middle;
    }
    const found = this.#functions[low - 1];
    return found && address < found.address + Math.max(found.size, 1) ? found : null;
  }

  /** "function+0x12", or the bare address. */
  describe(address: number): string {
    const found = this.at(address);
    if (!found) return `0x${address.toString(16)}`;
    return `${found.name}+0x${(address - found.address).toString(16)}`;
  }
}
