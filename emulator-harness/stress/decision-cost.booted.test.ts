// What a decision costs, and how long the books of an epoch keep interrupts off.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { note } from "../test/support.ts";
import { booksFigures, decisionFigures } from "./decision-figures.ts";

/** scheduling.md, section 7: 64 accounts, depth 3. */
const DECISION_MOST = 600;
const TURNOVER_MOST = 3_000;
/** How long interrupts may be off, whatever is done. */
const STRETCH_MOST = 20_000;

test("a decision among 64 accounts in three levels", async () => {
  const figures = await decisionFigures();
  const text = JSON.stringify(figures);
  assert.ok(figures.decision > 0 && figures.decision <= DECISION_MOST, text);
  assert.ok(figures.turnover <= TURNOVER_MOST, text);
  assert.ok(figures.reserved <= TURNOVER_MOST, text);
  note(text);
});

test("no step of 1,024 accounts' books takes longer than interrupts may be off", async () => {
  const figures = await booksFigures();
  const text = JSON.stringify(figures);
  assert.ok(figures.longest > 1000 && figures.longest <= STRETCH_MOST, text);
  assert.ok(figures.reopen > 1000 && figures.reopen <= STRETCH_MOST, text);
  note(text);
});

test.run();
