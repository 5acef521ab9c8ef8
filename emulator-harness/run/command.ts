// npx lendos run: boots the system with this terminal as its console.
import { readFileSync } from "node:fs";
import { buildImage } from "../build/pipeline.ts";
import { silence } from "../build/progress.ts";
import { type Command, type CommandContext, MACHINE_OPTIONS, UsageError } from "../command.ts";
import { Machine, type MachineOptions } from "../machine/machine.ts";
import { report } from "../machine/report.ts";
import { attachTerminal } from "./terminal.ts";

export const command: Command = {
  summary: "Boots LendOS. Without -c this terminal is the console (Ctrl-A x leaves).",
  usage: '[-c "line"] [--clock real|virtual]',
  options: {
    command: {
      type: "string",
      short: "c",
      help: "<line> run one shell line and exit with its code",
    },
    image: { type: "string", help: "<file> boot this multiboot ELF instead of the built one" },
    initrd: { type: "string", help: "<file> ustar archive given to the system as second module" },
    records: { type: "boolean", help: 'print the "@" records as well' },
    ...MACHINE_OPTIONS,
  },
  run,
};

async function run(context: CommandContext): Promise<number> {
  if (context.positionals.length > 0) {
    throw new UsageError(`unexpected "${context.positionals[0]}" (a shell line goes after -c)`);
  }
  if (context.json) silence();
  const options = await optionsOf(context);
  const line = context.text("command");
  return line === undefined ? interactive(options, context) : batch(options, context);
}

/** The machine of the options that all commands share. */
async function optionsOf(context: CommandContext): Promise<MachineOptions> {
  const line = context.text("command");
  const clock = context.text("clock") ?? (line === undefined ? "real" : "virtual");
  if (clock !== "real" && clock !== "virtual") throw new UsageError("--clock is virtual or real");
  const image = context.text("image");
  const initrd = context.text("initrd");
  const timeout = context.text("timeout");
  return {
    image: image === undefined ? await buildImage() : readFile(image),
    initrd: initrd === undefined ? undefined : readFile(initrd),
    commandLine: line === undefined ? "" : `-c ${line}`,
    clock,
    seed: context.integer("seed", 1),
    memoryBytes: context.integer("memory", 64) * 2 ** 20,
    budget: timeout === undefined ? undefined : context.integer("timeout", 0) * 1e9,
  };
}

function readFile(path: string): Uint8Array {
  try {
    return new Uint8Array(readFileSync(path));
  } catch {
    throw new UsageError(`cannot read ${path}`);
  }
}

async function interactive(options: MachineOptions, context: CommandContext): Promise<number> {
  const budget = options.budget ?? Number.POSITIVE_INFINITY;
  const machine = await Machine.start({ ...options, budget, paced: true });
  const detach = attachTerminal(machine, context.flag("records"));
  const code = await machine.exit;
  detach();
  return finish(machine, options, code, context);
}

async function batch(options: MachineOptions, context: CommandContext): Promise<number> {
  const machine = await Machine.start(options);
  if (context.json) {
    machine.console.onRecord = (record) => console.log(JSON.stringify(record));
  } else {
    machine.console.onLine = (line) => console.log(line);
    if (context.flag("records")) {
      machine.console.onRecord = (record) => console.log(`@${JSON.stringify(record)}`);
    }
  }
  const code = await machine.exit;
  const rest = machine.console.lines().at(-1);
  if (rest && !context.json) console.log(rest);
  return finish(machine, options, code, context);
}

function finish(
  machine: Machine,
  options: MachineOptions,
  code: number,
  context: CommandContext,
): number {
  if (context.json) {
    const { end } = machine;
    const instructions = machine.instructions();
    console.log(JSON.stringify({ end, code, instructions, nanoseconds: machine.nanoseconds() }));
  }
  const told = report(machine, options);
  if (told !== null) console.error(told);
  return code;
}
