// The memory of one worker on the model, and its stream of requests: as its own process would have them.
//
// The model has no frames: every page that a task asks for is there and stays, so a cache misses an entry only
// the first time. What lending does to memory is measured in v86.
import { HOLD_PAGE_NS, READ_NS } from "./costs.ts";
import type { ScenarioEvent, ScenarioTask } from "./file/scenario.ts";
import { streamBelow, streamGap, streamNext } from "./stream.ts";
import type { TaskResults } from "./task-results.ts";

type Of<Kind extends ScenarioEvent["kind"]> = Extract<ScenarioEvent, { kind: Kind }>;

const PAGES_PER_STEP = 16;
const STEP_BYTES = 65536;
/** So that the cache's numbers are not the stream's; as in userland/stress/worker.ts. */
const CACHE_SEED = 0x5bd1e995;

export class TaskMemory {
  private arrival: number;
  private state: number;
  private cacheState: number;
  private held = 0;
  private readonly made = new Set<number>();

  constructor(
    task: ScenarioTask,
    seed: number,
    beginNs: number,
    private readonly results: TaskResults,
  ) {
    this.arrival = beginNs;
    this.state = seed;
    this.cacheState = (seed ^ CACHE_SEED) >>> 0;
    const events = task.phases.flatMap((phase) => phase.events);
    const pages = events.map((event) => (event.kind === "cache" ? event.pages : 0));
    results.cached(Math.max(0, ...pages));
  }

  /** When the next request arrives. */
  arrive({ ns, random }: Of<"arrive">): number {
    if (random) this.state = streamNext(this.state);
    this.arrival += random ? streamGap(ns, this.state) : ns;
    return this.arrival;
  }

  answer(now: number): void {
    this.results.answered(now - this.arrival);
  }

  /** The service that growing takes; shrinking has no price here. */
  hold({ holdBytes }: Of<"hold">): number {
    const wanted = Math.ceil(holdBytes / STEP_BYTES) * PAGES_PER_STEP;
    const pages = Math.max(0, wanted - this.held);
    this.held = wanted;
    this.results.grew(pages, HOLD_PAGE_NS);
    return pages * HOLD_PAGE_NS;
  }

  /** The service that reading takes, with the work for entries that were not there. */
  cache({ pages, reads, missNs }: Of<"cache">): number {
    let misses = 0;
    for (let i = 0; i < reads; i++) {
      this.cacheState = streamNext(this.cacheState);
      const entry = streamBelow(pages, this.cacheState);
      if (this.made.has(entry)) continue;
      this.made.add(entry);
      misses++;
    }
    this.results.read(reads - misses, misses);
    return reads * READ_NS + misses * missNs;
  }
}
