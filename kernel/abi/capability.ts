/**
 * Capabilities as numbers: kinds of objects, rights, the first slots of a program, and the audit's records.
 *
 * Slot 0 is never filled: it means "no capability". A capability names an object, what may be done with
 * it (rights, a mask that only shrinks) and, for endpoints and notifications, a badge.
 */

/** What a capability is for; each kind says which rights mean something. */
export const enum Kind {
  EMPTY = 0,
  /** A process group and its account. CREATE: make objects that it pays for; OBSERVE: its books; CONTROL: end it. */
  GROUP = 1,
  /**
   * Address space, capability space and threads. READ, WRITE: its slots; OBSERVE: wait, memory; CONTROL: kill, map,
   * invoke.
   */
  PROCESS = 2,
  /** CONTROL: suspend, resume, end; OBSERVE: read. */
  THREAD = 3,
  /** Frames. READ: map for reading; WRITE: map for reading and writing, as the i386 has no other. */
  MEMORY = 4,
  /** SEND: send, call; RECEIVE; GRANT: capabilities may travel with messages. */
  ENDPOINT = 5,
  /** One answer to one call. SEND. Moves, is never copied. */
  REPLY = 6,
  /** SIGNAL (the badge is the bits), WAIT. */
  NOTIFICATION = 7,
  /** A hardware interrupt line. CONTROL: bind, acknowledge. */
  INTERRUPT = 8,
  /** A range of ports. READ, WRITE. */
  PORTS = 9,
  /** The audit log. READ. */
  AUDIT = 10,
  /** The archives. READ. */
  FILES = 11,
  /** CREATE: bytes may become an executable image. */
  LOADER = 12,
  /** OBSERVE: all processes, groups, the trace; CONTROL: end any process, halt; WRITE: any process's slots. */
  MACHINE = 13,
  COUNT = 14,
}

export const enum Right {
  NONE = 0,
  READ = 1,
  WRITE = 2,
  SEND = 4,
  RECEIVE = 8,
  GRANT = 16,
  SIGNAL = 32,
  WAIT = 64,
  CREATE = 128,
  CONTROL = 256,
  OBSERVE = 512,
  ALL = 1023,
}

/** Where programs find what they were started with. Whoever starts a program fills these, or leaves them empty. */
export const enum Slot {
  NONE = 0,
  /** The process itself: filled by the kernel, READ | WRITE | OBSERVE | CONTROL. */
  SELF = 1,
  /** The group that pays. */
  GROUP = 2,
  /** Endpoint of the console service, with the program's own badge. */
  CONSOLE = 3,
  FILES = 4,
  MACHINE = 5,
  LOADER = 6,
  AUDIT = 7,
  /** Endpoint of the security manager. */
  MANAGER = 8,
  /** Ports, interrupt lines and device memory of a driver: as its policy says, from here on. */
  DEVICE = 9,
  /** The first slot that is the program's own. */
  FREE = 32,
}

/** What init finds beyond the above: the machine, to be divided. Nobody else is ever given anything by the kernel. */
export const enum FirstSlot {
  /** All ports. */
  PORTS = 9,
  /** The text screen's frames. */
  SCREEN = 10,
  /** The root account: owns everything that the system group does not. */
  ROOT_GROUP = 11,
  /** Interrupt line n is this + n; the timer's (0) and the cascade's (2) are the kernel's own. */
  INTERRUPTS = 16,
}

/** Badges, message sizes. */
export const enum MessageLimit {
  /** Words in registers. */
  WORDS = 4,
  /** Words beyond them, in the message buffer. */
  EXTRA = 60,
  /** Capabilities with one message. */
  CAPABILITIES = 4,
  /** Badges are 1..this. */
  BADGE_MAX = 0xfffff,
  /** Nested calls on one account. */
  NESTING = 16,
}

/**
 * What to do with a message, in one word: slot << 16 | extra words << 10 | capabilities << 7.
 * The kernel's answer: below 0 a negated KernelError; else badge | capabilities << 20 | extra words << 23,
 * and NOTIFIED where bits of the bound notification came instead of a message (they are word 0).
 */
export const enum MessageInfo {
  CAPABILITIES_SHIFT = 7,
  EXTRA_SHIFT = 10,
  SLOT_SHIFT = 16,
  BADGE_MASK = 0xfffff,
  RECEIVED_CAPABILITIES_SHIFT = 20,
  RECEIVED_EXTRA_SHIFT = 23,
  NOTIFIED = 0x20000000,
}

/** The message buffer: 512 bytes of linear memory on a multiple of 512, one a thread. Byte offsets. */
export const enum MessageBuffer {
  /** Slots of the capabilities to send; MOVE marks those that move instead of being copied. */
  SEND_SLOTS = 0,
  /** Empty slots for capabilities that come, in order; NONE: that one and the rest are not taken. */
  RECEIVE_SLOTS = 16,
  /** Words 4.. of a message sent or received. */
  EXTRA = 32,
  BYTES = 512,
}
export const MOVE: u32 = 0x80000000;

/** What the audit records. */
export const enum AuditEvent {
  /** A capability was copied or minted within one space. */
  DERIVE = 1,
  /** Into another process's space by its PROCESS capability, or at its birth. */
  GRANT = 2,
  /** By message. */
  TRANSFER = 3,
  REVOKE = 4,
  /** A capability was deleted. */
  DELETE = 5,
  /** An object was made. */
  CREATE = 6,
  /** An object ended with its first capability. */
  DESTROY = 7,
  /** Something was asked for and refused; `result` says why. */
  REFUSE = 8,
  /** A program ended by a trap; `result` is the TrapKind. */
  FAULT = 9,
}
