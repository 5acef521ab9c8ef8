/** Why generated code stops: the numbers in the table of trap sites, shared with the kernel. */
export const enum TrapKind {
  UNREACHABLE = 1,
  MEMORY_OUT_OF_BOUNDS = 2,
  DIVIDE_BY_ZERO = 3,
  INTEGER_OVERFLOW = 4,
  INVALID_CONVERSION = 5,
  UNDEFINED_ELEMENT = 6,
  UNINITIALIZED_ELEMENT = 7,
  INDIRECT_CALL_MISMATCH = 8,
  STACK_EXHAUSTED = 9,
  TABLE_OUT_OF_BOUNDS = 10,
  SEGMENT_OUT_OF_BOUNDS = 11,
  MISSING_IMPORT = 12,
}
