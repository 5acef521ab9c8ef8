// System calls and switches between processes, in instructions: the program `measure` on the instruction clock.
import { buildImage } from "../build/pipeline.ts";
import { Machine } from "../machine/machine.ts";
import { atMost, type Figure } from "./figure.ts";
import { peersOf } from "./peers.ts";
import type { Section } from "./section.ts";

const BUDGET = 30e9;

/** What the program prints, and which figure it is. */
const LINES: { text: string; name: string; goal?: number; peers?: string }[] = [
  { text: "null system call", name: "calls/null", goal: 120, peers: "null call" },
  { text: "yield, nobody else", name: "calls/yield" },
  { text: "switch to another process", name: "calls/switch", goal: 250, peers: "switch" },
];

export const callsSection: Section = {
  name: "calls",
  title: "system calls and switches (a loop in ring 3, the loop's own instructions included)",
  async measure(wanted, _effort, report) {
    const machine = await Machine.start({
      image: await buildImage(),
      commandLine: "-c run measure",
      budget: BUDGET,
    });
    const code = await machine.exit;
    if (code !== 0) {
      throw new Error(`"run measure" ended with ${code} (${machine.end}):\n${machine.output}`);
    }
    for (const line of LINES.filter(({ name }) => wanted(name))) {
      report(figureOf(line, machine.output));
    }
  },
};

function figureOf({ text, name, goal, peers }: (typeof LINES)[number], output: string): Figure {
  const found = new RegExp(`^${text}: ([0-9.]+) ns`, "m").exec(output);
  return {
    name,
    value: found ? Number(found[1]) : null,
    unit: "instructions",
    goal: goal === undefined ? undefined : atMost(goal),
    beside: peers && peersOf(peers),
    note: found ? undefined : `no line "${text}" in the output of measure`,
    failed: !found,
  };
}
