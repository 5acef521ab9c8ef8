// Random modules of our own for the differential fuzz: larger functions than binaryen's, with many live locals,
// loops, calls with many parameters and results, references and bulk operations.
import { moduleOf, name, signed, unsigned, vector } from "../binary.ts";
import { EXTERNREF, F32, F64, FUNCREF, I32, I64 } from "../operators.ts";
import { Random } from "../random.ts";
import { MEMORY_EXPORT, SUM_BODY, SUM_EXPORT } from "./rewrite.ts";
import type { Signature, Surroundings } from "./surroundings.ts";
import { TypedBody } from "./typed-body.ts";

const TYPES = [I32, I64, F32, F64, I32, I64, I32];
/** Calls that a module may make in all; then every call traps. */
const FUEL = 4000;
const EXTERN_SLOTS = 4;

/** The module of one case of a seed. */
export function typedModule(seed: number, number: number): Uint8Array {
  return new TypedModule(new Random(seed ^ 0x7ed, number)).write();
}

/** (f32) -> f32 and (f64) -> f64, types 0 and 1: the operand, or zero for a NaN. */
const FILTERS = [
  [0, 0x20, 0, 0x43, 0, 0, 0, 0, 0x20, 0, 0x20, 0, 0x5b, 0x1b, 0x0b],
  [0, 0x20, 0, 0x44, 0, 0, 0, 0, 0, 0, 0, 0, 0x20, 0, 0x20, 0, 0x61, 0x1b, 0x0b],
];

class TypedModule {
  #types: Signature[] = [];
  #around: Surroundings;
  #functionTypes: number[] = [];

  constructor(readonly random: Random) {
    const list = (least: number, most: number) =>
      Array.from({ length: least + random.below(most) }, () => random.pick(TYPES));
    this.#types = [
      { parameters: [F32], results: [F32] },
      { parameters: [F64], results: [F64] },
      { parameters: [], results: [I64] },
    ];
    for (let i = 3 + random.below(4); i > 0; i--) {
      const references = random.oneIn(4) ? [random.oneIn(2) ? FUNCREF : EXTERNREF] : [];
      const parameters = [...list(0, random.oneIn(5) ? 12 : 6), ...references];
      this.#types.push({
        parameters,
        results: list(random.oneIn(5) ? 0 : 1, random.oneIn(3) ? 4 : 1),
      });
    }
    this.#around = {
      types: this.#types,
      functions: [0, 1],
      globals: list(0, 5),
      slots: [],
      externSlots: EXTERN_SLOTS,
      dataSizes: Array.from({ length: random.below(3) }, () => 4 + random.below(20)),
      filters: { f32: 0, f64: 1 },
    };
  }

  write(): Uint8Array {
    const { random } = this;
    const around = this.#around;
    const fuel = around.globals.length;
    const bodies = FILTERS.map((body) => [...body]);
    const count = 2 + random.below(4);
    this.#functionTypes = [0, 1];
    for (let i = 0; i < count; i++) {
      const type = 3 + random.below(this.#types.length - 3);
      around.slots = this.#functionTypes.map((_, index) => index).filter((index) => index > 1);
      bodies.push(this.#body(type, fuel));
      this.#functionTypes.push(type);
      around.functions.push(type);
    }
    bodies.push([...SUM_BODY]);
    this.#functionTypes.push(2);
    return this.#module(bodies, count);
  }

  #body(type: number, fuel: number): number[] {
    const { random } = this;
    const { parameters, results } = this.#types[type];
    const declared = Array.from({ length: random.below(random.oneIn(3) ? 24 : 8) }, () =>
      random.oneIn(12) ? random.pick([FUNCREF, EXTERNREF]) : random.pick(TYPES),
    );
    const size = 20 + random.below(random.oneIn(4) ? 900 : 200);
    const body = new TypedBody(random, this.#around, [...parameters, ...declared], size);
    const operators = body.write(results);
    const groups = declared.map((local) => [1, local]);
    if (body.counterCount > 0) groups.push([...unsigned(body.counterCount), I32]);
    const spend = [
      ...[0x23, ...unsigned(fuel), 0x45, 0x04, 0x40, 0x00, 0x0b],
      ...[0x23, ...unsigned(fuel), 0x41, 1, 0x6b, 0x24, ...unsigned(fuel)],
    ];
    return [...vector(groups), ...spend, ...operators];
  }

  #module(bodies: number[][], count: number): Uint8Array {
    const { random } = this;
    const { globals, dataSizes } = this.#around;
    const exported = Array.from({ length: count }, (_, i) => i + 2);
    const slots = exported.slice(0, -1);
    const entries = [
      ...exported.map((index) => [...name(`f${index}`), 0, ...unsigned(index)]),
      [...name(MEMORY_EXPORT), 2, 0],
      [...name(SUM_EXPORT), 0, ...unsigned(bodies.length - 1)],
      ...[...globals, I32].map((_, i) => [...name(`fuzz ${i}`), 3, ...unsigned(i)]),
    ];
    const datas = dataSizes.map((size) => [
      1,
      size,
      ...Array.from({ length: size }, () => random.below(256)),
    ]);
    const active = [0, 0x41, 0, 0x0b, 64, ...Array.from({ length: 64 }, () => random.below(256))];
    return moduleOf([
      { id: 1, contents: vector(this.#types.map(encodeType)) },
      { id: 3, contents: vector(this.#functionTypes.map((type) => unsigned(type))) },
      { id: 4, contents: [2, FUNCREF, 0, slots.length + 1, EXTERNREF, 0, EXTERN_SLOTS] },
      { id: 5, contents: [1, 1, 1, 2] },
      { id: 6, contents: vector([...globals.map(encodeGlobal), FUEL_GLOBAL]) },
      { id: 7, contents: vector(entries) },
      {
        id: 9,
        contents: vector([[0, 0x41, 0, 0x0b, ...vector(slots.map((index) => unsigned(index)))]]),
      },
      { id: 12, contents: unsigned(datas.length + 1) },
      { id: 10, contents: vector(bodies.map((body) => [...unsigned(body.length), ...body])) },
      { id: 11, contents: vector([...datas, active]) },
    ]);
  }
}

function encodeType({ parameters, results }: Signature): number[] {
  return [0x60, parameters.length, ...parameters, results.length, ...results];
}

function encodeGlobal(type: number): number[] {
  if (type === I32) return [type, 1, 0x41, 5, 0x0b];
  if (type === I64) return [type, 1, 0x42, 0x7f, 0x0b];
  if (type === F32) return [type, 1, 0x43, 0, 0, 0x80, 0x3f, 0x0b];
  return [type, 1, 0x44, 0, 0, 0, 0, 0, 0, 0, 0x40, 0x0b];
}

const FUEL_GLOBAL = [I32, 1, 0x41, ...signed(BigInt(FUEL)), 0x0b];
