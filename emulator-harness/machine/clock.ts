// The two clocks of a machine: counted instructions, or the host's time.
import type { V86Cpu, World } from "./v86.ts";

/** Idle time moves on by at least this much, so that rounding cannot stop it: 100 ns. */
const IDLE_MS_MIN = 0.0001;
const NANOSECOND_MS = 1e-6;
const EPOCH_MS = 1_700_000_000_000;

/**
 * Virtual time: one instruction is one nanosecond, and a sleeping processor skips to its next timer.
 * v86's time stamp counter runs at 1 GHz of this clock.
 */
export class VirtualClock {
  #cpu: V86Cpu | null = null;
  #counterSeen = 0;
  #instructions = 0;
  #idleMs = 0;

  attach(cpu: V86Cpu): void {
    this.#cpu = cpu;
    this.#counterSeen = cpu.instruction_counter[0] >>> 0;
  }

  /** Instructions executed so far; v86's own counter has 32 bits. */
  instructions(): number {
    if (this.#cpu !== null) {
      const counter = this.#cpu.instruction_counter[0] >>> 0;
      this.#instructions += (counter - this.#counterSeen) >>> 0;
      this.#counterSeen = counter;
    }
    return this.#instructions;
  }

  nowMs(): number {
    return this.instructions() / 1e6 + this.#idleMs;
  }

  skip(milliseconds: number): void {
    this.#idleMs += Math.max(milliseconds, IDLE_MS_MIN);
  }

  /** Skips to a moment that is not in the past; that the machine slept or waited for its host is the same to it. */
  moveTo(milliseconds: number): void {
    const gap = milliseconds - this.nowMs();
    if (gap < -IDLE_MS_MIN) throw new Error(`the clock cannot go back by ${-gap} ms`);
    this.#idleMs += Math.max(gap, 0);
  }
}

/** A world in which nothing depends on the host: time is the clock, chance is the seed. */
export function deterministicWorld(clock: VirtualClock, seed: number): World {
  const random = randomOf(seed);
  class ClockDate extends Date {
    constructor(...parts: []) {
      if (parts.length === 0) super(ClockDate.now());
      else super(...parts);
    }
    static override now(): number {
      return EPOCH_MS + Math.floor(clock.nowMs());
    }
  }
  return {
    performance: { now: () => clock.nowMs() },
    Math: Object.create(Math, { random: { value: () => random() / 2 ** 32 } }),
    Date: ClockDate as DateConstructor,
    crypto: {
      getRandomValues(array) {
        const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
        for (let i = 0; i < bytes.length; i++) bytes[i] = random() >>> 24;
        return array;
      },
    },
    WebAssembly: Object.create(WebAssembly, { instantiate: { value: instantiateAtOnce } }),
  };
}

/**
 * The host's own world, for machines on the wall clock.
 *
 * A browser's clock stands still for up to 100 microseconds. v86 then guesses what lies between, and its time
 * stamp counter can go back. A clock that never says the same twice leaves it nothing to guess.
 */
export function realWorld(): World {
  let latest = 0;
  const now = () => {
    latest = Math.max(performance.now(), latest + NANOSECOND_MS);
    return latest;
  };
  return { performance: { now }, Math, Date, crypto: globalThis.crypto, WebAssembly };
}

/** The JIT's code is then installed at a fixed point of the instruction stream: after the current slice. */
function instantiateAtOnce(code: BufferSource, imports: WebAssembly.Imports) {
  const module = new WebAssembly.Module(code);
  return Promise.resolve({ module, instance: new WebAssembly.Instance(module, imports) });
}

/** 32 bits at a time from a splitmix generator. */
function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  };
}
