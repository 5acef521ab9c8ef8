// `lendos fuzz`: long runs of random cases against V8; the tests run a slice of the same cases.
import { writeFileSync } from "node:fs";
import { fuzzCalls, STRETCH_CALLS } from "../attacks/fuzz-run.ts";
import { readBytes } from "../build/files.ts";
import { type Command, type CommandContext, UsageError } from "../command.ts";
import { buildPath } from "../paths.ts";
import { fuzzFrames, stackWasm } from "./frames/frames-fuzz.ts";
import { packets } from "../simulation/packet-command.ts";
import { add, inParts, type Range, stopwatch, sumOf } from "./parts.ts";
import { runDifferentialInLendOS } from "./differential/lendos-run.ts";
import {
  describe as describeRun,
  type RunResult,
  runDifferential,
  type Source,
} from "./differential/run.ts";
import { builtModules } from "./validator/corpus.ts";
import { loadValidator } from "./validator/standalone.ts";
import { describe, fuzzValidator, type ValidatorResult } from "./validator/validator-fuzz.ts";

export const command: Command = {
  summary:
    "random cases: the validator's verdicts or our i386 code against V8; system calls against the kernel; " +
    "frames against the network stack, packets against the heartbeat daemon",
  usage: "<validator|differential|calls|frames|packets>",
  options: {
    seed: { type: "string", help: "<number> seed of the run (1)" },
    from: { type: "string", help: "<number> first case (0)" },
    count: { type: "string", help: "<number> how many cases (100000)" },
    source: {
      type: "string",
      help: "<binaryen|typed> who makes the differential cases (binaryen)",
    },
    on: { type: "string", help: "<bare|lendos> where our code of differential cases runs (bare)" },
    codegen: { type: "string", help: "<file> this codegen.wasm instead of the sources' own" },
    save: { type: "boolean", help: "write the modules that differ to .build/fuzz-*.wasm" },
  },
  run(context) {
    const [what] = context.positionals;
    const options = {
      seed: context.integer("seed", 1),
      from: context.integer("from", 0),
      count: context.integer("count", 100_000),
    };
    if (what === "validator") return validator(context, options);
    if (what === "differential" && context.text("on") === "lendos")
      return inLendOS(context, options);
    if (what === "differential") return differential(context, options);
    if (what === "calls") return calls(context, options);
    if (what === "frames") return frames(context, options);
    if (what === "packets") return packets(context, options);
    const kinds = "validator, differential, calls, frames or packets";
    throw new UsageError(`fuzz what? "${what ?? ""}" is not ${kinds}`);
  },
};

const RULES_SHOWN = 60;
const DIFFERENCES_SHOWN = 20;

/** What --json prints, and what a part of a long run answers with. */
interface ValidatorReport {
  counts: ValidatorResult["counts"];
  rules: [rule: string, times: number][];
  differences: string[];
}

type DifferentialReport = Omit<RunResult, "differences"> & {
  differences: { case: number; text: string }[];
};

async function validator(context: CommandContext, range: Range): Promise<number> {
  const elapsed = stopwatch();
  const counts = { valid: 0, invalid: 0, beyond: 0, different: 0 };
  const rules = new Map<string, number>();
  const differences: string[] = [];
  await inParts(context, range, ["validator"], validatorPart, (part: ValidatorReport, cases) => {
    add(counts, part.counts);
    for (const [rule, times] of part.rules) rules.set(rule, (rules.get(rule) ?? 0) + times);
    differences.push(...part.differences);
    if (!context.json) console.error(`validator: ${sumOf(counts)} cases, ${elapsed()} s`);
    return sumOf(part.counts) === cases && differences.length < DIFFERENCES_SHOWN;
  });
  if (context.json) {
    const seconds = Number(elapsed());
    console.log(JSON.stringify({ ...range, seconds, counts, rules: [...rules], differences }));
    return counts.different === 0 ? 0 : 1;
  }
  for (const difference of differences) console.log(difference);
  const common = [...rules].sort((a, b) => b[1] - a[1]).slice(0, RULES_SHOWN);
  for (const [rule, times] of common) console.log(`${String(times).padStart(8)}  ${rule}`);
  console.log(
    `validator: ${sumOf(counts)} modules of seed ${range.seed}: ${counts.valid} valid, ` +
      `${counts.invalid} invalid, ${counts.beyond} valid only beyond our feature level, ` +
      `${counts.different} differences, ${elapsed()} s`,
  );
  return counts.different === 0 ? 0 : 1;
}

async function validatorPart(range: Range): Promise<ValidatorReport> {
  const validate = await loadValidator();
  const result = fuzzValidator({ ...range, corpus: builtModules() }, validate);
  return {
    counts: result.counts,
    rules: [...result.rules],
    differences: result.differences.map((difference) => describe(difference, range.seed)),
  };
}

