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
  /** The slot is empty, or no slot of the caller's space. */
  INVALID_CAPABILITY = 12,
  /** The capability is for another kind of object. */
  WRONG_KIND = 13,
  /** The capability does not have that right. */
  MISSING_RIGHT = 14,
  /** The target slot already holds a capability. */
  SLOT_IN_USE = 15,
  /** The other side of a message went away, or what it was asked through was revoked. */
  CANCELED = 16,
  /** The timeout passed first. */
  TIMED_OUT = 17,
  /** There is nobody who could answer: REPLY without a caller. */
  NO_CALLER = 18,
  /** The group's quota of records (processes, threads, groups) is used up. */
  QUOTA_EXHAUSTED = 19,
  /** Calls are nested too deeply. */
  TOO_DEEP = 20,
  /** The page is mapped already, or not mapped. */
  NOT_MAPPABLE = 21,
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
    default:
      return messageErrorText(error);
  }
}

function messageErrorText(error: KernelError): string {
  switch (error) {
    case KernelError.INVALID_CAPABILITY:
      return "no capability in that slot";
    case KernelError.WRONG_KIND:
      return "the capability is for another kind of object";
    case KernelError.MISSING_RIGHT:
      return "the capability lacks the right";
    case KernelError.SLOT_IN_USE:
      return "the target slot is in use";
    case KernelError.CANCELED:
      return "canceled: the other side is gone";
    case KernelError.TIMED_OUT:
      return "timed out";
    case KernelError.NO_CALLER:
      return "nobody waits for a reply";
    case KernelError.QUOTA_EXHAUSTED:
      return "the group's quota is used up";
    case KernelError.TOO_DEEP:
      return "calls are nested too deeply";
    case KernelError.NOT_MAPPABLE:
      return "the pages cannot be mapped there";
    default:
      return "unknown error";
  }
}
