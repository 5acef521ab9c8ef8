// Random function bodies, valid by construction and sure to end: expressions of a wanted type, statements that
// keep many locals alive. What the hardware may choose (NaN bits) is never looked at: floats pass through a
// filter before their bits are stored, returned or reinterpreted.
import { signed, unsigned } from "../binary.ts";
import {
  ACCESSES,
  type Access,
  EXTERNREF,
  F32,
  F64,
  FUNCREF,
  I32,
  I64,
  NUMERIC,
  type Operator,
} from "../operators.ts";
import type { Random } from "../random.ts";
import { constantOf } from "./constant.ts";
import type { Surroundings } from "./surroundings.ts";

const NUMBERS = [I32, I64, F32, F64];
const DEPTH_MAX = 6;
const NESTING_MAX = 4;
const LOOP_ROUNDS = 5;
const ADDRESS_MASK = 0xfff;
/** One in so many operators may trap: more, and hardly a body would run to its end. */
const DANGER = 250;

const PRODUCERS = new Map<number, Operator[]>(
  NUMBERS.map((type) => [type, NUMERIC.filter(({ results }) => results[0] === type)]),
);
const LOADERS = new Map<number, Access[]>(
  NUMBERS.map((type) => [type, ACCESSES.filter(({ results }) => results[0] === type)]),
);
const STORES = ACCESSES.filter(({ results }) => results.length === 0);

export class TypedBody {
  #bytes: number[] = [];
  /** Result types of the open blocks, innermost last; null for a loop. */
  #labels: (number[] | null)[] = [];
  #counters: number[] = [];
  /** The open loops: place of the label, counter. */
  #loops: { label: number; counter: number }[] = [];
  #size = 0;

  constructor(
    readonly random: Random,
    readonly around: Surroundings,
    readonly locals: number[],
    readonly sizeMax: number,
  ) {}

  /** Statements, then the results and the end. */
  write(results: number[]): number[] {
    this.#labels.push(results);
    while (this.#size < this.sizeMax) this.#statement(0);
    for (const type of results) {
      this.#expression(type, 2);
      this.#filter(type);
    }
    this.#emit(0x0b);
    return this.#bytes;
  }

  /** Types of the counters that loops took, to be declared after the other locals. */
  get counterCount(): number {
    return this.#counters.length;
  }

  #emit(...bytes: number[]): void {
    for (const byte of bytes) this.#bytes.push(byte);
    this.#size++;
  }

