// .wast text to a Script: commands by our own reader, module texts to binary by wabt.
import loadWabt from "wabt";
import { type Atom, type List, lineOf, type Node, readExpressions } from "./expression.ts";
import { floatBits, integerBits } from "./numbers.ts";
import type { Action, Command, Script, Value, ValueType } from "./script.ts";

type Wabt = Awaited<ReturnType<typeof loadWabt>>;

const FEATURES = {
  mutable_globals: true,
  sat_float_to_int: true,
  sign_extension: true,
  multi_value: true,
  bulk_memory: true,
  reference_types: true,
};

let wabt: Wabt | null = null;

/** Binary of a module's text; it need not be valid. */
export async function assembleText(text: string, name = "module.wat"): Promise<Uint8Array> {
  wabt ??= await loadWabt();
  const module = wabt.parseWat(name, text, FEATURES);
  try {
    return module.toBinary({ write_debug_names: true }).buffer;
  } finally {
    module.destroy();
  }
}

export async function readWast(name: string, source: string): Promise<Script> {
  const nodes = readExpressions(source);
  const reader = new Reader(source, name);
  if (nodes.length > 0 && !COMMANDS.has(headOf(nodes[0]))) {
    const bytes = await assembleText(source, name);
    return { name, commands: [{ kind: "module", line: 1, bytes }] };
  }
  const commands: Command[] = [];
  for (const node of nodes) commands.push(await reader.command(node as List));
  return { name, commands };
}

const COMMANDS = new Set([
  "module",
  "register",
  "invoke",
  "get",
  "assert_return",
  "assert_trap",
  "assert_exhaustion",
  "assert_invalid",
  "assert_malformed",
  "assert_unlinkable",
]);

function headOf(node: Node): string {
  const first = node.kind === "list" ? node.items[0] : node;
  return first?.kind === "word" ? first.text : "";
}

class Reader {
  constructor(
    readonly source: string,
    readonly file: string,
  ) {}

  async command(list: List): Promise<Command> {
    const line = lineOf(this.source, list.start);
    const body = list.items[1] as List;
    const text =
      (list.items.find((item) => item.kind === "string") as Atom | undefined)?.text ?? "";
    switch (headOf(list)) {
      case "module":
        return this.module(list, line);
      case "register":
        return { kind: "skipped", line, reason: "linking between modules (register)" };
      case "assert_unlinkable":
        return { kind: "skipped", line, reason: "linking between modules (assert_unlinkable)" };
      case "invoke":
      case "get":
        return { kind: "action", line, action: this.action(list) };
      case "assert_return":
        return {
          kind: "return",
          line,
          action: this.action(body),
          expected: list.items.slice(2).map((item) => this.value(item as List)),
        };
      case "assert_trap":
        if (headOf(body) !== "module")
          return { kind: "trap", line, action: this.action(body), text };
        return this.refusal("uninstantiable", body, line, text);
      case "assert_exhaustion":
        return { kind: "exhaustion", line, action: this.action(body) };
      case "assert_invalid":
      case "assert_malformed":
        return this.refusal("refused", body, line, text);
      default:
        return { kind: "skipped", line, reason: `unknown command ${headOf(list)}` };
    }
  }

  async module(list: List, line: number): Promise<Command> {
    const name = nameOf(list.items[1]);
    if (isQuote(list)) return { kind: "skipped", line, reason: TEXT_REASON };
    return { kind: "module", line, bytes: await this.bytes(list), ...(name ? { name } : {}) };
  }

  async refusal(
    kind: "refused" | "uninstantiable",
    list: List,
    line: number,
    text: string,
  ): Promise<Command> {
    if (isQuote(list)) return { kind: "skipped", line, reason: TEXT_REASON };
    return { kind, line, bytes: await this.bytes(list), text };
  }

  async bytes(list: List): Promise<Uint8Array> {
    if (list.items.some((item) => item.kind === "word" && item.text === "binary")) {
      const strings = list.items.filter((item) => item.kind === "string") as Atom[];
      return new Uint8Array(Buffer.from(strings.map((atom) => atom.text).join(""), "latin1"));
    }
    const line = lineOf(this.source, list.start);
    return assembleText(this.source.slice(list.start, list.end), `${this.file}:${line}`);
  }

  action(list: List): Action {
    const module = nameOf(list.items[1]);
    const rest = list.items.slice(module ? 2 : 1);
    const field = Buffer.from((rest[0] as Atom).text, "latin1").toString("utf8");
    return {
      field,
      get: headOf(list) === "get",
      arguments: rest.slice(1).map((item) => this.value(item as List)),
      ...(module ? { module } : {}),
    };
  }

  value(list: List): Value {
    const [operator, operand] = list.items as Atom[];
    const [type, what] = operator.text.split(".");
    if (what !== "const") return referenceOf(what, operand?.text);
    const text = operand.text;
    if (text === "nan:canonical" || text === "nan:arithmetic") {
      const pattern = text.slice(4) as "canonical" | "arithmetic";
      return { type: type as ValueType, bits: 0n, pattern };
    }
    const width = type.endsWith("32") ? 32 : 64;
    const bits = type.startsWith("i") ? integerBits(text, width) : floatBits(text, width);
    return { type: type as ValueType, bits };
  }
}

const TEXT_REASON = "module as quoted text: a rule of the text format, which is wabt's";

function isQuote(list: List): boolean {
  return list.items.some((item) => item.kind === "word" && item.text === "quote");
}

function nameOf(node: Node | undefined): string | undefined {
  return node?.kind === "word" && node.text.startsWith("$") ? node.text : undefined;
}

function referenceOf(what: string, operand: string | undefined): Value {
  if (what === "null") {
    const type = operand === "extern" || operand === "externref" ? "externref" : "funcref";
    return { type, bits: 0n };
  }
  if (what === "extern" && operand !== undefined) {
    return { type: "externref", bits: BigInt(operand) + 1n };
  }
  return { type: what === "extern" ? "externref" : "funcref", bits: 0n, pattern: "any" };
}
