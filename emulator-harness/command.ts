// What a command of `npx lendos` is: emulator-harness/<name>/command.ts exports one as `command`.
// It returns its exit code: 0 done, 1 an expectation or the program failed, 2 bad input, 3 the system failed.

export interface Option {
  type: "string" | "boolean";
  /** One line for --help; starts with the value's name in angle brackets when it takes one. */
  help: string;
  short?: string;
  multiple?: boolean;
}

export interface CommandContext {
  /** What follows the command on the line, options taken out. */
  positionals: string[];
  /** Text of a string option, or undefined when it was not given. */
  text(name: string): string | undefined;
  /** Every value of an option that may be repeated. */
  texts(name: string): string[];
  flag(name: string): boolean;
  /** A whole number option; refuses anything else. */
  integer(name: string, fallback: number): number;
  /** --json was given: stdout carries JSON and nothing else. */
  json: boolean;
}

export interface Command {
  /** One line, for the list of commands. */
  summary: string;
  /** What follows `lendos <name>`, such as "scenario.json...". */
  usage: string;
  options: Record<string, Option>;
  run(context: CommandContext): Promise<number>;
}

/** Bad input: printed without a stack, exit code 2. */
export class UsageError extends Error {}

/** The options that mean the same for every command that has a machine. */
export const MACHINE_OPTIONS = {
  seed: { type: "string", help: "<number> seed of everything that would be random (1)" },
  clock: { type: "string", help: "<virtual|real> count instructions, or follow the wall clock" },
  memory: { type: "string", help: "<MiB> memory of the machine (64)" },
  timeout: { type: "string", help: "<seconds> give up after this much machine time" },
} satisfies Record<string, Option>;
