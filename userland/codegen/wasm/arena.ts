/**
 * The memory of one compilation: a bump allocator that grows the Wasm memory and is reset per
 * module. Nothing is freed on its own; `mark` and `release` bracket the scratch of one function.
 */
export class Arena {
  /** First free byte. Always a multiple of 8. */
  static cursor: usize = 0;
  /** End of the memory that has been grown already. */
  static end: usize = 0;

  static reset(): void {
    Arena.cursor = (__heap_base + 15) & ~15;
    Arena.end = (<usize>memory.size()) << 16;
  }

  /** True when `size` more bytes can be had; called before work whose need is known. */
  static available(size: usize): bool {
    const needed = Arena.cursor + ((size + 7) & ~7);
    if (needed < Arena.cursor) return false;
    return needed <= Arena.end || Arena.grow(needed);
  }

  /** Bytes, not zeroed, aligned to 8. Traps when memory is out: large needs ask `available` first. */
  @inline
  static allocate(size: usize): usize {
    const address = Arena.cursor;
    const next = address + ((size + 7) & ~7);
    if (next > Arena.end || next < address) Arena.growOrTrap(next, address);
    Arena.cursor = next;
    return address;
  }

  static allocateZeroed(size: usize): usize {
    const address = Arena.allocate(size);
    memory.fill(address, 0, size);
    return address;
  }

  @inline
  static mark(): usize {
    return Arena.cursor;
  }

  /** Frees everything allocated since `mark`. */
  @inline
  static release(mark: usize): void {
    assert(mark <= Arena.cursor);
    Arena.cursor = mark;
  }

  private static growOrTrap(next: usize, address: usize): void {
    if (next < address || !Arena.grow(next)) unreachable();
  }

  /** Grows by at least an eighth of what there is, so that growing is rare and use stays linear. */
  private static grow(needed: usize): bool {
    const missing = <u32>((needed - Arena.end + 0xffff) >> 16);
    const extra = <u32>(Arena.end >> 19);
    if (memory.grow(<i32>(missing + extra)) < 0 && memory.grow(<i32>missing) < 0) return false;
    Arena.end = (<usize>memory.size()) << 16;
    return true;
  }
}
