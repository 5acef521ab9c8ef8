// Modules that die, one for each way: the WebAssembly text, the words of the trap, the operator at fault.
export interface Death {
  name: string;
  /** The words of the report. */
  trap: string;
  /** First byte of the operator that the report's Wasm offset must point at. */
  operator: number;
  /** Fields of the module beside `$culprit`, which `_start` calls. */
  fields?: string;
  /** The body of `$culprit`. */
  body: string;
}

const OUT_OF_BOUNDS = "out of bounds memory access";
const MEMORY = "(memory 1 2)";
const TABLE =
  "(table 4 funcref) (elem (i32.const 0) $other) (type $ii (func (param i32) (result i32)))";
const OTHER = "(func $other)";
const CALL = (index: number, type = "") => `(call_indirect ${type} (i32.const ${index}))`;
const access = (name: string, body: string, operator: number): Death => ({
  name,
  trap: OUT_OF_BOUNDS,
  operator,
  fields: MEMORY,
  body,
});

export const DEATHS: Death[] = [
  { name: "unreachable", trap: "unreachable", operator: 0x00, body: "(unreachable)" },
  access("load-past-the-end", "(drop (i32.load (i32.const 0x10000)))", 0x28),
  access("load-across-the-end", "(drop (i64.load (i32.const 0xfffc)))", 0x29),
  access("store-past-the-end", "(i32.store8 (i32.const 0x10000) (i32.const 1))", 0x3a),
  access("load-with-a-far-offset", "(drop (i32.load offset=0x7fffffff (i32.const 0x10)))", 0x28),
  access("load-beyond-4-gib", "(drop (i32.load offset=0xfffffff0 (i32.const 0x7fffffff)))", 0x28),
  access("read-the-kernel", "(drop (i32.load (i32.const 0xc0100000)))", 0x28),
  access("write-the-kernel", "(i32.store (i32.const 0xc01e2000) (i32.const 0))", 0x36),
  access("write-the-text", "(i32.store (i32.const 0x80010000) (i32.const 0xf4))", 0x36),
  access("write-the-instance", "(i32.store (i32.const 0xb0000000) (i32.const -1))", 0x36),
  access("read-a-stack", "(drop (i32.load (i32.const 0xb80ff000)))", 0x28),
  access(
    "copy-out-of-bounds",
    "(memory.copy (i32.const 0) (i32.const 0xffff) (i32.const 2))",
    0xfc,
  ),
  access(
    "fill-out-of-bounds",
    "(memory.fill (i32.const 0xffff) (i32.const 1) (i32.const 2))",
    0xfc,
  ),
  {
    name: "divide-by-zero",
    trap: "integer divide by zero",
    operator: 0x6d,
    fields: "(global $zero (mut i32) (i32.const 0))",
    body: "(drop (i32.div_s (i32.const 1) (global.get $zero)))",
  },
  {
    name: "remainder-by-zero-64",
    trap: "integer divide by zero",
    operator: 0x82,
    fields: "(global $zero (mut i64) (i64.const 0))",
    body: "(drop (i64.rem_u (i64.const 1) (global.get $zero)))",
  },
  {
    name: "divide-overflow",
    trap: "integer overflow",
    operator: 0x6d,
    fields: "(global $minus (mut i32) (i32.const -1))",
    body: "(drop (i32.div_s (i32.const 0x80000000) (global.get $minus)))",
  },
  {
    name: "divide-overflow-64",
    trap: "integer overflow",
    operator: 0x7f,
    fields: "(global $minus (mut i64) (i64.const -1))",
    body: "(drop (i64.div_s (i64.const 0x8000000000000000) (global.get $minus)))",
  },
  {
    name: "truncation-overflow",
    trap: "integer overflow",
    operator: 0xaa,
    fields: "(global $big (mut f64) (f64.const 1e10))",
    body: "(drop (i32.trunc_f64_s (global.get $big)))",
  },
  {
    name: "truncation-of-nan",
    trap: "invalid conversion to integer",
    operator: 0xa8,
    fields: "(global $nan (mut f32) (f32.const nan))",
    body: "(drop (i32.trunc_f32_s (global.get $nan)))",
  },
  {
    name: "wild-jump-past-the-table",
    trap: "undefined element",
    operator: 0x11,
    fields: `${TABLE} ${OTHER}`,
    body: CALL(0x40000000),
  },
  {
    name: "jump-to-null",
    trap: "uninitialized element",
    operator: 0x11,
    fields: `${TABLE} ${OTHER}`,
    body: CALL(3),
  },
  {
    name: "jump-to-another-type",
    trap: "indirect call type mismatch",
    operator: 0x11,
    fields: `${TABLE} ${OTHER}`,
    body: "(drop (call_indirect (type $ii) (i32.const 1) (i32.const 0)))",
  },
  {
    name: "table-out-of-bounds",
    trap: "out of bounds table access",
    operator: 0x26,
    fields: `${TABLE} ${OTHER}`,
    body: "(table.set (i32.const 4) (ref.null func))",
  },
  {
    name: "segment-out-of-bounds",
    trap: OUT_OF_BOUNDS,
    operator: 0xfc,
    fields: `${MEMORY} (data $piece "abc")`,
    body: "(memory.init $piece (i32.const 0) (i32.const 2) (i32.const 2))",
  },
];

/** Too many locals for the generator to lower the call in place: a body in place has its caller's name. */
const LOCALS = "(local i32 i32 i32 i32 i32 i32 i32)";

/** The whole module: `_start` calls `$caller`, which calls `$culprit`. */
export function moduleText({ fields = "", body }: Pick<Death, "fields" | "body">): string {
  return `(module ${fields}
    (func $culprit ${LOCALS} ${body})
    (func $caller ${LOCALS} (call $culprit))
    (func (export "_start") (call $caller)))`;
}
