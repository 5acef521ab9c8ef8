/** Moves the reader over the immediates of an operator whose code is not wanted. */
import { Opcode, PREFIX } from "../wasm/opcodes";
import { Reader } from "../wasm/reader";

/** The opcode has been read (one byte; the prefix when it is PREFIX). */
export function skipOperator(opcode: i32): void {
  if (opcode >= Opcode.I32_LOAD && opcode <= Opcode.I64_STORE32) {
    Reader.u32();
    Reader.u32();
    return;
  }
  switch (opcode) {
    case Opcode.BLOCK:
    case Opcode.LOOP:
    case Opcode.IF:
    case Opcode.REF_NULL:
      Reader.s33();
      return;
    case Opcode.BR:
    case Opcode.BR_IF:
    case Opcode.CALL:
    case Opcode.LOCAL_GET:
    case Opcode.LOCAL_SET:
    case Opcode.LOCAL_TEE:
    case Opcode.GLOBAL_GET:
    case Opcode.GLOBAL_SET:
    case Opcode.TABLE_GET:
    case Opcode.TABLE_SET:
    case Opcode.REF_FUNC:
    case Opcode.MEMORY_SIZE:
    case Opcode.MEMORY_GROW:
      Reader.u32();
      return;
    case Opcode.CALL_INDIRECT:
      Reader.u32();
      Reader.u32();
      return;
    case Opcode.BR_TABLE:
    case Opcode.SELECT_TYPED:
      return skipVector(opcode);
    case Opcode.I32_CONST:
      Reader.s32();
      return;
    case Opcode.I64_CONST:
      Reader.s64();
      return;
    case Opcode.F32_CONST:
      Reader.position += 4;
      return;
    case Opcode.F64_CONST:
      Reader.position += 8;
      return;
    case PREFIX:
      return skipPrefixed();
    default:
      return;
  }
}

function skipVector(opcode: i32): void {
  let count = Reader.u32();
  if (opcode == Opcode.BR_TABLE) count++;
  for (let i: u32 = 0; i < count; i++) Reader.u32();
}

function skipPrefixed(): void {
  const operator = <i32>(0xfc00 | Reader.u32());
  if (operator <= Opcode.I64_TRUNC_SAT_F64_U) return;
  Reader.u32();
  const two =
    operator == Opcode.MEMORY_INIT ||
    operator == Opcode.MEMORY_COPY ||
    operator == Opcode.TABLE_INIT ||
    operator == Opcode.TABLE_COPY;
  if (two) Reader.u32();
}
