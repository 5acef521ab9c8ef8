// Faults that an owner store has to fear: those of the membership, and pairs that belong together.
import type { Random } from "../fuzz/random.ts";
import { endOf, type Fault, type FaultKind, QUIET_MS, randomFaults } from "./faults.ts";

const LEAVING_MS = 4000;
/** Longer than an owner store ever waits (OwnerTime.LOOK). */
const UNSEEN_MS = 300;

/** Random faults, with pairs between them; voters that were killed come back at the end. */
export function ownerFaults(
  random: Random,
  nodes: number,
  voters: number,
  until: number,
  hiding = false,
): Fault[] {
  const faults = randomFaults(random, nodes, until);
  const end = until - QUIET_MS - 5000;
  for (let at = 20_000; at < end - 30_000; at += 4000 + random.below(20_000)) {
    faults.push(...pair(random, nodes, at));
  }
  // The membership may be right about a dead one; but of three voters two that know are needed.
  // One that is just leaving starts again after that.
  for (let voter = 0; voter < voters; voter++) {
    faults.push(fault("restart", end, [voter]), fault("restart", end + LEAVING_MS, [voter]));
  }
  const last = Math.max(...faults.map(endOf));
  if (last > end + LEAVING_MS) throw new Error("a fault lasts longer than the plan");
  if (hiding) faults.push(...restored(random, nodes, end));
  const kept = hiding ? faults : faults.filter((one) => !hidden(one, faults));
  return kept.sort((one, other) => one.at - other.at);
}

/** Machines that stand still and go on with the clock that they had: restored snapshots. */
function restored(random: Random, nodes: number, end: number): Fault[] {
  const faults: Fault[] = [];
  for (let at = 25_000; at < end - 20_000; at += 10_000 + random.below(20_000)) {
    const node = [random.below(nodes)];
    const ms = 3000 + random.below(6000);
    faults.push(fault("pause", at, node, ms), fault("clock", at + ms - 1, node, 0, -ms));
  }
  return faults;
}

/**
 * A clock that is set back while its machine stands still, or so shortly before that nobody looked at it in between: at
 * the resume it says what it would have said without the sleep. No clock can notice, and none has to.
 */
function hidden({ kind, value, at, nodes }: Fault, faults: Fault[]): boolean {
  if (kind !== "clock" || value >= 0) return false;
  return faults.some(
    (other) =>
      other.kind === "pause" &&
      other.nodes[0] === nodes[0] &&
      other.at <= at + UNSEEN_MS &&
      endOf(other) >= at,
  );
}

function pair(random: Random, nodes: number, at: number): Fault[] {
  const one = random.below(nodes);
  const other = (one + 1 + random.below(nodes - 1)) % nodes;
  switch (random.below(5)) {
    case 0: {
      // A short sleep, and nobody hears it afterwards.
      const ms = 300 + random.below(1900);
      const kind = random.oneIn(2) ? "partition" : "oneway";
      return [fault("pause", at, [one], ms), fault(kind, at + ms + random.below(500), [one], 9000)];
    }
    case 1: {
      // Cut off, and a voter of the others starts again meanwhile.
      const again = at + random.below(1500);
      return [
        fault("partition", at, [one], 8000),
        fault("kill", again, [other]),
        fault("restart", again + 1100 + random.below(1500), [other]),
      ];
    }
    case 2:
      // Dead and back before anybody has noticed.
      return [fault("kill", at, [one]), fault("restart", at + 1100 + random.below(3000), [one])];
    case 3:
      // A small step, which looks like a late call.
      return [fault("clock", at, [one], 0, random.below(400) - 200)];
    default:
      // Out of reach and asleep in turn.
      return [
        fault("partition", at, [one], 1000 + random.below(4000)),
        fault("pause", at + random.below(3000), [one], 500 + random.below(4000)),
        fault("pause", at + random.below(3000), [other], 500 + random.below(3000)),
      ];
  }
}

function fault(kind: FaultKind, at: number, nodes: number[], ms = 0, value = 0): Fault {
  return { at, kind, nodes, ms, value };
}
