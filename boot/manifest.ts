/**
 * What the image contains beyond the programs of userland/.
 */

/**
 * The functions that new threads begin with are in a table that only the kernel looks at: it is
 * kept by name.
 */
const WITH_THREADS = ["--exportTable"];

/**
 * Programs beside userland/<name>/main.ts, or that need other compiler flags than the default ones.
 */
export const PROGRAMS: { name: string; entry: string; flags?: string[] }[] = [
  { name: "security-manager", entry: "userland/security-manager/main.ts", flags: WITH_THREADS },
  { name: "cluster", entry: "userland/heartbeat/cluster.ts" },
  { name: "heartbeat", entry: "userland/heartbeat/main.ts", flags: WITH_THREADS },
  { name: "ask", entry: "userland/answer/ask.ts" },
  { name: "measure", entry: "userland/measure/main.ts", flags: WITH_THREADS },
  { name: "stress-worker", entry: "userland/stress/worker.ts" },
  { name: "attack-arena", entry: "userland/attacker/arena.ts" },
  { name: "attack-network", entry: "userland/attacker/network.ts" },
  { name: "attack-victim", entry: "userland/attacker/victim.ts" },
];

/** Files of the archive that are not built: the policy says who gets what. */
export const DATA_FILES: { name: string; path: string }[] = [
  { name: "etc/policy", path: "boot/policy.txt" },
];

/**
 * Programs for tests and bench: built, but given to the system in a second archive and not part of
 * the image. Their blocks of the policy stand in boot/policy.txt with the others.
 */
export const TEST_PROGRAMS: string[] = [
  ...["attacker", "attack-arena", "attack-network", "attack-victim", "contract"],
  ...["lending", "measure", "nap", "nothing", "stand-in", "wast"],
];

/**
 * Programs that only a machine of a cluster needs: `npx lendos cluster` gives them in a second archive, or the image
 * would not fit its limit. `join=` on the command line starts the first one, so it comes with the archive only.
 */
export const CLUSTER_PROGRAMS: string[] = ["heartbeat", "cluster", "answer", "ask"];
