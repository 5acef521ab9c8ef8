// Who looks on: told of every call of a node and of every fault, and may end the run.
import type { Daemon, Happening } from "./daemon.ts";
import type { SimulatedNode, World } from "./world.ts";

export interface Watcher {
  /** A promise that was broken, in words; the run ends. */
  readonly found: string | null;
  begin(world: World): void;
  started(node: SimulatedNode, daemon: Daemon): void;
  killed(node: SimulatedNode): void;
  leaving(node: SimulatedNode): void;
  sent(node: SimulatedNode, target: number, bytes: Uint8Array): void;
  /** A call of the node follows. */
  before?(node: SimulatedNode): void;
  /** `input` is the datagram of the call, null for a timer. */
  after(
    node: SimulatedNode,
    daemon: Daemon,
    happenings: Happening[],
    input: Uint8Array | null,
  ): void;
}
