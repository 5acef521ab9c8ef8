// A crowd: many accounts with many threads on the model, for its size and its speed, and for lag over many decisions.
//
// Busy threads run from slice to slice. Sleepers work for a moment whenever they are chosen, then sleep; their times
// come from a ring, so that waking one costs the same however many there are.
import { Random } from "./random.ts";
import type { Scheduler } from "./scheduler.ts";

export interface CrowdShape {
  /** Accounts with threads. */
  leaves: number;
  threadsPerLeaf: number;
  /** Levels of accounts below the root: above 32 leaves each there is a chain of accounts. */
  depth: number;
  /** Of how many threads of an account one sleeps; 0: none does. */
  sleeperEvery: number;
  seed: number;
}

interface Leaf {
  account: number;
  path: { parent: number; weight: number }[];
}

const LEAVES_PER_CHAIN = 32;
const SLOT_NS = 1_000_000;
const SLOTS = 256;

export class Crowd {
  now = 0;
  decisions = 0;
  readonly leaves: number[] = [];
  /** What each leaf gets of the machine while all want it. */
  readonly shares: number[] = [];
  private readonly work: Float64Array;
  private readonly sleeps: Uint8Array;
  private readonly ring: number[][] = Array.from({ length: SLOTS }, () => []);
  private slot = 0;
  private readonly random: Random;

  constructor(
    readonly scheduler: Scheduler,
    shape: CrowdShape,
  ) {
    this.random = new Random(shape.seed);
    this.openAccounts(shape);
    const threads = this.leaves.length * shape.threadsPerLeaf;
    this.work = new Float64Array(threads);
    this.sleeps = new Uint8Array(threads);
    let thread = 0;
    for (const account of this.leaves) {
      for (let i = 0; i < shape.threadsPerLeaf; i++, thread++) {
        const refused = scheduler.admit(thread, account, 0);
        if (refused !== 0) throw new Error(`thread ${thread} is refused: ${refused}`);
        if (shape.sleeperEvery > 0 && i % shape.sleeperEvery === 0) {
          this.sleeps[thread] = 1;
          this.ring[this.random.below(SLOTS)].push(thread);
        } else {
          scheduler.wake(thread, 0);
        }
      }
    }
  }

  private openAccounts({ leaves, depth }: CrowdShape): void {
    const chains = Math.max(1, Math.floor(leaves / LEAVES_PER_CHAIN));
    const ends: Leaf[] = [];
    const totals = new Map<number, number>();
    for (let chain = 0; chain < chains; chain++) {
      let end: Leaf = { account: 0, path: [] };
      for (let level = 1; level < depth; level++) end = this.openBelow(end, totals);
      ends.push(end);
    }
    const opened: Leaf[] = [];
    for (let i = 0; i < leaves; i++) opened.push(this.openBelow(ends[i % ends.length], totals));
    for (const { account, path } of opened) {
      this.leaves.push(account);
      this.shares.push(
        path.reduce((share, { parent, weight }) => (share * weight) / totals.get(parent)!, 1),
      );
    }
  }

  private openBelow({ account: parent, path }: Leaf, totals: Map<number, number>): Leaf {
    const weight = 1 + this.random.below(300);
    totals.set(parent, (totals.get(parent) ?? 0) + weight);
    const account = this.scheduler.openAccount({ parent, weight }, 0);
    return { account, path: [...path, { parent, weight }] };
  }

  /** The largest difference between what a leaf got and its share, in ns; means something without sleepers. */
  worstLag(): number {
    return this.leaves.reduce((worst, account, leaf) => {
      const { charged } = this.scheduler.account(account);
      return Math.max(worst, Math.abs(charged - this.shares[leaf] * this.now));
    }, 0);
  }

  /** So many decisions further. */
  run(decisions: number): void {
    const { scheduler } = this;
    const last = this.decisions + decisions;
    while (this.decisions < last) {
      const end = scheduler.proceedTo(this.now);
      this.decisions += 1;
      const thread = scheduler.running();
      const tick = (this.slot + 1) * SLOT_NS;
      if (thread !== null && this.sleeps[thread] === 1) {
        this.nap(thread, Math.min(end, tick));
      } else {
        this.now = Math.min(end, tick);
      }
      if (this.now >= tick) this.wakeSlot();
    }
  }

  private nap(thread: number, until: number): void {
    const done = Math.min(until, this.now + this.work[thread]);
    this.work[thread] -= done - this.now;
    this.now = done;
    if (this.work[thread] > 0) return;
    this.scheduler.block(thread, this.now);
    this.ring[(this.slot + 2 + this.random.below(SLOTS - 2)) % SLOTS].push(thread);
  }

  private wakeSlot(): void {
    this.slot += 1;
    const due = this.ring[this.slot % SLOTS];
    this.ring[this.slot % SLOTS] = [];
    for (const thread of due) {
      this.work[thread] = this.random.between(10_000, 500_000);
      this.scheduler.wake(thread, this.now, this.now);
    }
  }
}
