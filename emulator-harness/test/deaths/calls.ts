// System calls in WebAssembly text, from the table of calls itself: a name that is no call does not assemble.
import { MessageInfo } from "../../../kernel/abi/capability.ts";
import { Call, callSignature } from "../../../kernel/abi/calls.ts";

export interface Imported {
  name: string;
  /** A letter for each: i is an i32, I an i64. */
  parameters: string;
  result: string;
}

/** Every call that a program may import. */
export const CALLS: Imported[] = Array.from({ length: Call.COUNT }, (_, number) =>
  callSignature(number as Call),
)
  .map((text) => /^(\w+) (\w*):(\w?)$/.exec(text))
  .filter((match) => match !== null)
  .map(([, name, parameters, result]) => ({ name, parameters, result }));

export const typeOf = (letter: string) => (letter === "I" ? "i64" : "i32");

/** `(import "kernel" "exit" (func $exit (param i32)))` for each name. */
export function imports(...names: string[]): string {
  return names.map((name) => importOf(name)).join("\n");
}

function importOf(name: string): string {
  const call = CALLS.find((one) => one.name === name);
  if (call === undefined) throw new Error(`there is no system call ${name}`);
  const types = [...call.parameters].map((letter) => `(param ${typeOf(letter)})`).join(" ");
  const answer = call.result === "" ? "" : `(result ${typeOf(call.result)})`;
  return `(import "kernel" "${name}" (func $${name} ${types} ${answer}))`;
}

/** `(call $name ...)`: numbers become constants, and texts stand as they are. */
export function call(name: string, ...values: (number | bigint | string)[]): string {
  const words = values.map((value) => {
    if (typeof value === "bigint") return `(i64.const ${value})`;
    return typeof value === "number" ? `(i32.const ${value})` : value;
  });
  return `(call $${name} ${words.join(" ")})`;
}

/** The first word of a message call: through which slot, with how many extra words and capabilities. */
export function infoOf(slot: number, extra = 0, capabilities = 0): number {
  return (
    (slot << MessageInfo.SLOT_SHIFT) |
    (extra << MessageInfo.EXTRA_SHIFT) |
    (capabilities << MessageInfo.CAPABILITIES_SHIFT)
  );
}

/** Ends the program unless the call was done: what follows may count on it. */
export const need = (text: string) => `(if (i32.lt_s ${text} (i32.const 0)) (then (unreachable)))`;

/** A module of these imports, fields and `_start`. */
export function start(names: string[], fields: string, body: string): string {
  return `(module ${imports(...names)} ${fields} (func (export "_start") ${body}))`;
}

/** Exits with the negated answer of a call, so that the shell's code is the KernelError. */
export const exitWith = (text: string) => `(call $exit (i32.sub (i32.const 0) ${text}))`;
export const FOREVER = "(loop $forever (br $forever))";
