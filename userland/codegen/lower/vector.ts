/**
 * Growing arrays of raw words in the arena: every table of the lowering and of the output is one.
 * A vector lives as long as the compilation; per-function tables are cleared, not freed.
 */
import { Arena } from "../wasm/arena";

@unmanaged
@final
export class Vector {
  base: usize;
  /** Bytes in use, and bytes reserved. */
  length: u32;
  capacity: u32;

  /** Forgets the storage: the arena under it was reset. */
  forget(): void {
    this.base = 0;
    this.length = 0;
    this.capacity = 0;
  }

  @inline
  clear(): void {
    this.length = 0;
  }

  /** Makes room for `size` more bytes. */
  @inline
  ensure(size: u32): void {
    if (this.length + size > this.capacity) this.grow(size);
  }

  /** Makes the storage at least `size` bytes; for vectors whose size can be told beforehand. */
  reserve(size: u32): void {
    if (size > this.capacity && size > this.length) this.grow(size - this.length);
  }

  @inline
  push32(value: u32): void {
    this.ensure(4);
    store<u32>(this.base + this.length, value);
    this.length += 4;
  }

  /** Appends `size` bytes of unknown content; returns their address, good until the next growth. */
  @inline
  append(size: u32): usize {
    this.ensure(size);
    const address = this.base + this.length;
    this.length += size;
    return address;
  }

  @inline
  word(index: u32): u32 {
    return load<u32>(this.base + ((<usize>index) << 2));
  }

  @inline
  setWord(index: u32, value: u32): void {
    store<u32>(this.base + ((<usize>index) << 2), value);
  }

  /** Number of 32-bit words. */
  @inline
  get words(): u32 {
    return this.length >> 2;
  }

  /** Sets the length to `size` bytes, all zero. */
  zeroed(size: u32): usize {
    this.length = 0;
    this.ensure(size);
    memory.fill(this.base, 0, size);
    this.length = size;
    return this.base;
  }

  /** Appends a copy of `size` bytes. */
  pushBytes(source: usize, size: u32): void {
    const target = this.append(size);
    memory.copy(target, source, size);
  }

  pushString(text: string): void {
    const length = <u32>text.length;
    const target = this.append(length);
    const source = changetype<usize>(text);
    for (let i: u32 = 0; i < length; i++) {
      store<u8>(target + i, load<u8>(source + ((<usize>i) << 1)));
    }
  }

  alignTo(alignment: u32): void {
    while ((this.length & (alignment - 1)) != 0) store<u8>(this.append(1), 0);
  }

  private grow(size: u32): void {
    const needed = this.length + size;
    let capacity: u32 = this.capacity < 256 ? 256 : this.capacity;
    while (capacity < needed) capacity += capacity;
    capacity = (capacity + 7) & ~7;
    if (this.base != 0 && this.base + this.capacity == Arena.cursor) {
      Arena.allocate(capacity - this.capacity);
    } else {
      const base = Arena.allocate(capacity);
      memory.copy(base, this.base, this.length);
      this.base = base;
    }
    this.capacity = capacity;
  }
}

export const VECTOR_SIZE: usize = 12;
if (offsetof<Vector>() !== VECTOR_SIZE) ERROR("VECTOR_SIZE is out of date");
