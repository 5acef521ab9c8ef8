// Random modules with every kind of section, nearly always valid: the starting point of mutations.
import { moduleOf, name, type Section, signed, unsigned, vector } from "../binary.ts";
import { EXTERNREF, F32, F64, FUNCREF, I32, I64 } from "../operators.ts";
import type { Random } from "../random.ts";
import { BodyWriter, type Shape, VALUE_TYPES } from "./bodies.ts";

interface Imported {
  globals: number[];
}

/** A random module; `wild` is how often, one in so many operators, types are ignored. */
export function randomModule(random: Random, wild = 400): Uint8Array {
  const shape: Shape = {
    types: typesOf(random),
    functions: [],
    tables: [],
    memory: false,
    globals: [],
    elements: [],
    dataCount: null,
    declared: [],
  };
  const sections: Section[] = [{ id: 1, contents: vector(shape.types.map(encodeType)) }];
  const add = (id: number, contents: number[] | null) => {
    if (contents) sections.push({ id, contents });
    if (random.oneIn(40)) sections.push({ id: 0, contents: name("remark") });
  };
  const imported: Imported = { globals: [] };
  add(2, random.oneIn(2) ? importsOf(random, shape, imported) : null);
  const defined = Array.from({ length: random.below(5) }, () => random.below(shape.types.length));
  const importedFunctions = shape.functions.length;
  shape.functions.push(...defined);
  add(3, vector(defined.map((index) => unsigned(index))));
  add(4, tablesOf(random, shape));
  add(5, shape.memory ? null : memoryOf(random, shape));
  add(6, globalsOf(random, shape, imported));
  add(7, exportsOf(random, shape));
  add(8, startOf(random, shape));
  add(9, elementsOf(random, shape, imported));
  const data = dataOf(random, shape, imported);
  if (shape.dataCount !== null) add(12, unsigned(shape.dataCount));
  const bodies = shape.functions
    .slice(importedFunctions)
    .map((index) => bodyOf(random, shape, index, wild));
  add(10, vector(bodies.map((body) => [...unsigned(body.length), ...body])));
  add(11, data);
  return moduleOf(sections);
}

function encodeType({ parameters, results }: Shape["types"][number]): number[] {
  return [
    0x60,
    ...unsigned(parameters.length),
    ...parameters,
    ...unsigned(results.length),
    ...results,
  ];
}

function typesOf(random: Random): Shape["types"] {
  const list = (limit: number) =>
    Array.from({ length: random.below(limit) }, () => random.pick(VALUE_TYPES));
  const types = Array.from({ length: 1 + random.below(6) }, () => ({
    parameters: list(5),
    results: list(4),
  }));
  types.push({ parameters: [], results: [] });
  return types;
}

function limits(random: Random, most: number): number[] {
  const minimum = random.below(most);
  if (random.oneIn(2)) return [0, ...unsigned(minimum)];
  return [1, ...unsigned(minimum), ...unsigned(minimum + random.below(most))];
}

function importsOf(random: Random, shape: Shape, imported: Imported): number[] {
  const entries = Array.from({ length: random.below(5) }, () => {
    const prefix = [...name("m"), ...name(`f${random.below(3)}`)];
    const kind = random.below(shape.memory ? 3 : 4);
    if (kind === 0) {
      const index = random.below(shape.types.length);
      shape.functions.push(index);
      return [...prefix, 0, ...unsigned(index)];
    }
    if (kind === 1) {
      const type = random.oneIn(2) ? FUNCREF : EXTERNREF;
      shape.tables.push(type);
      return [...prefix, 1, type, ...limits(random, 20)];
    }
    if (kind === 2) {
      const global = { type: random.pick(VALUE_TYPES), mutable: random.oneIn(3) };
      if (!global.mutable) imported.globals.push(shape.globals.length);
      shape.globals.push(global);
      return [...prefix, 3, global.type, global.mutable ? 1 : 0];
    }
    shape.memory = true;
    return [...prefix, 2, ...limits(random, 5)];
  });
  return vector(entries);
}

function tablesOf(random: Random, shape: Shape): number[] | null {
  if (random.oneIn(4)) return null;
  const entries = Array.from({ length: random.below(3) }, () => {
    const type = random.below(3) > 0 ? FUNCREF : EXTERNREF;
    shape.tables.push(type);
    return [type, ...limits(random, 20)];
  });
  return vector(entries);
}

function memoryOf(random: Random, shape: Shape): number[] | null {
  if (random.oneIn(4)) return null;
  shape.memory = true;
  return vector([limits(random, 3)]);
}

