/**
 * The calling convention, as offsets: integer words 1..3 in eax, edx, ecx, floats 1..6 in
 * xmm0..xmm5, everything else in the caller's outgoing area, in order, above the return address.
 * Several results follow the stack arguments there.
 */
import { FunctionType } from "../wasm/module";
import { Kind, kindOfType } from "./virtual";

export const WORD_REGISTERS: u32 = 3;
export const FLOAT_REGISTERS: u32 = 6;

/** Walks over argument words: `next` gives each its place. */
export class ArgumentWalk {
  static words: u32 = 0;
  static floats: u32 = 0;
  static bytes: u32 = 0;

  static start(): void {
    ArgumentWalk.words = 0;
    ArgumentWalk.floats = 0;
    ArgumentWalk.bytes = 0;
  }

  /** A register number below 16 (8.. is xmm), or 16 + the offset in the outgoing area. */
  static next(kind: Kind): i32 {
    if (kind <= Kind.HIGH) {
      const word = ArgumentWalk.words++;
      if (word == 0) return 0;
      if (word == 1) return 2;
      if (word == 2) return 1;
      return ArgumentWalk.onStack(4);
    }
    if (ArgumentWalk.floats < FLOAT_REGISTERS) return 8 + ArgumentWalk.floats++;
    return ArgumentWalk.onStack(kind == Kind.DOUBLE ? 8 : 4);
  }

  private static onStack(size: u32): i32 {
    const place = 16 + ArgumentWalk.bytes;
    ArgumentWalk.bytes += size;
    return place;
  }
}

/** Bytes of the outgoing area that the arguments of a call of this type take. */
export function argumentBytes(type: FunctionType): u32 {
  ArgumentWalk.start();
  for (let i: u32 = 0; i < type.parameterCount; i++) {
    const kind = kindOfType(type.parameter(i));
    ArgumentWalk.next(kind);
    if (kind == Kind.LOW) ArgumentWalk.next(Kind.HIGH);
  }
  return ArgumentWalk.bytes;
}

/** Bytes that the results take behind the arguments: none unless there are several. */
export function resultBytes(type: FunctionType): u32 {
  if (type.resultCount < 2) return 0;
  let bytes: u32 = 0;
  for (let i: u32 = 0; i < type.resultCount; i++) {
    const kind = kindOfType(type.result(i));
    bytes += kind == Kind.LOW || kind == Kind.DOUBLE ? 8 : 4;
  }
  return bytes;
}
