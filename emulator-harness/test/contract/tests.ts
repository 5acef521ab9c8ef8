// The tests of one subject: one boot for all of them, one test of uvu for each.
import type { Test } from "uvu";
import { note } from "../support.ts";
import { type Subject, TESTS } from "./list.ts";
import { type ContractRun, faultsOf, runContract } from "./run.ts";

/** Registers them. With `path#name` that one alone is booted. */
export function contractTests(test: Test, subject: Subject): void {
  const only = process.env.LENDOS_TEST_NAME ?? "";
  const chosen = TESTS[subject].filter(({ name }) => only === "" || only === `${subject}: ${name}`);
  let run: ContractRun;
  test.before(async () => {
    run = await runContract(chosen);
  });
  for (const one of TESTS[subject]) {
    test(one.name, () => {
      const faults = faultsOf(one, run);
      const notes = run.records.get(one.name)?.notes;
      if (process.env.LENDOS_TIMES)
        note(`${(run.records.get(one.name)?.ns ?? 0) / 1e6} ms virtual`);
      if (notes && faults.length === 0) note(notes);
      if (faults.length === 0) return;
      const file = `emulator-harness/test/${subject}.booted.test.ts`;
      throw new Error(
        `${faults.join("\n")}\nreplay: npx lendos test "${file}#${subject}: ${one.name}"`,
      );
    });
  }
  test("the machine's books agree at the end", () => {
    if (run.exitCode !== 0) throw new Error(`it ended with ${run.exitCode}:\n${run.tail}`);
  });
}
