// `lendos fuzz`: long runs of random cases against V8; the tests run a slice of the same cases.
import { writeFileSync } from "node:fs";
import { readBytes } from "../build/files.ts";
import { type Command, type CommandContext, UsageError } from "../command.ts";
import { buildPath } from "../paths.ts";
import { runDifferentialInLendOS } from "./differential/lendos-run.ts";
import {
  describe as describeRun,
  type RunResult,
  runDifferential,
  type Source,
} from "./differential/run.ts";
import { builtModules } from "./validator/corpus.ts";
import { loadValidator } from "./validator/standalone.ts";
import { describe, fuzzValidator } from "./validator/validator-fuzz.ts";

export const command: Command = {
  summary: "random cases against V8: the validator's verdicts, or what our i386 code does",
  usage: "<validator|differential>",
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
    throw new UsageError(`fuzz what? "${what ?? ""}" is neither validator nor differential`);
  },
};

interface Range {
  seed: number;
  from: number;
  count: number;
}

const RULES_SHOWN = 60;

async function validator(context: CommandContext, range: Range): Promise<number> {
  const { seed, count } = range;
  const validate = await loadValidator();
  const started = performance.now();
  const elapsed = () => ((performance.now() - started) / 1000).toFixed(1);
  const progress = (done: number) => console.error(`validator: ${done} cases, ${elapsed()} s`);
  const corpus = builtModules();
  const result = fuzzValidator({ ...range, corpus, progress }, validate);
  const { counts, rules, differences } = result;
  if (context.json) {
    console.log(
      JSON.stringify({ ...range, seconds: Number(elapsed()), counts, rules: [...rules] }),
    );
    return counts.different === 0 ? 0 : 1;
  }
  for (const difference of differences) console.log(describe(difference, seed));
  const common = [...rules].sort((a, b) => b[1] - a[1]).slice(0, RULES_SHOWN);
  for (const [rule, times] of common) console.log(`${String(times).padStart(8)}  ${rule}`);
  console.log(
    `validator: ${count} modules of seed ${seed}: ${counts.valid} valid, ${counts.invalid} invalid, ` +
      `${counts.beyond} valid only beyond our feature level, ${counts.different} differences, ` +
      `${elapsed()} s`,
  );
  return counts.different === 0 ? 0 : 1;
}

async function differential(context: CommandContext, range: Range): Promise<number> {
  const { seed } = range;
  const source = sourceOf(context);
  const started = performance.now();
  const line = (result: RunResult) => {
    const seconds = (performance.now() - started) / 1000;
    return (
      `differential: ${result.modules} ${source} modules of seed ${seed} (${result.calls} calls, ` +
      `${result.traps} traps, ${result.exhausted} ended by a stack, ${result.beyond} beyond our ` +
      `features), ${result.differences.length} differences, ${seconds.toFixed(1)} s`
    );
  };
  const progress = (result: RunResult) => {
    if (!context.json) console.error(line(result));
  };
  const file = context.text("codegen");
  const codegen = file ? { codegen: readBytes(file) } : {};
  const result = await runDifferential({ source, ...range, ...codegen, progress });
  if (context.json) {
    const differences = result.differences.map(({ case: number, text }) => ({
      case: number,
      text,
    }));
    console.log(JSON.stringify({ ...range, ...result, differences }));
  } else {
    for (const difference of result.differences) console.log(describeRun(source, seed, difference));
    console.log(line(result));
  }
  if (context.flag("save")) {
    for (const { case: number, bytes } of result.differences) {
      writeFileSync(buildPath(`fuzz-${seed}-${number}.wasm`), bytes);
    }
  }
  return result.differences.length === 0 ? 0 : 1;
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

function sourceOf(context: CommandContext): Source {
  const source = context.text("source") ?? "binaryen";
  if (source === "binaryen" || source === "typed") return source;
  throw new UsageError(`--source binaryen or typed, not "${source}"`);
}
