// The command line: reads options, prints help, turns errors into exit codes.
// lendos.mjs bundles this file with the one command that was asked for.
import { parseArgs } from "node:util";
import { BuildError } from "./build/build-error.ts";
import { colour } from "./colour.ts";
import { type Command, type CommandContext, type Option, UsageError } from "./command.ts";

const SUMMARIES: Record<string, string> = {
  run: "boot to a shell in this terminal; -c runs one line",
  wast: "run wast2json scripts inside LendOS, on i386",
  compile: "translate a .wasm file to an i386 ELF file",
  test: "run the tests: unit, booted, browser, style",
  stress: "run scripted workloads and judge their fairness",
  cluster: "run several machines on one virtual switch, and what goes wrong",
  bench: "measure, each number beside its goal",
  web: "build and serve the browser page",
  simulate: "many nodes of the heartbeat daemon under virtual time",
  fuzz: "random cases against V8: the validator, and what generated code does",
};

const LATER: Record<string, string> = {
  exec: "run one WASI program with the capabilities given",
  inspect: "look into a running or saved machine",
};

const COMMON: Record<string, Option> = {
  help: { type: "boolean", short: "h", help: "this text" },
  json: { type: "boolean", help: "print JSON and nothing else" },
};

/** Runs one command line and returns the process exit code. */
export async function main(words: string[], command: Command | null): Promise<number> {
  const [name, ...rest] = words;
  if (command === null) return answerWithout(name);
  try {
    const context = contextOf(command, rest);
    if (context.flag("help")) {
      console.log(helpOf(name, command));
      return 0;
    }
    return await command.run(context);
  } catch (error) {
    if (!(error instanceof UsageError)) {
      console.error(error instanceof BuildError ? error.message : error);
      return 3;
    }
    console.error(`${colour("red", `lendos ${name}:`, process.stderr)} ${error.message}`);
    console.error(`see: npx lendos ${name} --help`);
    return 2;
  }
}

function answerWithout(name: string | undefined): number {
  if (name === undefined || name === "help" || name === "--help" || name === "-h") {
    console.log(overview());
    return 0;
  }
  if (name in LATER) {
    console.error(`lendos ${name}: "${LATER[name]}" comes in a later version`);
    return 2;
  }
  console.error(`lendos: there is no command "${name}"\n\n${overview()}`);
  return 2;
}

function overview(): string {
  const rows = Object.entries(SUMMARIES).map(([name, summary]) => `  ${name.padEnd(10)}${summary}`);
  const later = Object.keys(LATER).join(", ");
  return [
    `${colour("bold", "LendOS")}: an operating system that lends what lies idle`,
    "",
    "usage: npx lendos <command> [options]",
    "",
    ...rows,
    "",
    `  in a later version: ${later}`,
    "",
    "Every command takes --help and --json.",
    "Exit codes: 0 done, 1 a failure, 2 bad input, 3 the system itself failed.",
  ].join("\n");
}

function helpOf(name: string, command: Command): string {
  const options = Object.entries({ ...command.options, ...COMMON }).map(([key, option]) => {
    const [, value = "", text] = /^(<[^>]+>)? ?(.*)$/.exec(option.help)!;
    const flag = `${option.short ? `-${option.short}, ` : ""}--${key} ${value}`;
    return `  ${flag.padEnd(28)}${text}`;
  });
  return [`usage: npx lendos ${name} ${command.usage}`, "", command.summary, "", ...options].join(
    "\n",
  );
}

function contextOf(command: Command, words: string[]): CommandContext {
  const options = { ...command.options, ...COMMON };
  const { values, positionals } = parse(options, words);
  return {
    positionals,
    json: values.json === true,
    text: (key) => values[key] as string | undefined,
    texts: (key) => (values[key] as string[] | undefined) ?? [],
    flag: (key) => values[key] === true,
    integer: (key, fallback) => integerOf(key, values[key], fallback),
  };
}

function parse(options: Record<string, Option>, words: string[]) {
  const config = Object.fromEntries(
    Object.entries(options).map(([key, { type, short, multiple }]) => [
      key,
      { type, ...(short ? { short } : {}), ...(multiple ? { multiple } : {}) },
    ]),
  );
  try {
    return parseArgs({ args: words, options: config, allowPositionals: true, strict: true });
  } catch (error) {
    throw new UsageError((error as Error).message.split(". To specify")[0]);
  }
}

function integerOf(key: string, value: unknown, fallback: number): number {
  if (value === undefined) return fallback;
  const number = Number(value);
  if (!Number.isSafeInteger(number) || number < 0) {
    throw new UsageError(`--${key} takes a whole number, not "${value}"`);
  }
  return number;
}
