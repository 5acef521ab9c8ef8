// `lendos fuzz`: long runs of random cases against V8; the tests run a slice of the same cases.
import { type Command, type CommandContext, UsageError } from "../command.ts";
import { builtModules } from "./validator/corpus.ts";
import { loadValidator } from "./validator/standalone.ts";
import { describe, fuzzValidator } from "./validator/validator-fuzz.ts";

export const command: Command = {
  summary: "random cases against V8: the validator's verdicts, or what generated code does",
  usage: "validator",
  options: {
    seed: { type: "string", help: "<number> seed of the run (1)" },
    from: { type: "string", help: "<number> first case (0)" },
    count: { type: "string", help: "<number> how many cases (100000)" },
  },
  run(context) {
    const [what] = context.positionals;
    if (what === "validator") return validator(context);
    throw new UsageError(`fuzz what? "${what ?? ""}" is not validator`);
  },
};

const RULES_SHOWN = 60;

async function validator(context: CommandContext): Promise<number> {
  const seed = context.integer("seed", 1);
  const from = context.integer("from", 0);
  const count = context.integer("count", 100_000);
  const validate = await loadValidator();
  const started = performance.now();
  const result = fuzzValidator({ seed, from, count, corpus: builtModules() }, validate);
  const seconds = (performance.now() - started) / 1000;
  const { counts, rules, differences } = result;
  if (context.json) {
    console.log(JSON.stringify({ seed, from, count, seconds, counts, rules: [...rules] }));
    return counts.different === 0 ? 0 : 1;
  }
  for (const difference of differences) console.log(describe(difference, seed));
  const common = [...rules].sort((a, b) => b[1] - a[1]).slice(0, RULES_SHOWN);
  for (const [rule, times] of common) {
    console.log(`${String(times).padStart(8)}  ${rule}`);
  }
  console.log(
    `validator: ${count} modules of seed ${seed}: ${counts.valid} valid, ${counts.invalid} invalid, ` +
      `${counts.beyond} valid only beyond our feature level, ${counts.different} differences, ` +
      `${seconds.toFixed(1)} s`,
  );
  return counts.different === 0 ? 0 : 1;
}
