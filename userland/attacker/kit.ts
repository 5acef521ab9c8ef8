/**
 * What an attack may be given by the arena, where the attacker finds it, and how it reports.
 *
 * The arena, the attacker and the table in emulator-harness/attacks agree on these numbers.
 */

/** Bits of an attack's line. SELF and the page for the report are always there. */
export const enum Kit {
  /** The attacker's group: CREATE, OBSERVE. */
  GROUP = 1,
  CONSOLE = 2,
  FILES = 4,
  /** OBSERVE only. */
  MACHINE = 8,
  LOADER = 16,
  AUDIT = 32,
  /** Started by the security manager, with the block `attack-client` of the policy and nothing else. */
  CLIENT = 64,
  /** Eight ports that nothing answers at. */
  PORTS = 128,
  /** A line that never interrupts. */
  INTERRUPT = 256,
  /** Of the arena: SEND, GRANT, with a badge. */
  ENDPOINT = 512,
  /** Four pages of the arena's: READ only. */
  WEAK = 1024,
  /** The victim's process: READ only. */
  VICTIM = 2048,
  /** Of the arena: WAIT only. */
  NOTIFICATION = 4096,
  /** What runs is the loader, which gets the name of a module. */
  MODULE = 8192,
  /** The group above the attacker's, in which no thread is: CREATE, OBSERVE. */
  PARENT = 16384,
  /** A service of another group: SEND, GRANT, with a badge. */
  SERVICE = 32768,
  /** That group has memory of its own, which nobody has asked for. */
  RESERVED = 65536,
}

/** Slots of what has no slot of its own in kernel/abi. */
export const enum Place {
  PORTS = 9,
  INTERRUPT = 10,
  ENDPOINT = 11,
  WEAK = 12,
  VICTIM = 13,
  REPORT = 14,
  NOTIFICATION = 15,
  PARENT = 16,
  SERVICE = 17,
}

export const enum KitPorts {
  FIRST = 0x2e8,
  COUNT = 8,
}

export const ENDPOINT_BADGE: u32 = 7;
/** Where the service receives, and the request that is work. */
export const SERVICE_ENDPOINT: u32 = 20;
export const SERVICE_WORK: u32 = 777;

/** Byte offsets in the page that attacker and arena share. */
export const enum Report {
  /** Step that was answered otherwise than expected; 0: none. */
  FAILED_STEP = 0,
  EXPECTED = 4,
  ACTUAL = 8,
  /** Anything that an attack counts. */
  COUNT = 12,
  /** u32 by KernelError: how often it was answered. */
  ANSWERS = 64,
  ANSWERS_END = 192,
  /** The victim's: u64 each. */
  VICTIM_OWED_NS = 256,
  VICTIM_USED_NS = 264,
  VICTIM_WORST_NS = 272,
  VICTIM_WALL_NS = 280,
}

/** Set in the exit code of an attacker that was answered otherwise than expected. */
export const CODE_FAILED: u32 = 0x40000000;
