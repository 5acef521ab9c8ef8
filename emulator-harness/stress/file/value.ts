// Reading values with the right type, or refusing with their position.
import { type JsonValue, type Member, type Position, ScenarioError } from "./json.ts";

export function refuse(at: Position, rule: string): never {
  throw new ScenarioError(at, rule);
}

export function objectOf(value: JsonValue, what: string): Map<string, Member> {
  if (value.kind !== "object") refuse(value.at, `${what} is an object, not ${article(value)}`);
  return value.members;
}

export function numberOf(value: JsonValue, what: string, least: number, most: number): number {
  if (value.kind !== "number") refuse(value.at, `${what} is a number, not ${article(value)}`);
  const { number } = value;
  if (number < least || number > most) {
    refuse(value.at, `${what} is ${least} to ${most}, not ${number}`);
  }
  return number;
}

export function integerOf(value: JsonValue, what: string, least: number, most: number): number {
  const number = numberOf(value, what, least, most);
  if (value.kind !== "number" || !value.integer) {
    const shown = Number.isInteger(number) ? number.toFixed(1) : number;
    refuse(value.at, `${what} is a whole number, not ${shown}`);
  }
  return number;
}

export function stringOf(value: JsonValue, what: string): string {
  if (value.kind !== "string") refuse(value.at, `${what} is a string, not ${article(value)}`);
  return value.text;
}

export function booleanOf(value: JsonValue, what: string): boolean {
  if (value.kind !== "boolean") refuse(value.at, `${what} is true or false, not ${article(value)}`);
  return value.value;
}

const UNITS: Record<string, number> = { "": 1, B: 1, KiB: 1024, MiB: 2 ** 20, GiB: 2 ** 30 };

/** A number of bytes, or a string such as "8 MiB". */
export function bytesOf(value: JsonValue, what: string, least: number, most: number): number {
  if (value.kind !== "string") return integerOf(value, what, least, most);
  const match = /^\s*(\d+(?:\.\d+)?)\s*(B|KiB|MiB|GiB)?\s*$/.exec(value.text);
  if (match === null) refuse(value.at, `${what} is a number of bytes, or such as "8 MiB"`);
  const bytes = Math.round(Number(match[1]) * UNITS[match[2] ?? ""]);
  if (bytes < least || bytes > most) refuse(value.at, `${what} is ${least} to ${most} bytes`);
  return bytes;
}

/** A share of the machine: a number of percent, or a string such as "12.5%" -> parts per million. */
export function percentOf(value: JsonValue, what: string): number {
  if (value.kind === "string") {
    const match = /^\s*(\d+(?:\.\d+)?)\s*%\s*$/.exec(value.text);
    if (match === null) refuse(value.at, `${what} is a percentage such as "12.5%"`);
    return ppm(Number(match[1]), value.at, what);
  }
  return ppm(numberOf(value, what, 0, 100), value.at, what);
}

function ppm(percent: number, at: Position, what: string): number {
  if (percent > 100) refuse(at, `${what} is at most 100 %`);
  return Math.round(percent * 10_000);
}

function article(value: JsonValue): string {
  return /^[ao]/.test(value.kind) ? `an ${value.kind}` : `a ${value.kind}`;
}
