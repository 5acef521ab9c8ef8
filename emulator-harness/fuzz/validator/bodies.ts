// Random function bodies that are nearly always valid: a stack of types is kept while operators are chosen.
// `wild` is how often (one in so many operators) the types are ignored.
import { signed, unsigned } from "../binary.ts";
import { ACCESSES, EXTERNREF, F32, F64, FUNCREF, I32, I64, NUMERIC } from "../operators.ts";
import type { Random } from "../random.ts";

export interface Shape {
  types: { parameters: number[]; results: number[] }[];
  /** Type index of each function, imports first. */
  functions: number[];
  tables: number[];
  memory: boolean;
  globals: { type: number; mutable: boolean }[];
  /** Type of each element segment. */
  elements: number[];
  dataCount: number | null;
  /** Functions that ref.func may name. */
  declared: number[];
}

interface Block {
  loop: boolean;
  /** An if whose else has not come. */
  open: boolean;
  parameters: number[];
  results: number[];
  height: number;
  unreachable: boolean;
}

export const VALUE_TYPES = [I32, I64, F32, F64, FUNCREF, EXTERNREF];

const NESTING_MAX = 12;

export class BodyWriter {
  #bytes: number[] = [];
  #stack: number[] = [];
  #blocks: Block[] = [];

  constructor(
    readonly random: Random,
    readonly shape: Shape,
    readonly locals: number[],
    readonly wild: number,
  ) {}

  /** The operators of a body, the final end included. */
  write(results: number[], length: number): number[] {
    this.#open(false, [], results);
    for (let i = 0; i < length; i++) this.#operator();
    while (this.#blocks.length > 0) this.#close();
    return this.#bytes;
  }

  get #block(): Block {
    return this.#blocks[this.#blocks.length - 1];
  }

