/**
 * Refusals: what a system call answers (negated) instead of doing something. OK is 0.
 */
export const enum KernelError {
  OK = 0,
  /** No such call number. */
  UNKNOWN_CALL = 1,
  /** A pointer, with its size, leaves the caller's linear memory. */
  BAD_ADDRESS = 2,
  /** An argument is outside its range. */
  BAD_ARGUMENT = 3,
  /** No such process, thread, group or file. */
  NOT_FOUND = 4,
  /** An index is past the last record: stop iterating. */
  END = 5,
  /** No free frames, or the account's limit is reached. */
  OUT_OF_MEMORY = 6,
  /** A fixed table is full. */
  TABLE_FULL = 7,
  /** The image breaks a rule of the ELF loader. */
  BAD_IMAGE = 8,
  /** The caller may not do this. */
  NOT_PERMITTED = 9,
  /** The group's parent cannot guarantee that reserve. */
  RESERVE_EXCEEDED = 10,
  /** The object is busy with something else. */
  BUSY = 11,
  /** There is nothing to wait for. */
  NO_CHILD = 12,
}

/** A refusal in words. */
export function errorText(error: KernelError): string {
  switch (error) {
    case KernelError.OK:
      return "done";
    case KernelError.UNKNOWN_CALL:
      return "no such system call";
    case KernelError.BAD_ADDRESS:
      return "address outside the program's memory";
    case KernelError.BAD_ARGUMENT:
      return "argument out of range";
    case KernelError.NOT_FOUND:
      return "not found";
    case KernelError.END:
      return "past the last record";
    case KernelError.OUT_OF_MEMORY:
      return "out of memory";
    case KernelError.TABLE_FULL:
      return "table full";
    case KernelError.BAD_IMAGE:
      return "bad program image";
    case KernelError.NOT_PERMITTED:
      return "not permitted";
    case KernelError.RESERVE_EXCEEDED:
      return "the parent group cannot guarantee that reserve";
    case KernelError.BUSY:
      return "busy";
    case KernelError.NO_CHILD:
      return "no such child process";
    default:
      return "unknown error";
  }
}
