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
    case ManagerStatus.RUNS_ALREADY:
      return "it drives or serves something for all, and runs already";
    default:
      return "unknown status";
  }
}
