// The options of the cluster that lead out of the process: tunnels to other hosts, and Linux on this one.
import { type CommandContext, type Option, UsageError } from "../command.ts";
import { Tap } from "../switch/tap.ts";
import { endOf, UdpTunnel } from "../switch/udp-tunnel.ts";
import type { Outside } from "./cluster.ts";

export const OUTSIDE_OPTIONS = {
  listen: { type: "string", help: "<[address:]port> take frames of other hosts' switches there" },
  peer: { type: "string", multiple: true, help: "<address:port> such a switch; may be repeated" },
  tap: { type: "string", help: "<name> make a TAP device and join Linux to the wire (root)" },
} satisfies Record<string, Option>;

/** Opens what was asked for. With any of it the cluster follows the host's clock and is not deterministic. */
export async function openOutside(context: CommandContext): Promise<Outside[]> {
  const [listen, peers, tap] = [context.text("listen"), context.texts("peer"), context.text("tap")];
  if ((listen === undefined) !== (peers.length === 0)) {
    throw new UsageError("--listen and --peer go together: a tunnel has two ends");
  }
  const outside: Outside[] = [];
  try {
    if (listen !== undefined) {
      const ends = peers.map((peer) => endOf(peer, null));
      outside.push(await UdpTunnel.open(endOf(listen, "0.0.0.0"), ends));
    }
    if (tap !== undefined) outside.push(await Tap.open(tap));
  } catch (error) {
    closeOutside(outside);
    throw new UsageError((error as Error).message);
  }
  return outside;
}

export function closeOutside(outside: Outside[]): void {
  for (const one of outside) one.close();
}
