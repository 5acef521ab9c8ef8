// What other systems need for the same things on the same emulator, to print beside our figures.
//
// Measured once (November 2026, v86 0.5.462, JIT on); instruction counts are exact and repeat everywhere.

interface Peer {
  operation: string;
  system: string;
  instructions: number;
}

export const PEERS: Peer[] = [
  { operation: "null call", system: "seL4 (poll)", instructions: 315 },
  { operation: "null call", system: "seL4 (yield)", instructions: 401 },
  { operation: "null call", system: "Linux 6.1 lean (getppid, sysenter)", instructions: 337 },
  { operation: "null call", system: "xv6 (getpid)", instructions: 1_405 },
  { operation: "message", system: "seL4 (IPC round trip, two address spaces)", instructions: 514 },
  {
    operation: "switch",
    system: "Linux 6.1 lean (sched_yield, two processes)",
    instructions: 3_100,
  },
  { operation: "switch", system: "Linux 6.1 lean (switch and wake-up)", instructions: 2_300 },
  { operation: "message", system: "xv6 (pipe ping-pong)", instructions: 27_350 },
  { operation: "boot", system: "seL4 to user space", instructions: 2_600_000 },
  { operation: "boot", system: "xv6 to init", instructions: 15_300_000 },
  { operation: "boot", system: "Linux 6.1 lean to shell", instructions: 80_900_000 },
  { operation: "boot", system: "Linux 6.1 Debian to shell", instructions: 2_548_000_000 },
];

/** One line of peers for an operation. */
export function peersOf(operation: string): string {
  return PEERS.filter((peer) => peer.operation === operation)
    .map(({ system, instructions }) => `${system} ${instructions.toLocaleString("en-US")}`)
    .join(", ");
}

export function peersText(): string {
  const operations = [...new Set(PEERS.map(({ operation }) => operation))];
  const rows = operations.map((operation) => `  ${operation.padEnd(10)}${peersOf(operation)}`);
  const lending = "  lending   Linux 6.1, weights 1:2:4 for 10 s: largest share error 0.12 %;";
  const more = " B gets 99.98 % while A sleeps; wake-up of a 10 ms task p50 54 us";
  return ["peers on the same emulator, instructions", ...rows, lending + more].join("\n");
}