/** A constant expression of a type: a constant, an imported global, null or a function. */
function constantOf(random: Random, shape: Shape, imported: Imported, type: number): number[] {
  const globals = imported.globals.filter((index) => shape.globals[index].type === type);
  if (globals.length > 0 && random.oneIn(3)) return [0x23, ...unsigned(random.pick(globals)), 0x0b];
  if (type === I32) return [0x41, ...signed(BigInt(random.below(20))), 0x0b];
  if (type === I64) return [0x42, ...signed(BigInt(random.word())), 0x0b];
  if (type === F32) return [0x43, 0, 0, 0x80, 0x3f, 0x0b];
  if (type === F64) return [0x44, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f, 0x0b];
  if (type === FUNCREF && shape.functions.length > 0 && random.oneIn(2)) {
    const index = random.below(shape.functions.length);
    shape.declared.push(index);
    return [0xd2, ...unsigned(index), 0x0b];
  }
  return [0xd0, type, 0x0b];
}

function globalsOf(random: Random, shape: Shape, imported: Imported): number[] | null {
  if (random.oneIn(4)) return null;
  const defined: Shape["globals"] = [];
  const entries = Array.from({ length: random.below(5) }, () => {
    const global = { type: random.pick(VALUE_TYPES), mutable: random.oneIn(2) };
    const initial = constantOf(random, shape, imported, global.type);
    defined.push(global);
    return [global.type, global.mutable ? 1 : 0, ...initial];
  });
  shape.globals.push(...defined);
  return vector(entries);
}

function exportsOf(random: Random, shape: Shape): number[] | null {
  if (random.oneIn(4)) return null;
  const entries: number[][] = [];
  const add = (kind: number, count: number) => {
    if (count === 0 || random.oneIn(3)) return;
    const index = random.below(count);
    if (kind === 0) shape.declared.push(index);
    entries.push([...name(`e${entries.length}`), kind, ...unsigned(index)]);
  };
  add(0, shape.functions.length);
  add(0, shape.functions.length);
  add(1, shape.tables.length);
  add(2, shape.memory ? 1 : 0);
  add(3, shape.globals.length);
  return vector(entries);
}

function startOf(random: Random, shape: Shape): number[] | null {
  const last = shape.types.length - 1;
  const index = shape.functions.indexOf(last);
  return index >= 0 && random.oneIn(3) ? unsigned(index) : null;
}

function elementsOf(random: Random, shape: Shape, imported: Imported): number[] | null {
  if (random.oneIn(4)) return null;
  const entries: number[][] = [];
  for (let i = random.below(4); i > 0; i--) {
    const entry = elementOf(random, shape, imported);
    if (entry) entries.push(entry);
  }
  return vector(entries);
}

function elementOf(random: Random, shape: Shape, imported: Imported): number[] | null {
  const flags = random.below(8);
  const active = (flags & 1) === 0;
  const expressions = (flags & 4) !== 0;
  let type = expressions && random.oneIn(2) ? EXTERNREF : FUNCREF;
  const bytes = unsigned(flags);
  if (active) {
    const table = flags & 2 ? random.below(Math.max(shape.tables.length, 1)) : 0;
    if (table >= shape.tables.length) return null;
    type = shape.tables[table];
    if (type !== FUNCREF && (flags & 6) !== 6) return null;
    if (flags & 2) bytes.push(...unsigned(table));
    bytes.push(...constantOf(random, shape, imported, I32));
  }
  if ((flags & 3) !== 0) bytes.push(expressions ? type : 0);
  const items: number[][] = [];
  for (let i = random.below(4); i > 0; i--) {
    if (expressions) items.push(constantOf(random, shape, imported, type));
    else if (shape.functions.length > 0) {
      const index = random.below(shape.functions.length);
      shape.declared.push(index);
      items.push(unsigned(index));
    }
  }
  shape.elements.push(type);
  return [...bytes, ...vector(items)];
}

function dataOf(random: Random, shape: Shape, imported: Imported): number[] | null {
  if (random.oneIn(4)) return null;
  const entries = Array.from({ length: random.below(4) }, () => {
    const bytes = Array.from({ length: random.below(6) }, () => random.below(256));
    const text = [...unsigned(bytes.length), ...bytes];
    const kind = shape.memory ? random.below(3) : 1;
    if (kind === 1) return [1, ...text];
    const offset = constantOf(random, shape, imported, I32);
    return kind === 0 ? [0, ...offset, ...text] : [2, 0, ...offset, ...text];
  });
  if (random.oneIn(2)) shape.dataCount = entries.length;
  return vector(entries);
}

function bodyOf(random: Random, shape: Shape, typeIndex: number, wild: number): number[] {
  const { parameters, results } = shape.types[typeIndex];
  const locals = [...parameters];
  const groups = Array.from({ length: random.below(4) }, () => {
    const count = random.oneIn(50) ? random.below(60000) : random.below(4);
    const type = random.pick(VALUE_TYPES);
    for (let i = 0; i < count; i++) locals.push(type);
    return [...unsigned(count), type];
  });
  const writer = new BodyWriter(random, shape, locals, wild);
  return [...vector(groups), ...writer.write(results, random.below(40))];
}
