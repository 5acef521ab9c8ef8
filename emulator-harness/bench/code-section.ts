// Generated code against gcc: every program's ratio, and the means.
import { atMost, type Figure } from "./figure.ts";
import {
  geometricMean,
  loadGenerator,
  measureProgram,
  median,
  type ProgramResult,
  VARIANTS,
  type Variant,
} from "./generated-code.ts";
import type { Section } from "./section.ts";
import { assemblyScriptNames, missingCompilers, programNames } from "./toolchain.ts";

const MEAN_GOAL = 0.95;
const PROGRAM_GOAL = 1.45;

export const codeSection: Section = {
  name: "code",
  title: "generated code, CPU time in v86 as a multiple of gcc -m32 -O2 (bounds checks on)",
  async measure(wanted, effort, report) {
    const missing = missingCompilers();
    if (missing.length > 0) {
      const note = `needs ${missing.join(", ")} on this machine`;
      report({ name: "code/mean", value: null, unit: "", goal: atMost(MEAN_GOAL), note });
      return;
    }
    const generator = await loadGenerator();
    const results: ProgramResult[] = [];
    for (const name of programNames().filter((one) => wanted(`code/${one}`))) {
      const scripted = assemblyScriptNames().includes(name);
      const variants = VARIANTS.filter(
        (variant) =>
          (variant !== "script" || scripted) && (effort.variants?.includes(variant) ?? true),
      );
      const result = await measureProgram(name, variants, generator, effort);
      results.push(result);
      report(programFigure(result));
    }
    for (const figure of meanFigures(results)) report(figure);
  },
};

function ratio(result: ProgramResult, variant: Variant, base: Variant = "gcc"): number | null {
  const time = result.timings[variant];
  const reference = result.timings[base];
  return time && reference ? median(time.best) / median(reference.best) : null;
}

/** The ratios of single machines, from the lowest to the highest; empty for one machine. */
function spreadText(result: ProgramResult): string {
  const time = result.timings.checked;
  const reference = result.timings.gcc;
  if (!time || !reference || time.best.length < 2) return "";
  const ratios = time.best.map((best, machine) => best / reference.best[machine]);
  return `machines ${Math.min(...ratios).toFixed(2)}-${Math.max(...ratios).toFixed(2)}`;
}

function programFigure(result: ProgramResult): Figure {
  const beside = [
    spreadText(result),
    text("of gcc sse2", ratio(result, "checked", "gcc sse2")),
    text("wasm-opt", ratio(result, "optimised")),
    text("unchecked", ratio(result, "unchecked")),
    text("AssemblyScript", ratio(result, "script")),
  ];
  const failures = Object.entries(result.failures).map(([variant, why]) => `${variant}: ${why}`);
  return {
    name: `code/${result.name}`,
    value: ratio(result, "checked"),
    unit: "x",
    goal: atMost(PROGRAM_GOAL),
    beside: beside.filter((one) => one !== "").join(", "),
    note: failures.join(" | "),
  };
}

function text(label: string, value: number | null): string {
  return value === null ? "" : `${label} ${value.toFixed(2)}`;
}

function meanFigures(results: ProgramResult[]): Figure[] {
  const mean = (variant: Variant, base: Variant) => {
    const ratios = results.map((result) => ratio(result, variant, base));
    const found = ratios.filter((one) => one !== null);
    // A mean that leaves out what failed would flatter.
    if (found.length === 0 || (variant === "checked" && found.length < results.length)) return null;
    return geometricMean(found);
  };
  const row = (name: string, variant: Variant, base: Variant, note: string): Figure => ({
    name: `code/mean ${name}`,
    value: mean(variant, base),
    unit: "x",
    note,
  });
  return [
    {
      ...row("checked", "checked", "gcc", "geometric mean of all programs, gcc -m32 -O2 (x87) = 1"),
      goal: atMost(MEAN_GOAL),
    },
    row("of gcc sse2", "checked", "gcc sse2", "gcc -m32 -O2 -msse2 -mfpmath=sse = 1"),
    row("wasm-opt", "optimised", "gcc sse2", "clang -O3 and wasm-opt -O3; gcc sse2 = 1"),
    row("unchecked", "unchecked", "gcc sse2", "no bounds checks; gcc sse2 = 1"),
    row("AssemblyScript", "script", "gcc sse2", "three programs; gcc sse2 = 1"),
  ];
}
