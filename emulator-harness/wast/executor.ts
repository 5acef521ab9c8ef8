// What runs a script's modules: V8, the bare rig, or anything else that is called step by step from here.
import {
  type Action,
  type Command,
  countSkip,
  describeAction,
  describeValue,
  emptyTally,
  matches,
  type Script,
  type Tally,
  type Value,
} from "./script.ts";
import { EXHAUSTED, kindsOfText } from "./traps.ts";
import { shapeOf } from "./wasm-types.ts";

/** Result slots, or the trap kinds that it may have been. */
export type Answer = { slots: bigint[] } | { traps: number[]; text: string };

export interface Executor {
  /** Null when the module is valid, else why it is refused. */
  refusal(bytes: Uint8Array): string | null;
  /** Makes it the current module and starts it. */
  load(bytes: Uint8Array, name?: string): Answer;
  perform(action: Action, results: number): Answer;
}

export function runScript(script: Script, executor: Executor): Tally {
  const tally = emptyTally(script.name);
  const modules = new ModuleFilter();
  for (const command of script.commands) {
    const reason = modules.skipReason(command);
    if (reason) countSkip(tally, reason);
    else {
      const failure = runCommand(command, executor);
      if (failure === null) tally.passed++;
      else tally.failures.push(`${script.name}:${command.line}: ${failure}`);
    }
  }
  return tally;
}

/** Knows which commands cannot run because their module is linked to others. */
export class ModuleFilter {
  #currentReason: string | null = null;
  #named = new Map<string, string | null>();

  skipReason(command: Command): string | null {
    switch (command.kind) {
      case "skipped":
        return command.reason;
      case "module":
        this.#currentReason = linkReason(command.bytes);
        if (command.name) this.#named.set(command.name, this.#currentReason);
        return this.#currentReason;
      case "uninstantiable":
        return linkReason(command.bytes);
      case "refused":
        return null;
      default: {
        const { module } = command.action;
        return module ? (this.#named.get(module) ?? null) : this.#currentReason;
      }
    }
  }
}

function linkReason(bytes: Uint8Array): string | null {
  if (!WebAssembly.validate(bytes as BufferSource)) return null;
  const others = [...shapeOf(bytes).importModules].filter((name) => name !== "spectest");
  return others.length > 0 ? "linking between modules (imports of a registered module)" : null;
}

/** Null when the command passed. */
function runCommand(command: Command, executor: Executor): string | null {
  switch (command.kind) {
    case "module": {
      const answer = executor.load(command.bytes, command.name);
      return "traps" in answer ? `module does not start: ${answer.text}` : null;
    }
    case "refused":
      return executor.refusal(command.bytes) === null
        ? `module was accepted, expected "${command.text}"`
        : null;
    case "uninstantiable":
      return trapFailure(
        "module",
        executor.load(command.bytes),
        kindsOfText(command.text),
        command.text,
      );
    case "return":
      return returnFailure(command.action, command.expected, executor);
    case "trap": {
      const answer = executor.perform(command.action, 0);
      const action = describeAction(command.action);
      return trapFailure(action, answer, kindsOfText(command.text), command.text);
    }
    case "exhaustion": {
      const answer = executor.perform(command.action, 0);
      return trapFailure(describeAction(command.action), answer, EXHAUSTED, "call stack exhausted");
    }
    case "action": {
      const answer = executor.perform(command.action, 0);
      return "traps" in answer ? `${describeAction(command.action)} traps: ${answer.text}` : null;
    }
    case "skipped":
      return null;
  }
}

function returnFailure(action: Action, expected: Value[], executor: Executor): string | null {
  const answer = executor.perform(action, expected.length);
  if ("traps" in answer) return `${describeAction(action)} traps: ${answer.text}`;
  const wrong = expected.findIndex((value, i) => !matches(value, answer.slots[i]));
  if (wrong < 0) return null;
  const found = { ...expected[wrong], pattern: undefined, bits: answer.slots[wrong] };
  return (
    `${describeAction(action)}: result ${wrong} is ${describeValue(found)}, ` +
    `expected ${describeValue(expected[wrong])}`
  );
}

function trapFailure(what: string, answer: Answer, kinds: number[], text: string): string | null {
  if (!("traps" in answer)) return `${what} returns, expected the trap "${text}"`;
  if (kinds.length === 0 || answer.traps.some((kind) => kinds.includes(kind))) return null;
  return `${what} traps with "${answer.text}", expected "${text}"`;
}
