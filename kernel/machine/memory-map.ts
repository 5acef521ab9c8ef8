/**
 * Where everything is, physically and virtually; the boot image and the kernel agree through this file.
 *
 *   0x00000000  page 0: never mapped, so that a null reference faults
 *   0x000B8000  VGA text
 *   0x00100000  multiboot header, stubs; the kernel's text, constants, globals   (global pages)
 *   0x001E0000  page directory, first page table, GDT and TSS, IDT, kernel stack (global pages)
 *   0x00200000  the kernel's static tables                                       (global pages)
 *   0x00400000  the rest of them                                   (large pages, not global)
 *   0x00500000  boot archive, second archive, free frames                   (the same pages)
 */
export const enum Physical {
  VGA_TEXT = 0xb8000,
  STUBS = 0x100000,
  KERNEL = 0x102000,
  KERNEL_END = 0x1e0000,
  PAGE_DIRECTORY = 0x1e0000,
  PAGE_TABLE = 0x1e1000,
  DESCRIPTORS = 0x1e2000,
  TASK_STATE = 0x1e2080,
  /** What the boot loader and the stubs leave for the kernel; see `BootSlot`. */
  BOOT_SLOTS = 0x1e2800,
  INTERRUPT_GATES = 0x1e3000,
  STACK = 0x1e4000,
  STACK_TOP = 0x1ec000,
  STATICS = 0x200000,
  ARCHIVE = 0x500000,
}

/** Words at Physical.BOOT_SLOTS. */
export const enum BootSlot {
  /** Bit n: hardware interrupt n came while the kernel was idle. */
  PENDING = 0,
  MAGIC = 4,
  INFORMATION = 8,
  /** The archive's size in bytes. */
  ARCHIVE_SIZE = 12,
  /** GDT and IDT pointers as lgdt and lidt want them. */
  DESCRIPTOR_POINTER = 16,
  GATE_POINTER = 24,
  /** System calls since boot, u64; the stub counts. */
  CALLS = 32,
}

/** The field of the task state segment that names the ring-0 stack. */
export const enum TaskState {
  STACK = 4,
  BYTES = 104,
}

export const enum Virtual {
  /** Added by the generator to each of the kernel's accesses. */
  KERNEL = 0xc0000000,
  /** Added to a user address to reach it from the kernel: wraps around 2^32. */
  USER_WINDOW = 0x40000000,
  MEMORY_END = 0x80000000,
  TEXT = 0x80010000,
  /** The whole ELF file of an image that came from a loader; supervisor only. */
  IMAGE_FILE = 0xa0000000,
  INSTANCE = 0xb0000000,
  STACKS = 0xb8000000,
}

export const enum Stack {
  /** Each thread has a slot: its lower half is never mapped, its upper half grows downwards. */
  SLOT_BYTES = 0x100000,
  BYTES = 0x80000,
  /** Frames paid for when the thread starts. */
  FRAMES = 2,
}

export const enum Selector {
  KERNEL_CODE = 0x08,
  KERNEL_DATA = 0x10,
  USER_CODE = 0x1b,
  USER_DATA = 0x23,
  TASK = 0x28,
}

/** Byte offsets in a trap frame; the stubs and `Thread` agree on them. */
export const enum TrapFrame {
  EDI = 0,
  ESI = 4,
  EBP = 8,
  EBX = 16,
  EDX = 20,
  ECX = 24,
  EAX = 28,
  VECTOR = 32,
  ERROR = 36,
  EIP = 40,
  CS = 44,
  EFLAGS = 48,
  ESP = 52,
  SS = 56,
  BYTES = 60,
}

export const enum Vector {
  DIVIDE_ERROR = 0,
  UNDEFINED = 6,
  NO_FPU = 7,
  PROTECTION = 13,
  PAGE_FAULT = 14,
  /** Hardware interrupt n arrives as this + n. */
  INTERRUPTS = 32,
  INTERRUPTS_END = 48,
  /** Not a vector: the frame was saved by SYSENTER, and SYSEXIT leaves it. */
  SYSTEM_CALL = 256,
}
