// Table of states: canonical bytes -> number, exact and compact, in arrays outside the garbage collector's heap.
//
// The bytes of all states lie behind each other in blocks of 4 MiB. An open hash table holds numbers of states; two
// states are one when their bytes are equal, never because their hashes are.

const BLOCK_WORDS = 1 << 20;

export class StateTable {
  count = 0;
  private slots = new Int32Array(1 << 16).fill(-1);
  private hashes = new Int32Array(1 << 15);
  /** Where a state's words begin, counted over all blocks; the word before is how many. */
  private starts = new Float64Array(1 << 15);
  private readonly blocks: Int32Array[] = [];
  private end = 0;

  /** The number of the state whose words are at `at`; a new one (then `count` has grown) if it is unknown. */
  find(words: Int32Array, at: number, bytes: number, hash: number): number {
    const length = (bytes + 3) >> 2;
    const mask = this.slots.length - 1;
    for (let slot = (hash >>> 0) & mask; ; slot = (slot + 1) & mask) {
      const state = this.slots[slot];
      if (state < 0) return this.add(words, at, length, hash, slot);
      if (this.hashes[state] === hash && this.equal(state, words, at, length)) return state;
    }
  }

  /** Bytes in use. */
  get bytes(): number {
    const { slots, hashes, starts, blocks } = this;
    return (
      slots.byteLength + hashes.byteLength + starts.byteLength + blocks.length * BLOCK_WORDS * 4
    );
  }

  private equal(state: number, words: Int32Array, at: number, length: number): boolean {
    const start = this.starts[state];
    if (this.sizeOf(state) !== length) return false;
    const block = this.blocks[Math.floor(start / BLOCK_WORDS)];
    const from = start % BLOCK_WORDS;
    for (let i = 0; i < length; i++) {
      if (block[from + i] !== words[at + i]) return false;
    }
    return true;
  }

  private sizeOf(state: number): number {
    return this.blocks[Math.floor(this.starts[state] / BLOCK_WORDS)][
      (this.starts[state] % BLOCK_WORDS) - 1
    ];
  }

  private add(words: Int32Array, at: number, length: number, hash: number, slot: number): number {
    if ((this.end % BLOCK_WORDS) + length + 1 > BLOCK_WORDS) {
      this.end = Math.ceil(this.end / BLOCK_WORDS) * BLOCK_WORDS;
    }
    const block = Math.floor(this.end / BLOCK_WORDS);
    if (block === this.blocks.length) this.blocks.push(new Int32Array(BLOCK_WORDS));
    const into = this.blocks[block];
    let to = this.end % BLOCK_WORDS;
    into[to++] = length;
    for (let i = 0; i < length; i++) into[to + i] = words[at + i];
    const state = this.count++;
    if (state === this.hashes.length) {
      this.hashes = grown(this.hashes, Int32Array);
      this.starts = grown(this.starts, Float64Array);
    }
    this.hashes[state] = hash;
    this.starts[state] = this.end + 1;
    this.end += length + 1;
    this.slots[slot] = state;
    if (this.count * 2 > this.slots.length) this.rehash();
    return state;
  }

  private rehash(): void {
    const slots = new Int32Array(this.slots.length * 2).fill(-1);
    const mask = slots.length - 1;
    for (let state = 0; state < this.count; state++) {
      let slot = (this.hashes[state] >>> 0) & mask;
      while (slots[slot] >= 0) slot = (slot + 1) & mask;
      slots[slot] = state;
    }
    this.slots = slots;
  }
}

type Numbers = Int32Array | Uint32Array | Uint16Array | Uint8Array | Float64Array;

/** The same numbers with room for twice as many. */
export function grown<T extends Numbers>(old: T, kind: new (length: number) => T): T {
  const more = new kind(old.length * 2);
  more.set(old as never);
  return more;
}

/** Pieces of one size, kept in blocks and given back. */
export class PieceStore {
  private readonly blocks: Uint8Array[] = [];
  private readonly free: number[] = [];
  private count = 0;
  private readonly perBlock: number;

  constructor(private readonly size: number) {
    this.perBlock = Math.max(1, Math.floor((1 << 22) / size));
  }

  put(source: Uint8Array, at: number): number {
    const piece = this.free.pop() ?? this.count++;
    const block = Math.floor(piece / this.perBlock);
    this.blocks[block] ??= new Uint8Array(this.perBlock * this.size);
    const from = source.subarray(at, at + this.size);
    this.blocks[block].set(from, (piece % this.perBlock) * this.size);
    return piece;
  }

  /** Copies a piece to where it is wanted. */
  get(piece: number, target: Uint8Array, at: number): void {
    const block = this.blocks[Math.floor(piece / this.perBlock)];
    const from = (piece % this.perBlock) * this.size;
    target.set(block.subarray(from, from + this.size), at);
  }

  drop(piece: number): void {
    this.free.push(piece);
  }

  get bytes(): number {
    return this.blocks.length * this.perBlock * this.size;
  }
}
