// A cluster with a way to the outside follows the host's clock: whoever answers from there has one of its own.
import type { Cluster } from "./cluster.ts";

const LOOK_MS = 1;

/** Runs as fast as the host's time goes, and no faster; a cluster that cannot keep up is slower. */
export async function runPaced(
  cluster: Cluster,
  endNs: number,
  ended = () => false,
): Promise<void> {
  const startMs = performance.now() - cluster.nowNs / 1e6;
  while (cluster.nowNs < endNs && !ended()) {
    const hostNs = Math.floor((performance.now() - startMs) * 1e6);
    if (hostNs > cluster.nowNs) await cluster.runUntil(Math.min(endNs, hostNs));
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}
