// npx lendos compile: the generator alone, in Node.
import { readFileSync } from "node:fs";
import { writeWhole } from "../build/files.ts";
import {
  Generator,
  MODE_INVOCABLE,
  MODE_KERNEL,
  MODE_PROGRAM,
  RefusedModule,
} from "../build/generator.ts";
import { type Command, type CommandContext, UsageError } from "../command.ts";
import { listing } from "./listing.ts";

const MODES: Record<string, number> = {
  program: MODE_PROGRAM,
  kernel: MODE_KERNEL,
  invocable: MODE_INVOCABLE,
};

export const command: Command = {
  summary: "Validates a .wasm file and translates it to an i386 ELF file.",
  usage: "in.wasm [-o out.elf] [--listing]",
  options: {
    output: { type: "string", short: "o", help: "<file> where the ELF file goes" },
    listing: { type: "boolean", help: "print the disassembly" },
    function: { type: "string", help: "<name> list functions whose name contains this" },
    mode: { type: "string", help: "<program|kernel|invocable> what the code is for (program)" },
  },
  run,
};

async function run(context: CommandContext): Promise<number> {
  const [input, ...extra] = context.positionals;
  if (input === undefined || extra.length > 0) throw new UsageError("give exactly one .wasm file");
  const mode = MODES[context.text("mode") ?? "program"];
  if (mode === undefined) throw new UsageError(`--mode is one of ${Object.keys(MODES).join(", ")}`);

  const wasm = readInput(input);
  const generator = await Generator.load();
  const started = performance.now();
  let elf: Uint8Array;
  try {
    elf = generator.compile(wasm, mode);
  } catch (error) {
    if (!(error instanceof RefusedModule)) throw error;
    return refuse(context, input, error);
  }
  const milliseconds = performance.now() - started;
  const output = context.text("output");
  if (output !== undefined) writeWhole(output, elf);
  report(context, { input, output, wasm: wasm.length, elf: elf.length, milliseconds }, elf);
  return 0;
}

function readInput(path: string): Uint8Array {
  try {
    return new Uint8Array(readFileSync(path));
  } catch {
    throw new UsageError(`cannot read ${path}`);
  }
}

function refuse(context: CommandContext, input: string, error: RefusedModule): number {
  const { refusal, rule, offset } = error;
  if (context.json) console.log(JSON.stringify({ input, refusal, rule, offset }));
  else console.error(`${input}: ${error.message}`);
  return refusal === "internal" ? 3 : 1;
}

interface Report {
  input: string;
  output?: string;
  wasm: number;
  elf: number;
  milliseconds: number;
}

function report(context: CommandContext, report: Report, elf: Uint8Array): void {
  if (context.json) {
    console.log(JSON.stringify(report));
    return;
  }
  const wanted = context.text("function");
  if (context.flag("listing") || wanted !== undefined) {
    const select = wanted === undefined ? undefined : (name: string) => name.includes(wanted);
    console.log(listing(elf, { bytes: true, select }));
    return;
  }
  const { input, output = "not written", wasm, milliseconds } = report;
  console.log(
    `${input}: ${wasm} bytes of Wasm, ${elf.length} bytes of ELF (${output}), ${milliseconds.toFixed(1)} ms`,
  );
}
