// npx lendos bench: measures, and prints every number beside its goal.

import { silence } from "../build/progress.ts";
import { type Command, type CommandContext, UsageError } from "../command.ts";
import { adversarySection } from "./adversary-section.ts";
import { bootSection } from "./boot-section.ts";
import { callsSection } from "./calls-section.ts";
import { clusterSection } from "./cluster-section.ts";
import { codeSection } from "./code-section.ts";
import { fairnessSection } from "./fairness-section.ts";
import { type Figure, tableOf, verdictOf } from "./figure.ts";
import { generatorSection } from "./generator-section.ts";
import { hypervisorSection } from "./hypervisor-section.ts";
import { kernelSection } from "./kernel-section.ts";
import { linuxSection } from "./linux-section.ts";
import { memorySection } from "./memory-section.ts";
import { modelSection } from "./model-section.ts";
import { networkSection } from "./network-section.ts";
import { peersText } from "./peers.ts";
import type { Effort, Section } from "./section.ts";

const SECTIONS: Section[] = [
  codeSection,
  generatorSection,
  bootSection,
  callsSection,
  kernelSection,
  fairnessSection,
  hypervisorSection,
  linuxSection,
  memorySection,
  modelSection,
  adversarySection,
  networkSection,
  clusterSection,
];

export const command: Command = {
  summary:
    "Measures generated code, generator, boot, system calls and fairness against their goals.",
  usage:
    "[glob...]   such as: code  generator  boot  calls  kernel  fairness  memory  model  adversary  network  cluster",
  options: {
    rounds: { type: "string", help: "<number> timed rounds of each program (15)" },
    machines: { type: "string", help: "<number> fresh machines for each build of a program (3)" },
    variants: { type: "string", help: "<list> of the code section: gcc,checked,optimised,..." },
    decisions: { type: "string", help: "<number> over which the model's lag is measured" },
    quick: { type: "boolean", help: "short warm-up and few rounds: rough figures" },
  },
  run,
};

async function run(context: CommandContext): Promise<number> {
  if (context.json) silence();
  const quick = context.flag("quick");
  const effort = {
    machines: context.integer("machines", quick ? 1 : 3),
    warmUpMs: quick ? 300 : 600,
    rounds: context.integer("rounds", quick ? 5 : 15),
    variants: context.text("variants")?.split(",") ?? null,
    decisions: context.integer("decisions", quick ? 1_000_000 : 50_000_000),
  };
  const patterns = context.positionals;
  const sections = SECTIONS.filter(({ name }) =>
    patterns.length === 0 ? true : patterns.some((pattern) => pattern.split("/")[0] === name),
  );
  if (sections.length === 0) {
    const names = SECTIONS.map(({ name }) => name).join(", ");
    throw new UsageError(`no section "${patterns.join(" ")}"; there are ${names}`);
  }
  const wanted = (name: string) =>
    patterns.length === 0 || patterns.some((pattern) => matches(pattern, name));
  const all: Figure[] = [];
  for (const section of sections) all.push(...(await measure(section, wanted, effort, context)));
  if (context.json) console.log(JSON.stringify(all.map(withVerdict), null, 1));
  else console.log(`\n${peersText()}\n\n${summary(all)}`);
  return all.some((figure) => verdictOf(figure) === "MISSED") ? 1 : 0;
}

async function measure(
  section: Section,
  wanted: (name: string) => boolean,
  effort: Effort,
  context: CommandContext,
): Promise<Figure[]> {
  const figures: Figure[] = [];
  if (!context.json) console.log(`\n${section.title}`);
  try {
    await section.measure(wanted, effort, (figure) => {
      figures.push(figure);
      if (!context.json && process.stderr.isTTY) process.stderr.write(`  ${figure.name}\r`);
    });
  } catch (error) {
    const note = error instanceof Error ? error.message : String(error);
    figures.push({ name: section.name, value: null, unit: "", note, failed: true });
  }
  if (!context.json) console.log(tableOf(figures));
  return figures;
}

/** True for "code", "code/sieve" and "code/s*" of "code/sieve". */
export function matches(pattern: string, name: string): boolean {
  if (!pattern.includes("/")) return name.split("/")[0] === pattern;
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*");
  return new RegExp(`^${escaped}$`).test(name);
}

function withVerdict(figure: Figure) {
  return { ...figure, verdict: verdictOf(figure) };
}

function summary(figures: Figure[]): string {
  const judged = figures.filter((figure) => verdictOf(figure) !== "");
  const missed = judged.filter((figure) => verdictOf(figure) === "MISSED");
  const list = missed.map(({ name }) => name).join(", ");
  const ok = `${judged.length - missed.length} of ${judged.length} goals reached`;
  return missed.length === 0 ? ok : `${ok}; missed: ${list}`;
}
