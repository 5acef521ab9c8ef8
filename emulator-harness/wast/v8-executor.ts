// V8 as an executor of scripts: the reference for our own cases.
//
// Values cross as bits: each exported function is called through a small module that reinterprets floats as
// integers, because a NaN that passes through JavaScript may lose its payload.
import { moduleOf, name, unsigned, vector } from "../fuzz/binary.ts";
import type { Answer, Executor } from "./executor.ts";
import type { Action, ValueType } from "./script.ts";
import { kindsOfError } from "./traps.ts";
import { type FunctionShape, type ModuleShape, shapeOf } from "./wasm-types.ts";

type Caller = (slots: bigint[]) => bigint[];

export interface Loaded {
  instance: WebAssembly.Instance;
  shape: ModuleShape;
  callers: Map<string, Caller>;
}

export class V8Executor implements Executor {
  current: Loaded | null = null;
  #named = new Map<string, Loaded>();

  refusal(bytes: Uint8Array): string | null {
    return WebAssembly.validate(bytes as BufferSource) ? null : "invalid";
  }

  load(bytes: Uint8Array, name?: string): Answer {
    try {
      this.current = instantiate(bytes, { spectest: spectest() });
      if (name) this.#named.set(name, this.current);
      return { slots: [] };
    } catch (error) {
      return { traps: kindsOfError(error), text: (error as Error).message };
    }
  }

  perform(action: Action): Answer {
    const loaded = action.module ? this.#named.get(action.module) : this.current;
    if (!loaded) return { traps: [], text: "there is no module" };
    if (action.get) return { slots: [readGlobal(loaded, action.field)] };
    try {
      return { slots: callerOf(loaded, action.field)(action.arguments.map(({ bits }) => bits)) };
    } catch (error) {
      return { traps: kindsOfError(error), text: (error as Error).message };
    }
  }
}

export function instantiate(
  bytes: Uint8Array,
  imports: WebAssembly.Imports,
  module = new WebAssembly.Module(bytes as BufferSource),
): Loaded {
  const instance = new WebAssembly.Instance(module, imports);
  return { instance, shape: shapeOf(bytes), callers: new Map() };
}

/** The imports that specification scripts may count on. */
export function spectest(): WebAssembly.ModuleImports {
  const nothing = () => {};
  const prints = ["", "_i32", "_i64", "_f32", "_f64", "_i32_f32", "_f64_f64"];
  const global = (value: WebAssembly.ValueType, number: number | bigint) =>
    new WebAssembly.Global({ value }, number);
  return {
    ...Object.fromEntries(prints.map((suffix) => [`print${suffix}`, nothing])),
    global_i32: global("i32", 666),
    global_i64: global("i64", 666n),
    global_f32: global("f32", 666.6),
    global_f64: global("f64", 666.6),
    table: new WebAssembly.Table({ element: "anyfunc", initial: 10, maximum: 20 }),
    memory: new WebAssembly.Memory({ initial: 1, maximum: 2 }),
  };
}

const CODES: Record<ValueType, number> = {
  i32: 0x7f,
  i64: 0x7e,
  f32: 0x7d,
  f64: 0x7c,
  funcref: 0x70,
  externref: 0x6f,
};

/** By the type of the function. */
const reinterpreters = new Map<string, WebAssembly.Module>();

/** Calls an export with bits and returns bits. */
export function callerOf(loaded: Loaded, field: string): Caller {
  const known = loaded.callers.get(field);
  if (known) return known;
  const shape = loaded.shape.functions.get(field);
  if (!shape) throw new Error(`no exported function ${field}`);
  const key = `${shape.parameters}>${shape.results}`;
  const module =
    reinterpreters.get(key) ?? new WebAssembly.Module(reinterpreter(shape) as BufferSource);
  reinterpreters.set(key, module);
  const target = loaded.instance.exports[field];
  const wrapper = new WebAssembly.Instance(module, { m: { f: target } }).exports.f as (
    ...values: unknown[]
  ) => unknown;
  const caller: Caller = (slots) => {
    const values = shape.parameters.map((type, i) => fromBits(type, slots[i]));
    const result = wrapper(...values);
    const results = shape.results.length > 1 ? (result as unknown[]) : [result];
    return shape.results.map((type, i) => toBits(type, results[i]));
  };
  loaded.callers.set(field, caller);
  return caller;
}

/** A module that imports a function and exports it with integers in place of floats. */
function reinterpreter({ parameters, results }: FunctionShape): Uint8Array {
  const code = (type: ValueType) => CODES[type];
  const bare = (type: ValueType) => (type === "f32" ? 0x7f : type === "f64" ? 0x7e : CODES[type]);
  const list = (codes: number[]) => [...unsigned(codes.length), ...codes];
  const inner = [0x60, ...list(parameters.map(code)), ...list(results.map(code))];
  const outer = [0x60, ...list(parameters.map(bare)), ...list(results.map(bare))];
  const body: number[] = [];
  const before = parameters.length;
  for (const [i, type] of parameters.entries()) {
    body.push(0x20, ...unsigned(i));
    if (type === "f32") body.push(0xbe);
    if (type === "f64") body.push(0xbf);
  }
  body.push(0x10, 0);
  for (let i = results.length - 1; i >= 0; i--) {
    if (results[i] === "f32") body.push(0xbc);
    if (results[i] === "f64") body.push(0xbd);
    body.push(0x21, ...unsigned(before + i));
  }
  for (let i = 0; i < results.length; i++) body.push(0x20, ...unsigned(before + i));
  const locals = vector(results.map((type) => [1, bare(type)]));
  const bytes = [...locals, ...body, 0x0b];
  return moduleOf([
    { id: 1, contents: vector([inner, outer]) },
    { id: 2, contents: vector([[...name("m"), ...name("f"), 0, 0]]) },
    { id: 3, contents: [1, 1] },
    { id: 7, contents: vector([[...name("f"), 0, 1]]) },
    { id: 10, contents: vector([[...unsigned(bytes.length), ...bytes]]) },
  ]);
}

function fromBits(type: ValueType, bits: bigint): unknown {
  if (type === "i64" || type === "f64") return BigInt.asIntN(64, bits);
  if (type === "i32" || type === "f32") return Number(BigInt.asIntN(32, bits));
  return bits === 0n ? null : Number(bits - 1n);
}

function toBits(type: ValueType, value: unknown): bigint {
  if (type === "i64" || type === "f64") return BigInt.asUintN(64, value as bigint);
  if (type === "i32" || type === "f32") return BigInt.asUintN(32, BigInt(value as number));
  if (value === null) return 0n;
  return typeof value === "number" ? BigInt(value) + 1n : 1n;
}

function readGlobal(loaded: Loaded, field: string): bigint {
  const { value } = loaded.instance.exports[field] as WebAssembly.Global;
  const type = loaded.shape.globals.get(field)!;
  const view = new DataView(new ArrayBuffer(8));
  if (type === "f32") view.setFloat32(0, value, true);
  else if (type === "f64") view.setFloat64(0, value, true);
  else return toBits(type, value);
  return view.getBigUint64(0, true);
}