async function differential(context: CommandContext, range: Range): Promise<number> {
  const elapsed = stopwatch();
  const source = sourceOf(context);
  const totals = { modules: 0, calls: 0, traps: 0, exhausted: 0, beyond: 0, bytes: 0 };
  const differences: DifferentialReport["differences"] = [];
  const line = () =>
    `differential: ${totals.modules} ${source} modules of seed ${range.seed} (${totals.calls} calls, ` +
    `${totals.traps} traps, ${totals.exhausted} ended by a stack, ${totals.beyond} beyond our ` +
    `features), ${differences.length} differences, ${elapsed()} s`;
  const file = context.text("codegen");
  const words = ["differential", "--source", source, ...(file ? ["--codegen", file] : [])];
  if (context.flag("save")) words.push("--save");
  const part = (one: Range) => differentialPart(context, source, one);
  await inParts(context, range, words, part, (found: DifferentialReport, cases) => {
    add(totals, found);
    differences.push(...found.differences);
    if (!context.json) console.error(line());
    const whole = found.modules + found.beyond === cases;
    return whole && differences.length < DIFFERENCES_SHOWN;
  });
  if (context.json) {
    console.log(JSON.stringify({ ...range, ...totals, differences }));
  } else {
    for (const one of differences) console.log(describeRun(source, range.seed, one));
    console.log(line());
  }
  return differences.length === 0 ? 0 : 1;
}

async function differentialPart(
  context: CommandContext,
  source: Source,
  range: Range,
): Promise<DifferentialReport> {
  const file = context.text("codegen");
  const codegen = file ? { codegen: readBytes(file) } : {};
  const result = await runDifferential({ source, ...range, ...codegen });
  if (context.flag("save")) {
    for (const { case: number, bytes } of result.differences) {
      writeFileSync(buildPath(`fuzz-${range.seed}-${number}.wasm`), bytes);
    }
  }
  const differences = result.differences.map(({ case: number, text }) => ({ case: number, text }));
  return { ...result, differences };
}

async function inLendOS(context: CommandContext, { seed, from, count }: Range): Promise<number> {
  const source = sourceOf(context);
  const result = await runDifferentialInLendOS(source, seed, from, count);
  const { modules, passed, failures } = result;
  if (context.json) console.log(JSON.stringify({ seed, from, count, ...result }));
  else {
    for (const failure of failures) {
      console.log(`case ${failure.case}: ${failure.text}`);
      const replay = `--source ${source} --seed ${seed} --from ${failure.case} --count 1 --on lendos`;
      console.log(`  replay: npx lendos fuzz differential ${replay}`);
    }
    const summary = `${modules} ${source} modules of seed ${seed}, ${passed} commands passed`;
    console.log(`differential in LendOS: ${summary}, ${failures.length} differences`);
  }
  return failures.length === 0 ? 0 : 1;
}

/** `--from` counts stretches of calls here. */
async function calls(context: CommandContext, range: Range): Promise<number> {
  const started = performance.now();
  const seconds = () => ((performance.now() - started) / 1000).toFixed(1);
  const begun = (stretch: number) => {
    const made = (stretch - range.from) * STRETCH_CALLS;
    if (!context.json) console.error(`calls: ${made} of ${range.count}, ${seconds()} s`);
  };
  const result = await fuzzCalls(range, begun);
  if (context.json) console.log(JSON.stringify({ ...range, ...result }));
  else {
    for (const { stretch, faults } of result.failures) {
      for (const fault of faults) console.log(`stretch ${stretch}: ${fault}`);
      const replay = `--seed ${range.seed} --from ${stretch} --count ${STRETCH_CALLS}`;
      console.log(`  replay: npx lendos fuzz calls ${replay}`);
    }
    for (const [error, times] of Object.entries(result.answers)) {
      console.log(`${String(times).padStart(9)}  ${error}`);
    }
    const summary = `${result.calls} system calls of seed ${range.seed} in ${result.stretches} stretches`;
    console.log(`calls: ${summary}, ${result.failures.length} failed, ${seconds()} s`);
  }
  return result.failures.length === 0 ? 0 : 1;
}

async function frames(context: CommandContext, range: Range): Promise<number> {
  const elapsed = stopwatch();
  const { meanings, differences, ...totals } = await fuzzFrames(await stackWasm(), range);
  if (context.json) {
    console.log(JSON.stringify({ ...range, ...totals, meanings, differences }));
    return differences.length === 0 ? 0 : 1;
  }
  for (const { case: number, text } of differences) {
    console.log(`case ${number}: ${text}`);
    // What the stack knows comes from the cases before.
    console.log(`  replay: npx lendos fuzz frames --seed ${range.seed} --count ${number + 1}`);
  }
  for (const [meaning, times] of Object.entries(meanings))
    console.log(`${String(times).padStart(9)}  ${meaning}`);
  console.log(
    `frames: ${totals.frames} frames of seed ${range.seed}, ${totals.answers} answers, ` +
      `${differences.length} differences, ${elapsed()} s`,
  );
  return differences.length === 0 ? 0 : 1;
}

function sourceOf(context: CommandContext): Source {
  const source = context.text("source") ?? "binaryen";
  if (source === "binaryen" || source === "typed") return source;
  throw new UsageError(`--source binaryen or typed, not "${source}"`);
}
