/**
 * Lines that the bench reads: `name: value ns`, with two decimals.
 */
import { KernelError, errorText } from "../../kernel/abi/errors";
import { flush, print, printFixed, printLine } from "../lib/console";
import { exit } from "../lib/kernel";

export const ROUNDS: u32 = 1000;
const CODE_FAILED: i32 = 1;
/** Printed behind each name: the circumstances. */
let circumstances: string = "";
let crowd: u32 = 0;

export function circumstancesSet(text: string, processes: u32): void {
  circumstances = text;
  crowd = processes;
}

export function report(what: string, hundredths: u64): void {
  print(what);
  if (crowd > 0) {
    print(", beside ");
    printFixed(crowd, 0);
    print(" processes");
  }
  print(circumstances);
  print(": ");
  printFixed(hundredths, 2);
  printLine(" ns");
}

/** The result, which is no refusal, or the end of the program. */
export function need(what: string, result: i32): u32 {
  if (result >= 0) return <u32>result;
  print("measure: ");
  print(what);
  print(": ");
  printLine(errorText(<KernelError>-result));
  flush();
  exit(CODE_FAILED);
  return 0;
}