  #emit(...bytes: number[]): void {
    for (const byte of bytes) this.#bytes.push(byte);
  }

  #open(loop: boolean, parameters: number[], results: number[], open = false): void {
    const height = this.#stack.length;
    this.#blocks.push({ loop, open, parameters, results, height, unreachable: false });
    this.#stack.push(...parameters);
  }

  #close(): void {
    const block = this.#block;
    this.#settle(block.results);
    if (
      block.open &&
      (this.random.oneIn(2) || block.parameters.length + block.results.length > 0)
    ) {
      this.#emit(0x05);
      this.#restart(block.parameters);
      this.#settle(block.results);
    }
    this.#emit(0x0b);
    this.#blocks.pop();
    this.#stack.length = block.height;
    this.#stack.push(...block.results);
  }

  #restart(parameters: number[]): void {
    const block = this.#block;
    this.#stack.length = block.height;
    this.#stack.push(...parameters);
    block.unreachable = false;
    block.open = false;
  }

  /** Leaves exactly `types` on the block's stack, or lets the unreachable end stand for them. */
  #settle(types: number[]): void {
    const block = this.#block;
    if (this.random.oneIn(this.wild * 4)) return;
    if (block.unreachable && this.random.oneIn(2)) {
      if (this.#stack.length === block.height) return;
    }
    while (this.#stack.length > block.height) {
      this.#emit(0x1a);
      this.#stack.pop();
    }
    for (const type of types) this.#produce(type);
  }

  /** Makes the top of the stack `types`, unless the wild takes over. */
  #need(types: number[]): void {
    const block = this.#block;
    if (this.random.oneIn(this.wild)) return;
    const available = this.#stack.length - block.height;
    const fits = types.every((type, i) => {
      const depth = types.length - i;
      if (depth > available) return block.unreachable;
      return this.#stack[this.#stack.length - depth] === type;
    });
    if (fits && this.random.below(4) !== 0) return;
    for (const type of types) this.#produce(type);
  }

  #take(count: number): void {
    this.#stack.length = Math.max(this.#block.height, this.#stack.length - count);
  }

  #produce(type: number): void {
    const { random, shape } = this;
    const local = this.locals.indexOf(type);
    const global = shape.globals.findIndex((entry) => entry.type === type);
    if (local >= 0 && random.oneIn(3)) this.#emit(0x20, ...unsigned(local));
    else if (global >= 0 && random.oneIn(4)) this.#emit(0x23, ...unsigned(global));
    else this.#constant(type);
    this.#stack.push(type);
  }

  #constant(type: number): void {
    const { random } = this;
    if (type === I32)
      this.#emit(0x41, ...signed(BigInt(random.word() | 0) >> BigInt(random.below(33))));
    else if (type === I64) {
      const value = BigInt.asIntN(64, (BigInt(random.word()) << 32n) | BigInt(random.word()));
      this.#emit(0x42, ...signed(value >> BigInt(random.below(65))));
    } else if (type === F32) this.#emit(0x43, ...this.#bits(4));
    else if (type === F64) this.#emit(0x44, ...this.#bits(8));
    else if (type === FUNCREF && this.shape.declared.length > 0 && random.oneIn(2)) {
      this.#emit(0xd2, ...unsigned(random.pick(this.shape.declared)));
    } else this.#emit(0xd0, type);
  }

  #bits(count: number): number[] {
    return Array.from({ length: count }, () => this.random.below(256));
  }

  #apply(parameters: number[], results: number[], ...bytes: number[]): void {
    this.#need(parameters);
    this.#emit(...bytes);
    this.#take(parameters.length);
    this.#stack.push(...results);
  }

  #operator(): void {
    const kinds = [
      () => this.#numeric(),
      () => this.#numeric(),
      () => this.#memory(),
      () => this.#control(),
      () => this.#branch(),
      () => this.#variable(),
      () => this.#call(),
      () => this.#table(),
      () => this.#parametric(),
    ];
    this.random.pick(kinds)();
  }

  #numeric(): void {
    const { code, parameters, results } = this.random.pick(NUMERIC);
    this.#apply(parameters, results, ...code);
  }

  #memory(): void {
    const { random, shape } = this;
    if (!shape.memory && !random.oneIn(this.wild)) return;
    const kind = random.below(12);
    if (kind === 0) this.#apply([], [I32], 0x3f, 0);
    else if (kind === 1) this.#apply([I32], [I32], 0x40, 0);
    else if (kind === 2) this.#apply([I32, I32, I32], [], 0xfc, 10, 0, 0);
    else if (kind === 3) this.#apply([I32, I32, I32], [], 0xfc, 11, 0);
    else if (kind === 4 && shape.dataCount) {
      this.#apply([I32, I32, I32], [], 0xfc, 8, ...unsigned(random.below(shape.dataCount)), 0);
    } else if (kind === 5 && shape.dataCount) {
      this.#emit(0xfc, 9, ...unsigned(random.below(shape.dataCount)));
    } else {
      const access = random.pick(ACCESSES);
      const extra = random.oneIn(this.wild) ? 1 : 0;
      const offset = random.oneIn(4) ? random.word() : random.below(100);
      const immediates = [
        ...unsigned(random.below(access.alignment + 1) + extra),
        ...unsigned(offset),
      ];
      this.#apply(access.parameters, access.results, ...access.code, ...immediates);
    }
  }

  #control(): void {
    const { random } = this;
    const kind = random.below(6);
    if (kind === 0 && this.#blocks.length > 1) return this.#close();
    if (kind === 1 && this.#block.open) {
      this.#settle(this.#block.results);
      this.#emit(0x05);
      return this.#restart(this.#block.parameters);
    }
    if (this.#blocks.length >= NESTING_MAX) return;
    const [parameters, results, bytes] = this.#blockType();
    const opcode = 0x02 + random.below(3);
    this.#need(opcode === 0x04 ? [...parameters, I32] : parameters);
    this.#emit(opcode, ...bytes);
    this.#take(parameters.length + (opcode === 0x04 ? 1 : 0));
    this.#open(opcode === 0x03, parameters, results, opcode === 0x04);
  }

  #blockType(): [number[], number[], number[]] {
    const { random, shape } = this;
    const kind = random.below(3);
    if (kind === 0) return [[], [], [0x40]];
    if (kind === 1) {
      const type = random.pick(VALUE_TYPES);
      return [[], [type], [type]];
    }
    const index = random.below(shape.types.length);
    const { parameters, results } = shape.types[index];
    return [parameters, results, signed(BigInt(index))];
  }

  #branch(): void {
    const { random } = this;
    const depth = random.below(this.#blocks.length);
    const types = this.#labelTypes(depth);
    const kind = random.below(6);
    if (kind === 0) {
      this.#need(types);
      this.#emit(0x0c, ...unsigned(depth));
      this.#stop();
    } else if (kind < 4) {
      this.#need([...types, I32]);
      this.#emit(0x0d, ...unsigned(depth));
      this.#take(types.length + 1);
      this.#stack.push(...types);
    } else if (kind === 4) this.#branchTable(depth, types);
    else if (random.oneIn(2)) {
      this.#need(this.#blocks[0].results);
      this.#emit(0x0f);
      this.#stop();
    } else {
      this.#emit(0x00);
      this.#stop();
    }
  }

  #branchTable(depth: number, types: number[]): void {
    const { random } = this;
    const same = this.#blocks
      .map((_, i) => i)
      .filter((i) => random.oneIn(this.wild) || String(this.#labelTypes(i)) === String(types));
    const targets = Array.from({ length: random.below(5) }, () =>
      same.length > 0 ? random.pick(same) : depth,
    );
    this.#need([...types, I32]);
    this.#emit(0x0e, ...unsigned(targets.length));
    for (const target of [...targets, depth]) this.#emit(...unsigned(target));
    this.#stop();
  }

  #labelTypes(depth: number): number[] {
    const block = this.#blocks[this.#blocks.length - 1 - depth];
    return block.loop ? block.parameters : block.results;
  }

  #stop(): void {
    this.#stack.length = this.#block.height;
    this.#block.unreachable = true;
  }

  #variable(): void {
    const { random, shape } = this;
    const { globals } = shape;
    if (globals.length > 0 && random.oneIn(3)) {
      const index = random.below(globals.length);
      const { type, mutable } = globals[index];
      if (random.oneIn(2)) this.#apply([], [type], 0x23, ...unsigned(index));
      else if (mutable || random.oneIn(this.wild))
        this.#apply([type], [], 0x24, ...unsigned(index));
    } else if (this.locals.length > 0) {
      const index = random.below(this.locals.length);
      const type = this.locals[index];
      const kind = random.below(3);
      if (kind === 0) this.#apply([], [type], 0x20, ...unsigned(index));
      else if (kind === 1) this.#apply([type], [], 0x21, ...unsigned(index));
      else this.#apply([type], [type], 0x22, ...unsigned(index));
    }
  }

  #call(): void {
    const { random, shape } = this;
    const table = shape.tables.indexOf(FUNCREF);
    if (table >= 0 && random.oneIn(2)) {
      const index = random.below(shape.types.length);
      const { parameters, results } = shape.types[index];
      const immediates = [...unsigned(index), ...unsigned(table)];
      this.#apply([...parameters, I32], results, 0x11, ...immediates);
    } else if (shape.functions.length > 0) {
      const index = random.below(shape.functions.length);
      const { parameters, results } = shape.types[shape.functions[index]];
      this.#apply(parameters, results, 0x10, ...unsigned(index));
    }
  }

  #table(): void {
    const { random, shape } = this;
    if (shape.tables.length === 0) return;
    const index = random.below(shape.tables.length);
    const type = shape.tables[index];
    const operand = unsigned(index);
    const kind = random.below(8);
    const segments = shape.elements.map((_, i) => i).filter((i) => shape.elements[i] === type);
    if (kind === 0) this.#apply([I32], [type], 0x25, ...operand);
    else if (kind === 1) this.#apply([I32, type], [], 0x26, ...operand);
    else if (kind === 2) this.#apply([type, I32], [I32], 0xfc, 15, ...operand);
    else if (kind === 3) this.#apply([], [I32], 0xfc, 16, ...operand);
    else if (kind === 4) this.#apply([I32, type, I32], [], 0xfc, 17, ...operand);
    else if (kind === 5) this.#apply([I32, I32, I32], [], 0xfc, 14, ...operand, ...operand);
    else if (segments.length > 0) {
      const segment = unsigned(random.pick(segments));
      if (kind === 6) this.#apply([I32, I32, I32], [], 0xfc, 12, ...segment, ...operand);
      else this.#emit(0xfc, 13, ...segment);
    }
  }

  #parametric(): void {
    const { random } = this;
    const kind = random.below(6);
    const type = random.pick(VALUE_TYPES);
    if (kind === 0) this.#apply([type], [], 0x1a);
    else if (kind === 1) {
      const number = random.oneIn(this.wild) ? type : random.pick([I32, I64, F32, F64]);
      this.#apply([number, number, I32], [number], 0x1b);
    } else if (kind === 2) this.#apply([type, type, I32], [type], 0x1c, 1, type);
    else if (kind === 3) {
      const reference = random.oneIn(2) ? FUNCREF : EXTERNREF;
      this.#apply([reference], [I32], 0xd1);
    } else if (kind === 4) this.#produce(type);
    else this.#emit(0x01);
  }
}