  #localOf(type: number): number | null {
    const fitting = this.locals.map((_, i) => i).filter((i) => this.locals[i] === type);
    return fitting.length > 0 ? this.random.pick(fitting) : null;
  }

  #statement(nesting: number): void {
    const { random } = this;
    const inner = nesting < NESTING_MAX && this.#size < this.sizeMax;
    const kind = random.below(inner ? 16 : 9);
    if (kind < 4) this.#assign();
    else if (kind < 6) this.#store();
    else if (kind === 6) this.#callStatement();
    else if (kind === 7) this.#bulk();
    else if (kind === 8) this.#tableStatement();
    else if (kind < 11) this.#conditional(nesting);
    else if (kind < 13) this.#loop(nesting);
    else if (kind === 13) this.#branchOut(nesting);
    else this.#again();
  }

  #body(nesting: number): void {
    for (let i = 1 + this.random.below(4); i > 0; i--) this.#statement(nesting + 1);
  }

  #assign(): void {
    const { random, around } = this;
    if (around.globals.length > 0 && random.oneIn(5)) {
      const index = random.below(around.globals.length);
      this.#expression(around.globals[index], 0);
      this.#filter(around.globals[index]);
      return this.#emit(0x24, ...unsigned(index));
    }
    if (this.locals.length === 0) return;
    const index = random.below(this.locals.length);
    this.#expression(this.locals[index], 0);
    this.#emit(0x21, ...unsigned(index));
  }

  #address(): void {
    const { random } = this;
    this.#expression(I32, 3);
    if (random.oneIn(DANGER)) return;
    this.#emit(0x41, ...signed(BigInt(ADDRESS_MASK)), 0x71);
  }

  #memoryArgument(access: Access): number[] {
    const { random } = this;
    const offset = random.oneIn(DANGER) ? random.word() : random.below(64) * random.below(64);
    return [...unsigned(random.below(access.alignment + 1)), ...unsigned(offset)];
  }

  #store(): void {
    const access = this.random.pick(STORES);
    const type = access.parameters[1];
    this.#address();
    this.#expression(type, 1);
    this.#filter(type);
    this.#emit(...access.code, ...this.#memoryArgument(access));
  }

  #filter(type: number): void {
    if (type === F32) this.#emit(0x10, ...unsigned(this.around.filters.f32));
    if (type === F64) this.#emit(0x10, ...unsigned(this.around.filters.f64));
  }

  /** A call whose results go to locals or are dropped. */
  #callStatement(): void {
    const { random, around } = this;
    if (around.functions.length === 0) return;
    const index = random.below(around.functions.length);
    const { parameters, results } = around.types[around.functions[index]];
    for (const type of parameters) this.#expression(type, 2);
    this.#emit(0x10, ...unsigned(index));
    for (const type of [...results].reverse()) {
      const local = this.#localOf(type);
      if (local === null || random.oneIn(6)) this.#emit(0x1a);
      else this.#emit(0x21, ...unsigned(local));
    }
  }

  #small(limit: number): void {
    const { random } = this;
    if (random.oneIn(3)) return this.#emit(0x41, ...signed(BigInt(random.below(limit))));
    this.#expression(I32, 4);
    this.#emit(0x41, ...signed(BigInt(limit - 1)), 0x71);
  }

  #bulk(): void {
    const { random, around } = this;
    this.#address();
    const kind = random.below(3);
    if (kind === 0) {
      this.#expression(I32, 3);
      this.#small(64);
      return this.#emit(0xfc, 11, 0);
    }
    if (kind === 1 || around.dataSizes.length === 0) {
      this.#address();
      this.#small(128);
      return this.#emit(0xfc, 10, 0, 0);
    }
    const segment = random.below(around.dataSizes.length);
    this.#emit(0x41, ...signed(BigInt(random.below(3))));
    this.#emit(0x41, ...signed(BigInt(random.below(around.dataSizes[segment]))));
    this.#emit(0xfc, 8, ...unsigned(segment), 0);
  }

  #tableStatement(): void {
    const { random, around } = this;
    const kind = random.below(3);
    const extern = random.oneIn(2);
    const size = extern ? around.externSlots : around.slots.length;
    const table = extern ? 1 : 0;
    const slot = () =>
      this.#emit(0x41, ...signed(BigInt(random.below(size + (random.oneIn(DANGER) ? 2 : 0)))));
    // Table 0 keeps its functions, so that indirect calls mostly find what they expect.
    if (!extern) return;
    slot();
    if (kind === 0) {
      this.#expression(EXTERNREF, 3);
      return this.#emit(0x26, table);
    }
    if (kind === 1) {
      this.#emit(0x41, 0, 0x41, ...signed(BigInt(random.below(size))));
      return this.#emit(0xfc, 14, table, table);
    }
    this.#expression(EXTERNREF, 3);
    this.#emit(0x41, 1, 0xfc, 17, table);
  }

  #conditional(nesting: number): void {
    this.#expression(I32, 1);
    this.#emit(0x04, 0x40);
    this.#labels.push([]);
    this.#body(nesting);
    if (this.random.oneIn(2)) {
      this.#emit(0x05);
      this.#body(nesting);
    }
    this.#labels.pop();
    this.#emit(0x0b);
  }

  /**
   * A loop with a counter of its own, which nothing else writes. Some have no branch back at their end, only
   * those from within: then a loop inside may reach further than the last of them.
   */
  #loop(nesting: number): void {
    const { random } = this;
    const counter = this.locals.length + this.#counters.length;
    this.#counters.push(counter);
    this.#emit(0x41, ...signed(BigInt(1 + random.below(LOOP_ROUNDS))), 0x21, ...unsigned(counter));
    this.#emit(0x02, 0x40, 0x03, 0x40);
    this.#labels.push([], null);
    this.#loops.push({ label: this.#labels.length - 1, counter });
    this.#body(nesting + 1);
    if (random.oneIn(3)) this.#again();
    else this.#emit(...this.#less(counter), 0x0d, 0);
    this.#loops.pop();
    this.#labels.pop();
    this.#labels.pop();
    this.#emit(0x0b, 0x0b);
  }

  /** The counter, one less, on the operand stack, too. */
  #less(counter: number): number[] {
    return [0x20, ...unsigned(counter), 0x41, 0x7f, 0x6a, 0x22, ...unsigned(counter)];
  }

  /** Back to the start of a loop around here, if it has rounds left; otherwise its counter stays. */
  #again(): void {
    if (this.#loops.length === 0) return;
    const { label, counter } = this.random.pick(this.#loops);
    this.#emit(...this.#less(counter), 0x41, 0, 0x4a);
    this.#emit(0x0d, ...unsigned(this.#labels.length - 1 - label));
    this.#emit(0x20, ...unsigned(counter), 0x41, 1, 0x6a, 0x21, ...unsigned(counter));
  }

  /** A block that is left early: by br_if, br_table or a value that is carried out of it. */
  #branchOut(nesting: number): void {
    const { random } = this;
    this.#emit(0x02, 0x40);
    this.#labels.push([]);
    this.#body(nesting);
    const empty = this.#labels
      .map((types, i) => (types?.length === 0 ? i : -1))
      .filter((i) => i >= 0);
    const depthOf = () => this.#labels.length - 1 - random.pick(empty);
    this.#expression(I32, 1);
    if (random.oneIn(3)) {
      this.#emit(0x41, 7, 0x71);
      const targets = Array.from({ length: random.below(6) }, depthOf);
      this.#emit(0x0e, ...unsigned(targets.length));
      for (const target of [...targets, this.#labels.length - 1 - empty[empty.length - 1]]) {
        this.#emit(...unsigned(target));
      }
    } else {
      this.#emit(0x0d, ...unsigned(depthOf()));
      this.#body(nesting);
    }
    this.#labels.pop();
    this.#emit(0x0b);
  }

  #expression(type: number, depth: number): void {
    if (type === FUNCREF || type === EXTERNREF) return this.#reference(type, depth);
    const { random } = this;
    const leaf = depth >= DEPTH_MAX || this.#size > this.sizeMax * 2;
    const kind = random.below(leaf ? 6 : 22);
    if (kind < 2) this.#emit(...constantOf(random, type));
    else if (kind < 6) this.#variable(type);
    else if (kind < 14) this.#operation(type, depth + 1);
    else if (kind < 16) this.#load(type);
    else if (kind === 16) this.#select(type, depth + 1);
    else if (kind === 17) this.#choice(type, depth + 1);
    else if (kind === 18) this.#carried(type, depth + 1);
    else if (kind === 19) this.#tee(type, depth + 1);
    else this.#call(type, depth + 1);
  }

  #variable(type: number): void {
    const { random, around } = this;
    const globals = around.globals.map((_, i) => i).filter((i) => around.globals[i] === type);
    if (globals.length > 0 && random.oneIn(5)) {
      return this.#emit(0x23, ...unsigned(random.pick(globals)));
    }
    const local = this.#localOf(type);
    if (local === null) return this.#emit(...constantOf(random, type));
    this.#emit(0x20, ...unsigned(local));
  }

  #operation(type: number, depth: number): void {
    const { random } = this;
    const { code, parameters } = random.pick(PRODUCERS.get(type)!);
    const trapping = (code[0] >= 0xa8 && code[0] <= 0xab) || (code[0] >= 0xae && code[0] <= 0xb1);
    if (trapping && !random.oneIn(DANGER)) return this.#operation(type, depth);
    for (const [i, parameter] of parameters.entries()) {
      this.#expression(parameter, depth);
      const bitwise = code[0] === 0xbc || code[0] === 0xbd;
      const sign = (code[0] === 0x98 || code[0] === 0xa6) && i === 1;
      if (bitwise || sign) this.#filter(parameter);
    }
    const divides = (code[0] >= 0x6d && code[0] <= 0x70) || (code[0] >= 0x7f && code[0] <= 0x82);
    if (divides && !random.oneIn(DANGER)) {
      if (type === I32) this.#emit(0x41, 1, 0x72);
      else this.#emit(0x42, 1, 0x84);
    }
    this.#emit(...code);
  }

  #load(type: number): void {
    const access = this.random.pick(LOADERS.get(type)!);
    this.#address();
    this.#emit(...access.code, ...this.#memoryArgument(access));
  }

  #select(type: number, depth: number): void {
    this.#expression(type, depth);
    this.#expression(type, depth);
    this.#expression(I32, depth);
    if (this.random.oneIn(4)) this.#emit(0x1c, 1, type);
    else this.#emit(0x1b);
  }

  #choice(type: number, depth: number): void {
    this.#expression(I32, depth);
    this.#emit(0x04, type);
    this.#labels.push([type]);
    this.#expression(type, depth);
    this.#emit(0x05);
    this.#expression(type, depth);
    this.#labels.pop();
    this.#emit(0x0b);
  }

  /** A block whose value may be carried out by br_if. */
  #carried(type: number, depth: number): void {
    this.#emit(0x02, type);
    this.#labels.push([type]);
    this.#expression(type, depth);
    this.#expression(I32, depth);
    this.#emit(0x0d, 0);
    if (this.random.oneIn(2)) {
      this.#emit(0x1a);
      this.#expression(type, depth);
    }
    this.#labels.pop();
    this.#emit(0x0b);
  }

  #tee(type: number, depth: number): void {
    this.#expression(type, depth);
    const local = this.#localOf(type);
    if (local !== null) this.#emit(0x22, ...unsigned(local));
  }

  /** A call, direct or through the table, of a function with this one result. */
  #call(type: number, depth: number): void {
    const { random, around } = this;
    const fits = (index: number) =>
      String(around.types[around.functions[index]].results) === String(type);
    const fitting = around.functions.map((_, i) => i).filter(fits);
    if (fitting.length === 0) return this.#operation(type, depth);
    const index = random.pick(fitting);
    for (const parameter of around.types[around.functions[index]].parameters) {
      this.#expression(parameter, depth + 1);
    }
    const slot = around.slots.indexOf(index);
    if (slot < 0 || random.oneIn(2)) return this.#emit(0x10, ...unsigned(index));
    const called = random.oneIn(DANGER) ? random.below(around.slots.length + 2) : slot;
    this.#emit(0x41, ...signed(BigInt(called)), 0x11, ...unsigned(around.functions[index]), 0);
  }

  #reference(type: number, depth: number): void {
    const { random, around } = this;
    const local = this.#localOf(type);
    if (local !== null && random.oneIn(2)) return this.#emit(0x20, ...unsigned(local));
    const size = type === FUNCREF ? around.slots.length : around.externSlots;
    if (depth < DEPTH_MAX && size > 0 && random.oneIn(2)) {
      const slot = signed(BigInt(random.below(size)));
      return this.#emit(0x41, ...slot, 0x25, type === FUNCREF ? 0 : 1);
    }
    this.#emit(0xd0, type);
  }
}
