/**
 * What the kernel answered against what it must answer: the first difference ends the attacker.
 *
 * The exit code says which step it was; the answers are counted in a page that the arena reads.
 */
import { KernelError } from "../../kernel/abi/errors";
import { MapFlag } from "../../kernel/abi/records";
import { exit, memoryMap } from "../lib/kernel";
import { CODE_FAILED, Place, Report } from "./kit";

const space: usize = memory.data(8192);
const PAGE: usize = 4096;
/** The arena's page once `reportOpen` has mapped it; memory like any other until then. */
export const report: usize = (space + PAGE - 1) & ~(PAGE - 1);
const STEP_MAX: u32 = 0x3fff;
/** In the place of an error: a fact that does not hold. */
const A_FACT: u32 = 255;
let step: u32 = 0;

/** Children do not report: their parent looks at how they end. */
export function reportOpen(): void {
  memoryMap(Place.REPORT, 0, report | MapFlag.WRITE, 1);
}

/** The answer must be this refusal; with OK, anything that is none. */
export function expect(result: i32, error: KernelError): void {
  note(result);
  step++;
  if (error === KernelError.OK ? result >= 0 : result === -(<i32>error)) return;
  fail(error, result);
}

/** The result of a call that must do what it is asked for. */
export function done(result: i32): u32 {
  expect(result, KernelError.OK);
  return <u32>result;
}

/** Something that must be true whatever was attacked. */
export function check(fact: bool): void {
  step++;
  if (!fact) fail(A_FACT, 0);
}

/** Counts an answer. */
export function note(result: i32): void {
  const error = result < 0 ? <u32>-result : 0;
  const at = report + Report.ANSWERS + ((<usize>error) << 2);
  if (at < report + Report.ANSWERS_END) store<u32>(at, load<u32>(at) + 1);
}

export function count(by: u32): void {
  store<u32>(report, load<u32>(report, Report.COUNT) + by, Report.COUNT);
}

function fail(expected: u32, actual: i32): void {
  store<u32>(report, step, Report.FAILED_STEP);
  store<u32>(report, expected, Report.EXPECTED);
  store<i32>(report, actual, Report.ACTUAL);
  const place = min<u32>(step, STEP_MAX) << 16;
  exit(<i32>(CODE_FAILED | place | ((expected & 255) << 8) | (<u32>-actual & 255)));
}
