// Random numbers of a worker, as userland/stress/stream.ts draws them: for the model, and for what was asked of a task.
import { streamOf } from "./file/stream-name.ts";
import type { ScenarioTask } from "./file/scenario.ts";

/** The seed of one instance; never 0. */
export function streamSeed(task: number, instance: number): number {
  let mixed = (task ^ Math.imul(instance + 1, 0x9e3779b1)) >>> 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x7feb352d) >>> 0;
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x846ca68b) >>> 0;
  mixed = (mixed ^ (mixed >>> 16)) >>> 0;
  return mixed === 0 ? 1 : mixed;
}

export function streamNext(state: number): number {
  let value = state;
  value ^= value << 13;
  value ^= value >>> 17;
  value ^= value << 5;
  return value >>> 0;
}

/** A time of the given mean, nearly exponentially distributed. */
export function streamGap(mean: number, drawn: number): number {
  const zeros = Math.clz32(drawn);
  const fraction = (drawn << (zeros + 1)) >>> 16;
  const units = (zeros << 16) + 65536 - fraction;
  return Number((BigInt(mean) * BigInt(units)) / 98304n);
}

/** A whole number in 0..bound-1. */
export function streamBelow(bound: number, drawn: number): number {
  return Number((BigInt(drawn) * BigInt(bound)) >> 32n);
}

/** A request as it comes, whether or not anybody is there to answer it. */
export interface Request {
  /** From the begin of the scenario. */
  atNs: number;
  /** The work of the events up to its answer; memory that has to be made again is not counted. */
  workNs: number;
}

/** All requests of one instance that arrive before `endNs`, in their order. */
export function* requestsOf(
  task: ScenarioTask,
  seed: number,
  instance: number,
  endNs: number,
): Generator<Request> {
  let state = streamSeed(streamOf(task.name, seed), instance);
  let atNs = task.delayUs * 1000;
  let open: Request | null = null;
  for (let loop = 0; loop < task.loop; loop++) {
    for (const phase of task.phases) {
      for (let pass = 0; pass < phase.loop; pass++) {
        for (const event of phase.events) {
          if (event.kind === "arrive") {
            if (event.random) state = streamNext(state);
            atNs += event.random ? streamGap(event.ns, state) : event.ns;
            if (atNs >= endNs) return;
            open = { atNs, workNs: 0 };
          } else if (event.kind === "run" && open !== null) {
            open.workNs += event.ns;
          } else if (event.kind === "answer" && open !== null) {
            yield open;
            open = null;
          }
        }
      }
    }
  }
}
