// The scheduler's Wasm in Node: how fast it decides, how many accounts it bears, and lag over many decisions.
import { SchedulerTime } from "../../kernel/abi/scheduler.ts";
import { Crowd, type CrowdShape } from "../stress/crowd.ts";
import { Random } from "../stress/random.ts";
import { Scheduler, schedulerModule } from "../stress/scheduler.ts";
import { atLeast, atMost, type Figure } from "./figure.ts";
import type { Section } from "./section.ts";

const SPEED_GOAL = 1_000_000;
const SPEED_DECISIONS = 2_000_000;
const WARM_UP = 200_000;
/** The design's number; `--decisions` says how many are run. */
const LAG_DECISIONS_GOAL = 1_000_000_000;
const LAG_CONFIGURATIONS = 20;
const LAG_PART = 1_000_000;
const SMALL: CrowdShape = { leaves: 100, threadsPerLeaf: 10, depth: 1, sleeperEvery: 5, seed: 1 };
const LARGE: CrowdShape = { leaves: 1024, threadsPerLeaf: 16, depth: 8, sleeperEvery: 4, seed: 1 };

export const modelSection: Section = {
  name: "model",
  title: "the scheduler on the model (process CPU time in Node)",
  async measure(wanted, { decisions }, report) {
    const module = await schedulerModule(false, true);
    if (wanted("model/decisions")) report(speedFigure(module, "decisions", SMALL));
    if (wanted("model/crowd")) report(speedFigure(module, "crowd", LARGE));
    if (wanted("model/lag")) report(lagFigure(await schedulerModule(), decisions));
  },
};

/** Every fourth or fifth thread sleeps and wakes; the harness's own part of the work is in the figure. */
function speedFigure(module: WebAssembly.Module, name: string, shape: CrowdShape): Figure {
  const crowd = new Crowd(new Scheduler(module), shape);
  crowd.run(WARM_UP);
  const start = process.cpuUsage();
  crowd.run(SPEED_DECISIONS);
  const { user, system } = process.cpuUsage(start);
  crowd.scheduler.finishBooks();
  crowd.scheduler.verify();
  const { idleWhileReady, epochs } = crowd.scheduler.schedule();
  const { leaves, threadsPerLeaf, depth } = shape;
  return {
    name: `model/${name}`,
    value: Math.round(SPEED_DECISIONS / ((user + system) / 1e6)),
    unit: "/s",
    goal: atLeast(SPEED_GOAL),
    beside: `${leaves} accounts x ${threadsPerLeaf} threads, depth ${depth}; ${epochs} epochs closed`,
    note: `idle while ready ${idleWhileReady} ns`,
  };
}

/** Siblings of random weights that are always ready, from slice to slice. */
function lagFigure(module: WebAssembly.Module, decisions: number): Figure {
  const random = new Random(1);
  const each = Math.ceil(decisions / LAG_CONFIGURATIONS);
  let worst = 0;
  let run = 0;
  for (let configuration = 0; configuration < LAG_CONFIGURATIONS; configuration++) {
    const scheduler = new Scheduler(module);
    const siblings = random.between(2, 8);
    const most = random.chance(0.3) ? 10_000 : random.between(1, 1000);
    for (let thread = 0; thread < siblings; thread++) {
      const account = scheduler.openAccount({ weight: random.between(1, most) }, 0);
      scheduler.admit(thread, account, 0);
      scheduler.wake(thread, 0);
    }
    for (let left = each; left > 0; left -= LAG_PART) {
      worst = Math.max(worst, scheduler.lagRun(Math.min(left, LAG_PART)));
    }
    run += each;
    scheduler.verify();
  }
  return {
    name: "model/lag",
    value: worst / SchedulerTime.QUANTUM_NS,
    unit: "q",
    goal: atMost(1),
    beside: `worst of ${run.toLocaleString("en-US")} decisions in ${LAG_CONFIGURATIONS} configurations`,
    note: `the goal is for ${LAG_DECISIONS_GOAL.toLocaleString("en-US")}: --decisions n`,
  };
}
