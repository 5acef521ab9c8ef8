/**
 * What a client says to the network service, and what the service may answer.
 *
 * A request is word 0; the answer's word 0 is 0, a KernelError or a NetworkStatus. The badge is the client's number
 * among the security manager's clients and the number of its start: the service asks the manager once what that
 * client may do (NetworkLine). Addresses are numbers, 10.0.0.1 is 0x0a000001. A datagram has at most 1,472 bytes and
 * travels 240 at a time behind the words, the last piece makes it whole.
 */
export const enum NetworkRequest {
  /** Word 1: a port to receive at; 0: any free one that the client may have. Answer: word 1 the port. */
  BIND = 1,
  /** Word 1: a bound port. */
  CLOSE = 2,
  /** Word 1: bound port << 16 | target's port; word 2: its address; word 3: size << 16 | offset of these bytes. */
  SEND = 3,
  /**
   * Word 1: a bound port; word 2: offset. With offset 0 it waits for a datagram; its last piece takes it.
   * Answer: word 1 sender's port << 16 | size, word 2 sender's address, then bytes from the offset on.
   */
  RECEIVE = 4,
  /** Word 1: an address. Waits for the reply; words 1 and 2 of the answer: nanoseconds, low word first. */
  ECHO = 5,
  /** Words 1 of request and answer: the number of a counter (stack/counters.ts), its value; word 2: own address. */
  COUNTER = 6,
}

export const enum NetworkStatus {
  FIRST = 512,
  /** The command line says no `ip=`, or there is no card. */
  NO_NETWORK = 512,
  MAY_NOT_BIND = 513,
  MAY_NOT_SEND = 514,
  MAY_NOT_ECHO = 515,
  TOO_FAST = 516,
  PORT_IN_USE = 517,
  NOT_BOUND = 518,
  TOO_LONG = 519,
  NOT_ON_LINK = 520,
  NO_ROOM = 521,
  WAITS_ALREADY = 522,
  LEASE_OVER = 523,
}

/** What one `network` line of the policy allows, as the manager tells the service. */
export const enum NetworkLine {
  /** Word 1: first port | last port << 16. Word 2: address. Word 3: these flags, prefix bits << 8, rate << 16. */
  SEND = 1,
  RECEIVE = 2,
  ECHO = 4,
  /** The client sends only while the manager says that its lease lasts. */
  LEASED = 8,
  BITS_SHIFT = 8,
  RATE_SHIFT = 16,
}

/** A client's badge: its number, and above it the number of its start. */
export const NETWORK_CLIENT_MASK: u32 = 0xff;
export const NETWORK_START_SHIFT: u32 = 8;
export const NETWORK_START_MASK: u32 = 0xfff;

/** Where clients find the service: boot/policy.txt. */
export const NETWORK_SLOT: u32 = 18;

export function networkText(status: u32): string {
  switch (status) {
    case NetworkStatus.NO_NETWORK:
      return "no network: the command line has no ip=, or the machine no card";
    case NetworkStatus.MAY_NOT_BIND:
      return "the policy does not let this program receive at that port";
    case NetworkStatus.MAY_NOT_SEND:
      return "the policy does not let this program send there";
    case NetworkStatus.MAY_NOT_ECHO:
      return "the policy does not let this program send echo requests there";
    case NetworkStatus.TOO_FAST:
      return "more datagrams a second than the policy allows this program";
    case NetworkStatus.PORT_IN_USE:
      return "the port is in use";
    case NetworkStatus.NOT_BOUND:
      return "this program has not bound that port";
    case NetworkStatus.TOO_LONG:
      return "a datagram has at most 1472 bytes";
    case NetworkStatus.NOT_ON_LINK:
      return "not an address of a machine on our network";
    case NetworkStatus.NO_ROOM:
      return "no room: all sockets in use, or the card is behind";
    case NetworkStatus.LEASE_OVER:
      return "this machine's lease for the program is over: another one may run it";
    case NetworkStatus.WAITS_ALREADY:
      return "somebody waits at that port already";
    default:
      return "unknown status";
  }
}
