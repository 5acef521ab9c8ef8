/**
 * How a process ended: the trap kinds of the generated code and the kernel's own reasons.
 *
 * Kinds 1..31 are Wasm's and are written into `.lendos.sites` by the generator
 * (userland/codegen/elf/trap-kinds.ts); from 32 on they are the processor's and the kernel's.
 */
export const enum TrapKind {
  NONE = 0,
  UNREACHABLE = 1,
  MEMORY_OUT_OF_BOUNDS = 2,
  DIVIDE_BY_ZERO = 3,
  INTEGER_OVERFLOW = 4,
  INVALID_CONVERSION = 5,
  UNDEFINED_ELEMENT = 6,
  UNINITIALIZED_ELEMENT = 7,
  INDIRECT_CALL_TYPE_MISMATCH = 8,
  STACK_EXHAUSTED = 9,
  TABLE_OUT_OF_BOUNDS = 10,
  SEGMENT_OUT_OF_BOUNDS = 11,
  MISSING_IMPORT = 12,
  /** An access outside every place a program may touch. */
  WILD_ACCESS = 32,
  /** The program counter left the program's text. */
  WILD_JUMP = 33,
  /** An instruction that only the kernel may use. */
  PRIVILEGED = 34,
  /** An undefined instruction at a place that is no trap site. */
  BAD_INSTRUCTION = 35,
  /** Any other exception of the processor. */
  EXCEPTION = 36,
  /** A stack page was needed and no frame was left. */
  STACK_WITHOUT_MEMORY = 37,
}

/** Why a process is gone (ExitRecord.reason). */
export const enum ExitReason {
  EXITED = 0,
  TRAPPED = 1,
  KILLED = 2,
}

/** A trap kind in words; Wasm's own kinds use the words of the specification's tests. */
export function trapText(kind: TrapKind): string {
  switch (kind) {
    case TrapKind.UNREACHABLE:
      return "unreachable";
    case TrapKind.MEMORY_OUT_OF_BOUNDS:
      return "out of bounds memory access";
    case TrapKind.DIVIDE_BY_ZERO:
      return "integer divide by zero";
    case TrapKind.INTEGER_OVERFLOW:
      return "integer overflow";
    case TrapKind.INVALID_CONVERSION:
      return "invalid conversion to integer";
    case TrapKind.UNDEFINED_ELEMENT:
      return "undefined element";
    case TrapKind.UNINITIALIZED_ELEMENT:
      return "uninitialized element";
    case TrapKind.INDIRECT_CALL_TYPE_MISMATCH:
      return "indirect call type mismatch";
    case TrapKind.STACK_EXHAUSTED:
      return "call stack exhausted";
    case TrapKind.TABLE_OUT_OF_BOUNDS:
      return "out of bounds table access";
    case TrapKind.SEGMENT_OUT_OF_BOUNDS:
      return "out of bounds segment access";
    case TrapKind.MISSING_IMPORT:
      return "call of a missing import";
    case TrapKind.WILD_ACCESS:
      return "wild memory access";
    case TrapKind.WILD_JUMP:
      return "wild jump";
    case TrapKind.PRIVILEGED:
      return "privileged instruction";
    case TrapKind.BAD_INSTRUCTION:
      return "undefined instruction";
    case TrapKind.EXCEPTION:
      return "processor exception";
    case TrapKind.STACK_WITHOUT_MEMORY:
      return "no memory for the call stack";
    default:
      return "no trap";
  }
}
