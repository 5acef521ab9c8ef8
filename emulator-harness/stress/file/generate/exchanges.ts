// Generators of threads that talk: the shapes of hackbench and schbench, with semaphores for sockets and futexes.
import type { Draw, Kind, Made } from "./expand.ts";

/**
 * hackbench: in each group every sender sends to every receiver. A receiver has room for `window` messages; whoever
 * finds no room waits, as at a full socket. `loops` counts a sender's rounds (0: until the end).
 */
export const hackbench: Kind = {
  settings: {
    groups: [1, 1, 16],
    fds: [4, 1, 20],
    window: [4, 1, 32],
    loops: [0, 0, 1_000_000],
    work_us: [5, 0, 1_000_000],
  },
  make: (draw) => {
    const made: Made = {};
    for (let group = 0; group < draw.number("groups"); group++) hackbenchGroup(draw, group, made);
    return made;
  },
};

function hackbenchGroup(draw: Draw, group: number, made: Made): void {
  const [fds, work] = [draw.number("fds"), draw.number("work_us")];
  const free = (i: number) => `${draw.name("free")}${group}-${i}`;
  const full = (i: number) => `${draw.name("full")}${group}-${i}`;
  const round: Record<string, unknown> = {};
  for (let i = 0; i < fds; i++) {
    Object.assign(round, {
      [`sem_wait${i}`]: free(i),
      [`run${i}`]: work,
      [`sem_post${i}`]: full(i),
    });
  }
  const loops = draw.number("loops");
  const phases = { send: { loop: loops === 0 ? -1 : loops, ...round } };
  made[`s${group}`] = { instance: fds, loop: 1, phases };
  for (let i = 0; i < fds; i++) {
    const room = Object.fromEntries(
      Array.from({ length: draw.number("window") }, (_, place) => [`sem_post${place}`, free(i)]),
    );
    const receive = { loop: -1, sem_wait: full(i), run: work, sem_post: free(i) };
    made[`r${group}-${i}`] = { loop: 1, phases: { room: { loop: 1, ...room }, receive } };
  }
}

/** schbench: a message thread wakes all its workers at once, waits until they are done, and pauses. */
export const schbench: Kind = {
  settings: {
    messages: [2, 1, 16],
    workers: [4, 1, 32],
    work_us: [300, 1, 10_000_000],
    pause_us: [10_000, 1, 10_000_000],
  },
  make: (draw) => {
    const workers = draw.number("workers");
    const made: Made = {};
    for (let i = 0; i < draw.number("messages"); i++) {
      const [go, done] = [`${draw.name("go")}${i}`, `${draw.name("done")}${i}`];
      const several = (event: string, name: string) =>
        Object.fromEntries(Array.from({ length: workers }, (_, w) => [`${event}${w}`, name]));
      const pause = { sleep: draw.number("pause_us") };
      made[`m${i}`] = {
        loop: -1,
        ...several("sem_post", go),
        ...several("sem_wait", done),
        ...pause,
      };
      const work = { sem_wait: go, run: draw.number("work_us"), sem_post: done };
      made[`w${i}`] = { instance: workers, loop: -1, ...work };
    }
    return made;
  },
};
