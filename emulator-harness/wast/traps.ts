// Trap kinds by the words of the specification's scripts and by the words of V8.
import { TrapKind } from "../../kernel/abi/traps.ts";

const MEMORY = [TrapKind.MEMORY_OUT_OF_BOUNDS, TrapKind.SEGMENT_OUT_OF_BOUNDS];
const TABLE = [TrapKind.TABLE_OUT_OF_BOUNDS, TrapKind.SEGMENT_OUT_OF_BOUNDS];
const CALL = [
  TrapKind.UNDEFINED_ELEMENT,
  TrapKind.UNINITIALIZED_ELEMENT,
  TrapKind.INDIRECT_CALL_TYPE_MISMATCH,
];

/** Beginnings of the texts in assert_trap; the specification's own runner compares beginnings too. */
const SCRIPT_TEXTS: [string, number[]][] = [
  ["unreachable", [TrapKind.UNREACHABLE]],
  ["out of bounds memory", MEMORY],
  ["out of bounds table", TABLE],
  ["integer divide by zero", [TrapKind.DIVIDE_BY_ZERO]],
  ["integer overflow", [TrapKind.INTEGER_OVERFLOW]],
  ["invalid conversion", [TrapKind.INVALID_CONVERSION]],
  ["undefined", [TrapKind.UNDEFINED_ELEMENT, TrapKind.TABLE_OUT_OF_BOUNDS]],
  ["uninitialized", [TrapKind.UNINITIALIZED_ELEMENT]],
  ["indirect call", [TrapKind.INDIRECT_CALL_TYPE_MISMATCH]],
  ["call stack exhausted", [TrapKind.STACK_EXHAUSTED]],
];

const V8_TEXTS: [string, number[]][] = [
  ["unreachable", [TrapKind.UNREACHABLE]],
  ["memory access out of bounds", MEMORY],
  ["data segment", MEMORY],
  ["table index is out of bounds", [...TABLE, TrapKind.UNDEFINED_ELEMENT]],
  ["table access out of bounds", TABLE],
  ["element segment", TABLE],
  ["table initializer", TABLE],
  ["divide by zero", [TrapKind.DIVIDE_BY_ZERO]],
  ["remainder by zero", [TrapKind.DIVIDE_BY_ZERO]],
  ["divide result unrepresentable", [TrapKind.INTEGER_OVERFLOW]],
  [
    "float unrepresentable in integer range",
    [TrapKind.INTEGER_OVERFLOW, TrapKind.INVALID_CONVERSION],
  ],
  ["null function or function signature mismatch", CALL],
  ["Maximum call stack size exceeded", [TrapKind.STACK_EXHAUSTED]],
];

/** The kinds that a script's text allows; none for an unknown text. */
export function kindsOfText(text: string): number[] {
  return SCRIPT_TEXTS.find(([start]) => text.startsWith(start))?.[1] ?? [];
}

/** The kinds that V8's error may stand for; none when it is no trap. */
export function kindsOfError(error: unknown): number[] {
  const { message } = error as Error;
  return V8_TEXTS.find(([words]) => message.includes(words))?.[1] ?? [];
}

export const EXHAUSTED: number[] = [TrapKind.STACK_EXHAUSTED];
