/**
 * Lines that the harness reads: `ok <check>`, and `<name>: <value> <unit>`.
 */
import { errorText, KernelError } from "../../kernel/abi/errors";
import { flush, print, printFixed, printLine } from "../lib/console";
import { exit } from "../lib/kernel";

const CODE_FAILED: i32 = 1;

/** A fact that must hold, or the end of the program. */
export function check(fact: bool, what: string): void {
  print(fact ? "ok " : "FAILED ");
  printLine(what);
  if (fact) return;
  flush();
  exit(CODE_FAILED);
}

/** The result, which is no refusal, or the end of the program. */
export function need(what: string, result: i32): u32 {
  if (result >= 0) return <u32>result;
  print("lending: ");
  print(what);
  print(": ");
  printLine(errorText(<KernelError>-result));
  flush();
  exit(CODE_FAILED);
  return 0;
}

export function figure(what: string, value: u64, unit: string): void {
  print(what);
  print(": ");
  printFixed(value, 0);
  print(" ");
  printLine(unit);
}
