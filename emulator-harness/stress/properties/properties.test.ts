// The shipped scheduler keeps every property; shrinking ends at the smallest draft that still fails.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { testSeed } from "../../test/support.ts";
import { readScenario } from "../file/read-scenario.ts";
import { checkDraft } from "./check.ts";
import { type Draft, draftText } from "./draft.ts";
import { drawScenario } from "./draw.ts";
import { plantedModule, search } from "./search.ts";
import { shrink } from "./shrink.ts";

test("sixty drawn scenarios keep every property", async () => {
  const first = 1000 * testSeed();
  const seeds = Array.from({ length: 60 }, (_, index) => first + index);
  const found = await search(seeds, await plantedModule(undefined));
  assert.is(found, null, JSON.stringify(found, null, 1));
});

test("draws are functions of the seed, valid, and cover what they should", () => {
  const drafts = Array.from({ length: 200 }, (_, seed) => drawScenario(seed));
  assert.equal(drafts[17], drawScenario(17));
  const texts = drafts.map(draftText);
  for (const [seed, text] of texts.entries()) readScenario(`${seed}.json`, text);
  assert.is(new Set(texts).size, 200);
  const share = (holds: (draft: Draft) => boolean) => drafts.filter(holds).length / drafts.length;
  assert.ok(share(({ tasks }) => tasks.some(({ lender }) => lender)) > 0.1);
  assert.ok(share(({ groups }) => groups.some(({ limit }) => limit !== undefined)) > 0.05);
  assert.ok(share(({ groups }) => groups.some(({ path }) => path.lastIndexOf("/") > 0)) > 0.05);
  assert.ok(share((draft) => /"lag_q"/.test(draftText(draft))) > 0.8);
});

test("the hole in G5 that the README tells of is there, and as large as it says", async () => {
  const common = { instances: 1, delayUs: 0, lender: false };
  const draft: Draft = {
    seed: 1,
    durationMs: 200,
    groups: [
      { path: "/hog", weight: 10_000 },
      { path: "/tenant", reserve: 12 },
    ],
    tasks: [
      { ...common, name: "hog", group: "/hog", events: [{ kind: "run", us: 1000 }] },
      {
        ...{ ...common, name: "tenant", group: "/tenant" },
        events: [
          { kind: "run", us: 245 },
          { kind: "sleep", us: 1600 },
        ],
      },
    ],
  };
  const module = await plantedModule(undefined);
  assert.is(await checkDraft(draft, module), null);
  assert.match(
    (await checkDraft(draft, module, true))!,
    /^\/tenant is 6\d\d\d us behind its own static slice/,
  );
});

test("what is left after shrinking is all that the failure needs", async () => {
  const drawn = drawScenario(26);
  const culprit = drawn.tasks[0].name;
  const { draft, tries } = await shrink(drawn, (one) => {
    const task = one.tasks.find(({ name }) => name === culprit);
    return Promise.resolve(task?.events.some(({ us }) => us >= 300) ?? false);
  });
  assert.ok(tries > 5);
  assert.is(draft.tasks.length, 1);
  assert.is(draft.durationMs, 200);
  const [{ events, instances, delayUs }] = draft.tasks;
  assert.equal([instances, delayUs], [1, 0]);
  assert.ok(
    events.some(({ us }) => us >= 300 && us < 600),
    JSON.stringify(events),
  );
  for (const { weight, reserve, limit } of draft.groups)
    assert.equal([weight, reserve, limit], [undefined, undefined, undefined]);
  readScenario("small.json", draftText(draft));
});

test("a draft that fails nothing stays as it is", async () => {
  const drawn = drawScenario(4);
  assert.equal((await shrink(drawn, () => Promise.resolve(false))).draft, drawn);
});

test("a planted bug has a name", async () => {
  let text = "";
  await plantedModule("no-such-bug").catch((error) => {
    text = error.message;
  });
  assert.match(text, /--planted is one of ghosts-are-dropped, .*not "no-such-bug"/);
});

test.run();
