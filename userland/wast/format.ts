/** Words of the compact script that this program and the harness agree on. */
/** The first word of a compact script: "WAST". */
export const enum Format {
  MAGIC = 0x54534157,
}

export const enum CommandKind {
  /** A module to be loaded, started and called. */
  MODULE = 1,
  /** A module that must be refused. */
  REFUSED = 2,
  /** A module that must trap while it starts. */
  UNINSTANTIABLE = 3,
  /** A call and its results. */
  RETURN = 4,
  /** A call that must trap with one of some kinds. */
  TRAP = 5,
  /** An exported global and its value. */
  GLOBAL = 6,
}

/** How a result is compared. */
export const enum Pattern {
  WORD = 0,
  LONG = 1,
  CANONICAL_SINGLE = 2,
  ARITHMETIC_SINGLE = 3,
  CANONICAL_DOUBLE = 4,
  ARITHMETIC_DOUBLE = 5,
  NOT_NULL = 6,
  /** Any result: the action is only performed. */
  ANY = 7,
}
