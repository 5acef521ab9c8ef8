// The kernel's size: bytes of text and data in its image, lines of code in its sources.
import { buildKernel } from "../build/pipeline.ts";
import { readElf, type Segment } from "../machine/elf.ts";
import { importsOf, readSource } from "../test/sources.ts";
import { atMost, numberText } from "./figure.ts";
import type { Section } from "./section.ts";

const BYTES_GOAL = 160 * 1024;
const LINES_GOAL = 6000;

export const kernelSection: Section = {
  name: "kernel",
  title: "the kernel's size",
  async measure(wanted, _effort, report) {
    if (wanted("kernel/bytes")) {
      const { segments } = readElf(await buildKernel());
      const value = segments.reduce((sum, { bytes }) => sum + bytes.length, 0);
      const beside = segments.map((part) => `${nameOf(part)} ${numberText(part.bytes.length)}`);
      const note = "as they lie in the file; tables that begin empty take none";
      const goal = atMost(BYTES_GOAL);
      report({ name: "kernel/bytes", value, unit: "bytes", goal, beside: beside.join(", "), note });
    }
    if (!wanted("kernel/lines")) return;
    const counts = sources().map(([path, lines]) => ({ path, lines }));
    report({
      name: "kernel/lines",
      value: counts.reduce((sum, { lines }) => sum + lines, 0),
      unit: "lines",
      goal: atMost(LINES_GOAL),
      note: `of code, without blank lines, comments and tests; ${counts.length} files`,
    });
  },
};

function nameOf({ executable, writable }: Segment): string {
  if (executable) return "text";
  return writable ? "data" : "constants";
}

/** Every source that the kernel is compiled from, with its lines of code. */
function sources(): [string, number][] {
  const found = new Map<string, number>();
  const waiting = ["kernel/main.ts"];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (found.has(path)) continue;
    const source = readSource(path);
    found.set(path, codeLines(source.text));
    waiting.push(...importsOf(source).map((module) => `${module}.ts`));
  }
  return [...found];
}

/** Lines that are neither blank nor comment only. */
export function codeLines(text: string): number {
  const bare = text.replace(/^[ \t]*\/\*[\s\S]*?\*\/[ \t]*$/gm, "");
  return bare.split("\n").filter((line) => line.trim() !== "" && !/^\s*\/\//.test(line)).length;
}
