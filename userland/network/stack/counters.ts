/**
 * What the stack counts: what came and went, and every drop under its reason.
 */
export const enum Count {
  FRAMES_IN = 0,
  FRAMES_OUT,
  ARP_IN,
  ICMP_IN,
  UDP_IN,
  TCP_RESET,
  /** From here on: drops. */
  SHORT,
  LONG,
  ETHERTYPE,
  NOT_OURS,
  ARP_MALFORMED,
  ARP_STRANGE,
  /** Somebody else says that he has our address. */
  ADDRESS_CONFLICT,
  IP_MALFORMED,
  IP_CHECKSUM,
  IP_OPTIONS,
  FRAGMENT,
  TTL,
  BAD_SOURCE,
  PROTOCOL,
  ICMP_MALFORMED,
  ICMP_TYPE,
  UDP_MALFORMED,
  UDP_CHECKSUM,
  NO_SOCKET,
  SOCKET_FULL,
  TCP_MALFORMED,
  TCP_NOT_SYN,
  /** We answer so many echo requests and SYNs a second, no more. */
  ANSWERS_LIMITED,
  OUTPUT_FULL,
  ARP_FULL,
  /** A packet waited for its neighbour's answer, and none came or a newer one took its place. */
  UNRESOLVED,
  /** The sender's lease ended before the frame could leave. */
  TOO_LATE,
  COUNT,
}

const table: usize = memory.data(33 * 4, 4);
if (<u32>Count.COUNT !== 33) ERROR("the table of counters has another size");

export function count(what: Count): void {
  const at = table + ((<usize>what) << 2);
  store<u32>(at, load<u32>(at) + 1);
}

export function counted(what: u32): u32 {
  return what < <u32>Count.COUNT ? load<u32>(table + ((<usize>what) << 2)) : 0;
}

/** All frames that were dropped, whatever for. */
export function dropped(): u32 {
  let total: u32 = 0;
  for (let i: u32 = Count.SHORT; i < <u32>Count.COUNT; i++) total += counted(i);
  return total;
}

export function countersClear(): void {
  memory.fill(table, 0, 32 * 4);
}
