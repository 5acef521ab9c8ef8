/**
 * Virtual registers of one function: their class, weight, live segments and final location.
 * A location is an integer register 0..7, an xmm register 8..15, a stack slot 16 + offset from esp,
 * or -1 when the register is never live.
 */
import { ValueType } from "../wasm/opcodes";
import { Vector } from "./vector";

/** What a register holds. Everything up to HIGH is a 32-bit integer. */
export const enum Kind {
  WORD,
  LOW,
  HIGH,
  SINGLE,
  DOUBLE,
}

export const NOWHERE: i32 = -1;
export const FIRST_XMM: i32 = 8;
export const FIRST_SLOT: i32 = 16;

export const virtuals: Vector = changetype<Vector>(memory.data(12));

@unmanaged
@final
export class Virtual {
  kind: u8;
  /** 1 when it appears in more than one block. */
  crossing: u8;
  /** 1 for locals and loop parameters: what can be written while the operand stack refers to it. */
  mutable: u8;
  /** 1 for a parameter that arrives on the stack: its home is there. */
  homed: u8;
  /** Operand stack entries that refer to it, when mutable. */
  references: u32;
  /** Uses and definitions, each worth 8 per loop around it. */
  weight: f32;
  /** The weight per root of its live moments: who chooses first. */
  priority: f32;
  location: i32;
  /** Head of its list of live segments. */
  segments: i32;
  /** End of the segment that is being built, or -1. */
  open: i32;
  /** Two registers it would like to share a location with, or -1 - machine register. */
  hint: i32;
  hint2: i32;
  /** First block that mentions it. */
  block: i32;
  /** Bit in the liveness sets, or -1. */
  dense: i32;
  /** The register that stands for this one in the loop or block in hand, or -1. */
  copy: i32;
  /** Of a copy: the register on the stack that gets every write, too; else -1. */
  mirror: i32;

  @inline
  static at(index: i32): Virtual {
    return changetype<Virtual>(virtuals.base + <usize>index * VIRTUAL_SIZE);
  }

  @inline
  get integer(): bool {
    return <i32>this.kind <= Kind.HIGH;
  }
}

export const VIRTUAL_SIZE: usize = 52;
if (offsetof<Virtual>() !== VIRTUAL_SIZE) ERROR("VIRTUAL_SIZE is out of date");

/** "No hint": below any machine register hint. */
export const NO_HINT: i32 = -100;

export function virtualCount(): i32 {
  return <i32>(virtuals.length / <u32>VIRTUAL_SIZE);
}

export function newVirtual(kind: Kind): i32 {
  const index = virtualCount();
  const virtual = changetype<Virtual>(virtuals.append(<u32>VIRTUAL_SIZE));
  virtual.kind = <u8>kind;
  virtual.crossing = 0;
  virtual.mutable = 0;
  virtual.homed = 0;
  virtual.references = 0;
  virtual.weight = 0;
  virtual.priority = 0;
  virtual.location = NOWHERE;
  virtual.segments = -1;
  virtual.open = -1;
  virtual.hint = NO_HINT;
  virtual.hint2 = NO_HINT;
  virtual.block = -1;
  virtual.dense = -1;
  virtual.copy = -1;
  virtual.mirror = -1;
  return index;
}

export function newMutable(kind: Kind): i32 {
  const index = newVirtual(kind);
  Virtual.at(index).mutable = 1;
  return index;
}

/** Kind of the first word of a value type; an i64 has LOW and HIGH. */
export function kindOfType(type: u32): Kind {
  if (type == ValueType.I64) return Kind.LOW;
  if (type == ValueType.F32) return Kind.SINGLE;
  if (type == ValueType.F64) return Kind.DOUBLE;
  return Kind.WORD;
}

/** How many words (stack entries) a value type takes. */
export function wordsOfType(type: u32): u32 {
  return type == ValueType.I64 ? 2 : 1;
}

export function resetVirtuals(): void {
  virtuals.clear();
}
