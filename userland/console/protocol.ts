/**
 * What a client says to the console service, and what a badge allows it.
 *
 * A request is word 0, its number follows in word 1. The answer's word 0 is 0 or a KernelError,
 * word 1 a count. The badge is the client's number and the flags below: nobody can forge them.
 */
export const enum ConsoleRequest {
  /** Word 1 bytes follow: to the serial line and the screen. */
  WRITE = 1,
  /**
   * Waits for input; at most word 1 bytes of it come back, their count in word 1. One reader at a
   * time.
   */
  READ = 2,
  /** Word 1 of the answer: how many bytes wait. */
  READY = 3,
  /**
   * The PROCESS capability that comes along is killed by control-C; without one the reader gets the
   * byte.
   */
  FOREGROUND = 4,
}

export const enum ConsoleBadge {
  CLIENT_MASK = 0xffff,
  WRITE = 0x10000,
  READ = 0x20000,
  FOREGROUND = 0x40000,
}
