// wast2json's output to a Script: the .json file and the .wasm files beside it.
import { readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { readBytes } from "../build/files.ts";
import type { Action, Command, Script, Value, ValueType } from "./script.ts";

interface JsonValue {
  type: ValueType | "v128";
  /** A list of lanes for v128. */
  value?: string | string[];
}

interface JsonAction {
  type: "invoke" | "get";
  module?: string;
  field: string;
  args?: JsonValue[];
}

interface JsonCommand {
  type: string;
  line: number;
  name?: string;
  filename?: string;
  module_type?: "binary" | "text";
  text?: string;
  action?: JsonAction;
  expected?: JsonValue[];
}

export function readJson(path: string): Script {
  const file = JSON.parse(readFileSync(path, "utf8")) as { commands: JsonCommand[] };
  const name = basename(path, ".json");
  const read = (filename: string) => readBytes(join(dirname(path), filename));
  return { name, commands: file.commands.map((command) => commandOf(command, read)) };
}

function commandOf(json: JsonCommand, read: (filename: string) => Uint8Array): Command {
  const { line, text = "" } = json;
  if (json.module_type === "text") {
    return { kind: "skipped", line, reason: "module as text: a rule of the text format" };
  }
  if (hasVector(json)) return { kind: "skipped", line, reason: "values of type v128" };
  switch (json.type) {
    case "module":
      return {
        kind: "module",
        line,
        bytes: read(json.filename!),
        ...(json.name ? { name: json.name } : {}),
      };
    case "assert_return":
      return {
        kind: "return",
        line,
        action: actionOf(json.action!),
        expected: (json.expected ?? []).map(valueFrom),
      };
    case "assert_trap":
      return { kind: "trap", line, action: actionOf(json.action!), text };
    case "assert_exhaustion":
      return { kind: "exhaustion", line, action: actionOf(json.action!) };
    case "action":
      return { kind: "action", line, action: actionOf(json.action!) };
    case "assert_invalid":
    case "assert_malformed":
      return { kind: "refused", line, bytes: read(json.filename!), text };
    case "assert_uninstantiable":
      return { kind: "uninstantiable", line, bytes: read(json.filename!), text };
    case "register":
    case "assert_unlinkable":
      return { kind: "skipped", line, reason: `linking between modules (${json.type})` };
    default:
      return { kind: "skipped", line, reason: `unknown command ${json.type}` };
  }
}

function actionOf({ type, module, field, args = [] }: JsonAction): Action {
  const action = { field, get: type === "get", arguments: args.map(valueFrom) };
  return module ? { module, ...action } : action;
}

function hasVector({ action, expected = [] }: JsonCommand): boolean {
  return [...(action?.args ?? []), ...expected].some(({ type }) => type === "v128");
}

function valueFrom({ type, value }: JsonValue): Value {
  if (type === "v128" || Array.isArray(value)) throw new Error("a vector is no value here");
  if (value === undefined) return { type, bits: 0n, pattern: "any" };
  if (value === "nan:canonical" || value === "nan:arithmetic") {
    return { type, bits: 0n, pattern: value.slice(4) as "canonical" | "arithmetic" };
  }
  if (type === "funcref" || type === "externref") {
    if (value === "null") return { type, bits: 0n };
    // Scripts cannot name functions: (ref.func) is any of them, and wast2json writes 0 for it.
    return type === "funcref"
      ? { type, bits: 0n, pattern: "any" }
      : { type, bits: BigInt(value) + 1n };
  }
  return { type, bits: BigInt(value) };
}
