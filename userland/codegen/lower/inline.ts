/**
 * Calls that are lowered in place: small functions that call nothing. A call costs about twelve ALU
 * operations here, and AssemblyScript without its optimiser makes one of every field access.
 */
import { Arena } from "../wasm/arena";
import { Module, WasmFunction } from "../wasm/module";
import { Opcode, ValueType } from "../wasm/opcodes";
import { Reader } from "../wasm/reader";
import { openFrame } from "./control";
import { BlockType, Frame, FrameKind } from "./frames";
import {
  addBound,
  addRegister,
  closeScope,
  declareLocals,
  localCount,
  localHighRegister,
  localRegister,
  openScope,
} from "./locals";
import { skipOperator } from "./skip";
import { settleTop } from "./fill";
import { dropTo, height, Value, writeInto } from "./value";

/** Bodies up to this many bytes of operators are lowered in place. */
const BODY_BYTES_MAX: u32 = 40;
const PARAMETERS_MAX: u32 = 8;

const enum Verdict {
  UNKNOWN = 0,
  CALL = 1,
  INLINE = 2,
}

/** Per function: a Verdict, and in the second byte the set of parameters that it writes. */
let verdicts: usize = 0;

export function prepareInline(): void {
  verdicts = Arena.allocateZeroed((<usize>Module.functionCount) << 1);
}

/** Scans a body once; true when its calls are lowered in place. */
function inlinable(index: u32): bool {
  const known = load<u8>(verdicts + ((<usize>index) << 1));
  if (known != Verdict.UNKNOWN) return known == Verdict.INLINE;
  const answer = scan(index);
  store<u8>(verdicts + ((<usize>index) << 1), answer ? Verdict.INLINE : Verdict.CALL);
  return answer;
}

function scan(index: u32): bool {
  const called = WasmFunction.at(index);
  const type = called.type();
  if (<u32>(called.bodyEnd - called.codeStart) > BODY_BYTES_MAX) return false;
  if (type.parameterCount > PARAMETERS_MAX || type.resultCount > 1) return false;
  if (called.localCount - type.parameterCount > 6) return false;
  const position = Reader.position;
  Reader.position = called.codeStart;
  const answer = scanOperators(index, called.bodyEnd);
  Reader.position = position;
  return answer;
}

function scanOperators(index: u32, end: usize): bool {
  let written: u32 = 0;
  while (Reader.position < end) {
    const opcode = <i32>Reader.byte();
    switch (opcode) {
      case Opcode.CALL:
      case Opcode.CALL_INDIRECT:
      case Opcode.LOOP:
      case Opcode.BR_TABLE:
      case Opcode.MEMORY_GROW:
        return false;
      case Opcode.LOCAL_SET:
      case Opcode.LOCAL_TEE: {
        const local = Reader.u32();
        if (local < PARAMETERS_MAX) written |= 1 << local;
        break;
      }
      default:
        skipOperator(opcode);
    }
  }
  store<u8>(verdicts + ((<usize>index) << 1) + 1, <u8>written);
  return true;
}

/** Starts reading the body of a small function in place of its call. */
export function tryInline(index: u32): bool {
  // Nested inlining cannot happen: what is inlined calls nothing.
  if (!inlinable(index)) return false;
  const called = WasmFunction.at(index);
  const type = called.type();
  const written = <u32>load<u8>(verdicts + ((<usize>index) << 1) + 1);
  let words: u32 = 0;
  for (let i: u32 = 0; i < type.parameterCount; i++) {
    words += type.parameter(i) == ValueType.I64 ? 2 : 1;
  }
  settleTop(words);
  const position = Reader.position;
  const end = Reader.end;
  const scope = openScope();
  let place = height() - words;
  const bottom = place;
  for (let i: u32 = 0; i < type.parameterCount; i++) {
    place += bindParameter(type.parameter(i), place, (written & (1 << i)) != 0);
  }
  dropTo(bottom);
  const frame = Frame.push(FrameKind.INLINE);
  frame.position = position;
  frame.end = end;
  frame.locals = scope;
  frame.height = bottom;
  BlockType.use(type);
  openFrame(frame);
  Reader.end = called.bodyEnd;
  declareLocals(called);
  return true;
}

/** Returns how many stack entries the parameter took. */
function bindParameter(type: u32, place: u32, written: bool): u32 {
  const wide = type == ValueType.I64;
  const low = Value.at(place);
  if (!written) {
    addBound(type, low, wide ? Value.at(place + 1) : null);
    return wide ? 2 : 1;
  }
  const index = localCount();
  addRegister(type);
  const local = index - scopeStart();
  writeInto(localRegister(local), low, false);
  if (wide) writeInto(localHighRegister(local), Value.at(place + 1), false);
  return wide ? 2 : 1;
}

/** Back to the code after the call. */
export function leaveInline(frame: Frame): void {
  Reader.position = frame.position;
  Reader.end = frame.end;
  closeScope(frame.locals);
}

import { scopeStart } from "./locals";
