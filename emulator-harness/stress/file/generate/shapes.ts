// Generators of load over time: on/off, arrivals, the hours of a day, heavy tails, and a fork bomb.
//
// A course is drawn once, as long as `cycles` says, and then repeated: a plan stays small, and two machines
// that run it for different times have seen the same beginning.
import type { Random } from "../../random.ts";
import type { Draw, Kind, Made } from "./expand.ts";

const CYCLES = [40, 1, 400] as [number, number, number];
const TIME_MAX = 60_000_000;

/** Busy and quiet times, both exponential with the given means: the classic on/off source. */
export const burst: Kind = {
  settings: { on_us: [5_000, 1, TIME_MAX], off_us: [15_000, 1, TIME_MAX], cycles: CYCLES },
  make: (draw) =>
    courses(draw, (events) => {
      events(exponential(draw.random, draw.number("on_us")), "run");
      events(exponential(draw.random, draw.number("off_us")), "sleep");
    }),
};

/** Requests of equal work that come at random (a Poisson stream as far as work allows). */
export const arrivals: Kind = {
  settings: { work_us: [500, 1, TIME_MAX], gap_us: [5_000, 1, TIME_MAX], cycles: CYCLES },
  make: (draw) =>
    courses(draw, (events) => {
      events(draw.number("work_us"), "run");
      events(exponential(draw.random, draw.number("gap_us")), "sleep");
    }),
};

/** Work with a bounded Pareto distribution: most is short, and the little that is long is most of the work. */
export const heavyTail: Kind = {
  settings: {
    min_us: [100, 1, TIME_MAX],
    max_us: [200_000, 2, TIME_MAX],
    alpha: [1.1, 0.1, 10, false],
    gap_us: [5_000, 1, TIME_MAX],
    cycles: CYCLES,
  },
  make: (draw) =>
    courses(draw, (events) => {
      const [least, most] = [draw.number("min_us"), draw.number("max_us")];
      events(boundedPareto(unit(draw.random), draw.number("alpha"), least, most), "run");
      events(exponential(draw.random, draw.number("gap_us")), "sleep");
    }),
};

/** A day in `steps` hours: periodic work whose load follows a cosine from the low to the high, and some noise. */
export const diurnal: Kind = {
  settings: {
    low_pct: [5, 0, 100],
    high_pct: [60, 1, 100],
    day_ms: [4_000, 10, 3_600_000],
    steps: [24, 2, 96],
    period_us: [5_000, 100, 1_000_000],
    noise_pct: [10, 0, 50],
  },
  make: (draw) => {
    const [low, high] = [draw.number("low_pct"), draw.number("high_pct")];
    const [period, steps] = [draw.number("period_us"), draw.number("steps")];
    const turns = Math.max(1, Math.round((draw.number("day_ms") * 1000) / steps / period));
    return each(draw, () => {
      const phases: Made = {};
      for (let step = 0; step < steps; step++) {
        const middle = (1 - Math.cos((2 * Math.PI * (step + 0.5)) / steps)) / 2;
        const noise = 1 + (draw.number("noise_pct") / 100) * (2 * unit(draw.random) - 1);
        const load = Math.min(100, (low + (high - low) * middle) * noise);
        const timer = { ref: "unique-day", period, mode: "absolute" };
        phases[`h${step}`] = { loop: turns, run: Math.round((period * load) / 100), timer };
      }
      return phases;
    });
  },
};

/** A thread that forks as often as it may, and whose children do the same; each works between forks. */
export const forkBomb: Kind = {
  settings: { work_us: [500, 1, TIME_MAX], forks: [2, 1, 8], loops: [20, 1, 1_000_000] },
  make: (draw) => {
    const forks = (prefix: string) =>
      Object.fromEntries(
        Array.from({ length: draw.number("forks") }, (_, i) => [
          `fork${prefix}${i}`,
          draw.name("child"),
        ]),
      );
    const work = { run: draw.number("work_us") };
    return {
      "": { instance: draw.instances, ...forks("_"), ...work },
      child: { instance: 0, loop: draw.number("loops"), ...work, ...forks("_") },
    };
  },
};

type Add = (us: number, event: "run" | "sleep") => void;

/** A task per instance, its one phase the drawn cycles one after another. */
function courses(draw: Draw, cycle: (add: Add) => void): Made {
  return each(draw, () => {
    const events: Record<string, unknown> = {};
    let serial = 0;
    for (let i = draw.number("cycles"); i > 0; i--) {
      cycle((us, event) => {
        events[`${event}${serial++}`] = us;
      });
    }
    return { all: { loop: 1, ...events } };
  });
}

function each(draw: Draw, phases: () => Made): Made {
  const made: Made = {};
  for (let i = 0; i < draw.instances; i++) {
    made[draw.instances === 1 ? "" : String(i)] = { loop: -1, phases: phases() };
  }
  return made;
}

/** In 0 < u <= 1. */
function unit(random: Random): number {
  return (random.word() + 1) / 0x1_0000_0000;
}

/** Whole microseconds, at least one. */
function exponential(random: Random, mean: number): number {
  return Math.max(1, Math.round(-mean * Math.log(unit(random))));
}

/** The inverse of the bounded Pareto's distribution function. */
export function boundedPareto(u: number, alpha: number, least: number, most: number): number {
  const ratio = (least / most) ** alpha;
  return Math.round(Math.min(most, Math.max(least, least * (1 - u * (1 - ratio)) ** (-1 / alpha))));
}
