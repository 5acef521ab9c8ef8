// Memory that is lent: how fast its owner has it back, whatever the borrower does.
import { lending, lineOf } from "../test/lending.ts";
import { atMost, type Figure } from "./figure.ts";
import type { Section } from "./section.ts";

const MIB = 64;
const MACHINE_MIB = 160;
const ALL_MS = 45;
const PAGE_MS = 2;
const NS_PER_MS = 1e6;
const ANCHOR =
  "Linux on this emulator: 40 ms (page cache), 590-670 ms (anonymous, zram), > 20 s when fought";

const CASES = [
  { words: "idle clean 90", name: "class A, borrower idle" },
  { words: "idle soft 90", name: "class B, borrower idle" },
  { words: "fight clean 90", name: "class A, borrower fights" },
  { words: "fight soft 90", name: "class B, borrower fights" },
  {
    words: "fight soft 0",
    name: "class B, borrower fights, owner without CPU reserve",
    slices: true,
  },
];

export const memorySection: Section = {
  name: "memory",
  title: `memory: an owner touches ${MIB} MiB of its reserve, all of it lent (instruction clock in v86)`,
  async measure(wanted, _effort, report) {
    for (const { words, name, slices } of CASES) {
      const full = `memory/${MIB} MiB back, ${name}`;
      if (!wanted(full)) continue;
      const { code, output } = await lending(`reclaim ${MIB} ${words}`, MACHINE_MIB);
      for (const figure of figuresOf(full, code, output, slices === true)) report(figure);
    }
  },
};

/** With `slices` the borrower gets the processor in between: then a page may wait for a slice. */
function figuresOf(name: string, code: number, output: string, slices: boolean): Figure[] {
  if (code !== 0) {
    return [{ name, value: null, unit: "ms", goal: atMost(ALL_MS), note: output, failed: true }];
  }
  const lent = lineOf(output, "lent before");
  const taken = lineOf(output, "taken from the borrower");
  return [
    {
      name,
      value: lineOf(output, "all of it") / NS_PER_MS,
      unit: "ms",
      goal: atMost(ALL_MS),
      beside: `${lent} frames lent before, ${taken} taken`,
      note: ANCHOR,
    },
    {
      name: `${name}, worst page`,
      value: lineOf(output, "worst page") / NS_PER_MS,
      unit: "ms",
      goal: slices ? undefined : atMost(PAGE_MS),
      note: slices
        ? "with slices of the borrower, which touches memory all the time"
        : "from touch to touch",
    },
  ];
}
