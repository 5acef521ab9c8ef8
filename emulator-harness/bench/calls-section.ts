// System calls, messages and objects, in instructions: the program `measure` on the instruction clock.
import { atMost, type Figure } from "./figure.ts";
import { type Marked, measure, lineValue } from "./measure.ts";
import { peersOf } from "./peers.ts";
import type { Section } from "./section.ts";

interface Row {
  /** What the program prints, and which figure it is. */
  text: string;
  name: string;
  goal?: number;
  note?: string;
  peers?: string;
}

const ROWS: Row[] = [
  { text: "null system call", name: "calls/null", goal: 120, peers: "null call" },
  { text: "yield, nobody else", name: "calls/yield" },
  {
    text: "switch to another process",
    name: "calls/switch",
    goal: 250,
    note: "half of a call and reply between two processes",
    peers: "switch",
  },
  { text: "call and reply, 0 to 4 words", name: "calls/message", goal: 400, peers: "message" },
  { text: "call and reply, 8 words", name: "calls/message, 8 words", goal: 600 },
  { text: "call and reply, 64 words", name: "calls/message, 64 words", goal: 1200 },
  {
    text: "call and reply, a capability moved",
    name: "calls/message, capability",
    goal: 900,
    note: "it goes with one call and comes with the reply to the next",
  },
  { text: "signal and wait, there and back", name: "calls/signal and wait", goal: 900 },
  { text: "mint and revoke", name: "calls/mint and revoke", goal: 1000 },
  { text: "map and unmap a page", name: "calls/map and unmap", goal: 900 },
  {
    text: "thread started and ended",
    name: "calls/thread",
    goal: 6000,
    note: "made, started, ended by its capability",
  },
  { text: "thread from start to end", name: "calls/thread that runs", note: "start, run, end" },
  {
    text: "process from start to end",
    name: "calls/process",
    goal: 60_000,
    note: "start, run, end, forget; xv6 fork and exec 3.77 M",
  },
];

const MESSAGE = "call and reply, 0 to 4 words";
const SIGNAL = "signal and wait, there and back";
/** The same under circumstances: words for `measure`, and what its lines end with. */
const CIRCUMSTANCES = [
  { words: "beside 64", ending: ", beside 64 processes", name: "beside 64 processes" },
  { words: "beside 1024", ending: ", beside 1024 processes", name: "beside 1,024 processes" },
  { words: "touched", ending: ", 64 MiB touched", name: "after touching 64 MiB" },
];
/** It must not cost more than beside one process: a page that is new to the TLB here and there is allowed. */
const GROWTH_MAX = 1.02;

const DESCENDANTS: Row[] = [
  { text: "revoke 100,000 children, each", name: "calls/revoke, 100,000 wide" },
  { text: "revoke a chain of 100,000, each", name: "calls/revoke, 100,000 deep" },
  {
    text: "longest stretch without interrupts",
    name: "calls/interrupts off",
    goal: 20_000,
    note: "the longest since boot, after both",
  },
];

export const callsSection: Section = {
  name: "calls",
  title: "calls, messages and objects (a loop in ring 3, the loop's own instructions included)",
  async measure(wanted, _effort, report) {
    const { output } = await measure("");
    for (const row of ROWS.filter(({ name }) => wanted(name))) report(figureOf(row, output));
    for (const { words, ending, name } of CIRCUMSTANCES) {
      const figures = [MESSAGE, SIGNAL].map((text) => [text, shortName(text, name)]);
      if (!figures.some(([, full]) => wanted(full))) continue;
      const changed = await measure(words);
      for (const [text, full] of figures.filter(([, one]) => wanted(one))) {
        const goal = GROWTH_MAX * (lineValue(output, text) ?? 0);
        const note = "the same as beside one process";
        report(figureOf({ text: text + ending, name: full, goal, note }, changed.output));
      }
    }
    if (DESCENDANTS.some(({ name }) => wanted(name))) {
      const revoked = await measure("revoke");
      for (const row of DESCENDANTS) if (wanted(row.name)) report(figureOf(row, revoked.output));
    }
    if (wanted("calls/message, CPU time")) report(await cpuFigure());
  },
};

function shortName(text: string, circumstance: string): string {
  return `${ROWS.find((row) => row.text === text)!.name} ${circumstance}`;
}

function figureOf({ text, name, goal, peers, note }: Row, output: string): Figure {
  const value = lineValue(output, text);
  return {
    name,
    value,
    unit: "instructions",
    goal: goal === undefined ? undefined : atMost(goal),
    beside: peers && peersOf(peers),
    note: value === null ? `no line "${text}" in the output of measure` : note,
    failed: value === null,
  };
}

/** A round trip on the host's clock, and 1,000 plain instructions, so that machines can be compared. */
async function cpuFigure(): Promise<Figure> {
  const counted = await measure("trips");
  const timed = await measure("trips", "real");
  const each = (marked: Marked[], what: string, of: (one: Marked) => number) => {
    const found = marked.find((one) => one.what === what);
    if (found === undefined) throw new Error(`measure did not mark ${what}`);
    return of(found) / found.count;
  };
  const instructions = (what: string) => each(counted.marked, what, (one) => one.nanoseconds);
  const cpu = (what: string) => each(timed.marked, what, (one) => one.cpuNanoseconds);
  const plain = (1000 * cpu("plain")) / instructions("plain");
  return {
    name: "calls/message, CPU time",
    value: cpu("trips"),
    unit: "ns",
    beside: `1,000 plain instructions ${plain.toFixed(0)} ns`,
    note: `${instructions("trips").toFixed(0)} instructions; seL4 about 3,250 ns on the reference machine`,
  };
}
