/**
 * Every bound of the system on one page.
 */
export const enum Limit {
  /** Process records; a process number is index + generation * this. */
  PROCESSES = 1280,
  /** Thread records; thread numbers likewise. */
  THREADS = 1280,
  /** Threads of one process: native stacks have fixed places. */
  THREADS_PER_PROCESS = 64,
  /** Distinct program images in use. */
  IMAGES = 256,
  /** Files in the two archives together. */
  FILES = 1024,
  /** Bytes of a program's or a group's name. */
  NAME_BYTES = 32,
  /** Bytes of a process's arguments, zero bytes included. */
  ARGUMENT_BYTES = 2048,
  /** Bytes of the kernel's command line. */
  COMMAND_LINE_BYTES = 1024,
  /** Slots of one processInvoke. */
  INVOKE_SLOTS = 64,
  /** Pages of 64 KiB in a linear memory: 2 GiB. */
  WASM_PAGES = 32768,
  /** Records in the trace ring (a power of two). */
  TRACE_RECORDS = 4096,
  /** Slots of a space when nothing else is asked for, and at most. */
  SLOTS_DEFAULT = 256,
  SLOTS = 65536,
  /** Capabilities that a process can be born with. */
  GRANTS = 64,
  /** Frames of one memory object. */
  MEMORY_PAGES = 512,
  /** Audit records kept for one group. */
  AUDIT_RECORDS = 124,
  /** Frames printed of a backtrace. */
  BACKTRACE_FRAMES = 24,
}
