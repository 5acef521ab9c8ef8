/**
 * What a client says to the security manager.
 *
 * A request is word 0. Texts stay in the client's memory: a request names their addresses, and the
 * manager, which holds a capability for each of its clients, reads them there. The answer's word 0
 * is a ManagerStatus: 0, a KernelError, or a refusal of its own.
 */
export const enum ManagerRequest {
  /**
   * Word 1: address of a StartText. The capability that comes along is the group that pays; without
   * one it is the system's. Answer: word 1 the process number; capability 0 the process: READ,
   * OBSERVE, CONTROL.
   */
  START = 1,
  /** Word 1: number of an ended process that the client had started: its record goes. */
  REAP = 2,
  /** Word 1: a process number; words 2 and 3: address and size of a service's name. */
  GRANT = 3,
  REVOKE = 4,
  /** From the manager's own threads: word 1 a client that has ended. */
  ENDED = 5,
  /**
   * From the server of `network` only. Word 1: a badge; word 2: n. Answer: the n-th `network` line of that client's
   * block in words 1 to 3 (NetworkLine); END past the last; NOT_FOUND when that start of it has ended.
   */
  NETWORK = 6,
  /** From the server of `network` only. Word 1: a badge. Answer: words 1 and 2 the clock at which its lease ends. */
  LEASE = 7,
  /**
   * From a program that may own it; word 1: n of the n-th `available` line. Answer: word 1 size of its name, word 2
   * parts per million of the processor and word 3 frames that its reserve has, then the name; END past the last.
   */
  AVAILABLE_LIST = 8,
  /** Words 2 and 3: the epoch. Answer: word 1 is 1 if its reserve fitted, 0 if it lives on what is idle. */
  AVAILABLE_START = 9,
  /**
   * Words 2 and 3: the clock in nanoseconds until which it may send, never earlier than before. One that has ended
   * begins again.
   */
  AVAILABLE_LEASE = 10,
  /** Ends it and its group; when the answer comes, they are gone. */
  AVAILABLE_STOP = 11,
}

/** Byte offsets of what START reads in the client's memory; u32 each. */
export const enum StartText {
  NAME = 0,
  NAME_SIZE = 4,
  /** Arguments, a zero byte after each. */
  WORDS = 8,
  WORDS_SIZE = 12,
  /** SpawnFlag. */
  FLAGS = 16,
  BYTES = 20,
}

/** Numbers below FIRST are KernelErrors. */
export const enum ManagerStatus {
  FIRST = 256,
  /** The policy has no may-start line for it. */
  MAY_NOT_START = 256,
  MAY_NOT_GRANT = 257,
  NO_SUCH_SERVICE = 258,
  NO_SUCH_PROCESS = 259,
  /** Only who started a process may reap it. */
  NOT_THE_STARTER = 260,
  ALREADY_GRANTED = 261,
  NOT_GRANTED = 262,
  NO_SERVER = 263,
  /** It drives or serves something that only one process may. */
  RUNS_ALREADY = 264,
  MAY_NOT_OWN = 265,
  /** It was not started by AVAILABLE_START, or was stopped. */
  NOT_OWNED = 266,
  ENDS_AGAIN = 267,
}

export function managerText(status: ManagerStatus): string {
  switch (status) {
    case ManagerStatus.MAY_NOT_START:
      return "the policy does not let this program start that one";
    case ManagerStatus.MAY_NOT_GRANT:
      return "the policy does not let this program grant or revoke that service";
    case ManagerStatus.NO_SUCH_SERVICE:
      return "no such service (console, files, machine, audit, manager, or the policy's)";
    case ManagerStatus.NO_SUCH_PROCESS:
      return "no such process";
    case ManagerStatus.NOT_THE_STARTER:
      return "only the program that started a process may reap it";
    case ManagerStatus.ALREADY_GRANTED:
      return "the process holds that service already";
    case ManagerStatus.NOT_GRANTED:
      return "the process does not hold that service";
    case ManagerStatus.NO_SERVER:
      return "no program of the policy serves that service";
    case ManagerStatus.MAY_NOT_OWN:
      return "the policy does not let this program own that one";
    case ManagerStatus.NOT_OWNED:
      return "this machine does not own it";
    case ManagerStatus.ENDS_AGAIN:
      return "it ends again and again";
    case ManagerStatus.RUNS_ALREADY:
      return "it drives or serves something for all, and runs already";
    default:
      return "unknown status";
  }
}
