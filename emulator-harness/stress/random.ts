// A small seeded generator (xorshift128 over a splitmix start): same seed, same sequence, everywhere.

export class Random {
  private readonly state = new Uint32Array(4);

  constructor(seed: number) {
    let mixed = seed >>> 0;
    for (let i = 0; i < 4; i++) {
      mixed = (mixed + 0x9e3779b9) >>> 0;
      let value = mixed;
      value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
      value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
      this.state[i] = value ^ (value >>> 16);
    }
    if (this.state.every((word) => word === 0)) this.state[0] = 1;
  }

  /** A whole number in 0..2^32-1. */
  word(): number {
    const state = this.state;
    let mixed = state[3];
    mixed ^= mixed << 11;
    mixed ^= mixed >>> 8;
    state.copyWithin(1, 0, 3);
    state[0] = mixed ^ state[1] ^ (state[1] >>> 19);
    return state[0];
  }

  /** A whole number in 0..bound-1. */
  below(bound: number): number {
    return Math.floor((this.word() / 0x100000000) * bound);
  }

  /** A whole number in least..most. */
  between(least: number, most: number): number {
    return least + this.below(most - least + 1);
  }

  chance(probability: number): boolean {
    return this.word() < probability * 0x100000000;
  }
}
