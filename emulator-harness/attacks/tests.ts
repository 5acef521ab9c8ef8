// The tests of some classes of attacks: one boot for all of them, one test for each attack.
import type { Test } from "uvu";
import { note } from "../test/support.ts";
import { type Chosen, fight, type Verdict } from "./fight.ts";
import { classOf } from "./list/all.ts";
import { tableText } from "./table.ts";

/** Registers them; the rows of the table stand below the last test. */
export function attackTests(test: Test, classes: string[]): void {
  const chosen = classes.flatMap((name) =>
    classOf(name).attacks.map((attack): Chosen => ({ className: name, attack })),
  );
  let verdicts: Verdict[] = [];
  let exitCode = -1;
  test.before(async () => {
    const { verdicts: found, run } = await fight(chosen);
    verdicts = found;
    exitCode = run.exitCode;
  });
  chosen.forEach(({ className, attack }, index) => {
    test(`${className}: ${attack.name}`, () => {
      const { faults } = verdicts[index];
      if (faults.length === 0) return;
      throw new Error(`${faults.join("\n")}\nalone: npx lendos attacks ${attack.name}`);
    });
  });
  test("the machine's books agree at the end", () => {
    note(tableText(verdicts.flatMap(({ row }) => row ?? [])));
    if (exitCode !== 0) throw new Error(`the machine ended with ${exitCode}`);
  });
}
