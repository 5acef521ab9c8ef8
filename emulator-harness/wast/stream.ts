// Scripts as compact streams of words, for the program userland/wast inside LendOS (its
// stream.ts reads them).
import { CommandKind, Format, Pattern } from "../../userland/wast/format.ts";
import { ModuleFilter } from "./executor.ts";
import {
  type Action,
  type Command,
  countSkip,
  emptyTally,
  type Script,
  type Tally,
  type Value,
  wide,
} from "./script.ts";
import { EXHAUSTED, kindsOfText } from "./traps.ts";

/** Module 0 is for those without a name; the program keeps this many in all. */
const MODULES_MAX = 8;
const ANY_TRAP = 0xfffffffe;

export interface Compact {
  bytes: Uint8Array;
  /** What is left out, counted; passed and failed are the program's to fill in. */
  tally: Tally;
}

export function compactScript(script: Script): Compact {
  return new Writer(script).write();
}

class Writer {
  #words: number[] = [];
  #count = 0;
  #current = 0;
  #named = new Map<string, number>();
  #tally: Tally;

  constructor(readonly script: Script) {
    this.#tally = emptyTally(script.name);
  }

  write(): Compact {
    const filter = new ModuleFilter();
    for (const command of this.script.commands) {
      const reason = filter.skipReason(command) ?? this.#write(command);
      if (reason) countSkip(this.#tally, reason);
    }
    const words = Uint32Array.from([Format.MAGIC, this.#count, ...this.#words]);
    return { bytes: new Uint8Array(words.buffer), tally: this.#tally };
  }

  /** Null, or why the command cannot be written. */
  #write(command: Command): string | null {
    const { line } = command;
    switch (command.kind) {
      case "module":
        return this.#module(command.bytes, line, command.name);
      case "refused":
        return this.#start(CommandKind.REFUSED, line, 0, () => this.#bytes(command.bytes));
      case "uninstantiable":
        return this.#start(CommandKind.UNINSTANTIABLE, line, 0, () => {
          this.#words.push(maskOf(command.kinds ?? kindsOfText(command.text)));
          this.#bytes(command.bytes);
        });
      case "return":
        return this.#return(command.action, command.expected, line);
      case "action":
        return this.#return(command.action, [], line);
      case "trap":
        return this.#trap(command.action, maskOf(command.kinds ?? kindsOfText(command.text)), line);
      case "exhaustion":
        return this.#trap(command.action, maskOf(EXHAUSTED), line);
      case "skipped":
        return command.reason;
    }
  }

  #start(kind: CommandKind, line: number, module: number, rest: () => void): null {
    this.#words.push(kind, line, module);
    this.#count++;
    rest();
    return null;
  }

  #module(bytes: Uint8Array, line: number, name: string | undefined): string | null {
    this.#current = 0;
    if (name) {
      const known = this.#named.get(name) ?? this.#named.size + 1;
      if (known >= MODULES_MAX) return `more than ${MODULES_MAX - 1} named modules`;
      this.#named.set(name, known);
      this.#current = known;
    }
    return this.#start(CommandKind.MODULE, line, this.#current, () => this.#bytes(bytes));
  }

  #return(action: Action, expected: Value[], line: number): string | null {
    const kind = action.get ? CommandKind.GLOBAL : CommandKind.RETURN;
    return this.#start(kind, line, this.#moduleOf(action), () => {
      this.#text(action.field);
      if (!action.get) this.#arguments(action);
      this.#words.push(expected.length);
      for (const value of expected) this.#words.push(patternOf(value), ...halves(value.bits));
    });
  }

  #trap(action: Action, mask: number, line: number): string | null {
    return this.#start(CommandKind.TRAP, line, this.#moduleOf(action), () => {
      this.#text(action.field);
      this.#arguments(action);
      this.#words.push(mask);
    });
  }

  #moduleOf({ module }: Action): number {
    return module ? (this.#named.get(module) ?? 0) : this.#current;
  }

  #arguments(action: Action): void {
    this.#words.push(action.arguments.length);
    for (const { bits } of action.arguments) this.#words.push(...halves(bits));
  }

  #text(text: string): void {
    this.#bytes(new TextEncoder().encode(text));
  }

  /** The size, then the bytes, filled up to whole words. */
  #bytes(bytes: Uint8Array): void {
    this.#words.push(bytes.length);
    const padded = new Uint8Array(Math.ceil(bytes.length / 4) * 4);
    padded.set(bytes);
    for (const word of new Uint32Array(padded.buffer)) this.#words.push(word);
  }
}

function halves(bits: bigint): [low: number, high: number] {
  const unsigned = BigInt.asUintN(64, bits);
  return [Number(unsigned & 0xffffffffn), Number(unsigned >> 32n)];
}

function maskOf(kinds: number[]): number {
  if (kinds.length === 0) return ANY_TRAP;
  return kinds.reduce((mask, kind) => mask | (1 << kind), 0) >>> 0;
}

function patternOf({ type, pattern }: Value): Pattern {
  if (pattern === "any") return Pattern.NOT_NULL;
  if (!pattern) return wide(type) ? Pattern.LONG : Pattern.WORD;
  if (type === "f32") {
    return pattern === "canonical" ? Pattern.CANONICAL_SINGLE : Pattern.ARITHMETIC_SINGLE;
  }
  return pattern === "canonical" ? Pattern.CANONICAL_DOUBLE : Pattern.ARITHMETIC_DOUBLE;
}
