// The audit, booted: what leaves a record and where, and what `audit` prints of it.
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { TESTS } from "./contract/list.ts";
import { contractFiles } from "./contract/run.ts";
import { contractTests } from "./contract/tests.ts";
import { Session } from "./deaths/session.ts";

const test = suite("audit");
contractTests(test, "audit");

const EVENTS = "derive grant transfer revoke delete create destroy refuse fault".split(" ");
const KEYS = "audit sequence ns process call kind object rights result repeats".split(" ");

test("audit --json is one record a line, in the order of the events", async () => {
  // Groups with rings of their own come and go before it is read.
  const tests = TESTS.audit.filter(({ name }) => /handed|hands|one-order/.test(name));
  const session = await Session.boot(await contractFiles(tests));
  await session.line("run contract");
  await session.line("caps 1");
  const from = session.machine.console.records().length;
  const said = await session.line("audit --json");
  const records = session.machine.console.records().slice(from);
  assert.is(said.split("\n").filter((line) => line.startsWith("@")).length, records.length);
  assert.ok(records.length > 100, `${records.length} records`);
  for (const record of records) {
    assert.equal(Object.keys(record), KEYS);
    assert.ok(EVENTS.includes(String(record.audit)), String(record.audit));
    for (const key of ["sequence", "ns", "process", "object", "result", "repeats"]) {
      assert.ok(Number.isInteger(record[key]), `${key} of ${JSON.stringify(record)}`);
    }
  }
  const numbers = records.map(({ sequence }) => Number(sequence));
  const early = numbers.findIndex((number, index) => index > 0 && number <= numbers[index - 1]);
  assert.is(early, -1, `number ${numbers[early]} comes behind ${numbers[early - 1]}`);
  const [wrong] = records.filter(
    ({ audit, result }) => (result !== 0) !== /refuse|fault/.test(String(audit)),
  );
  assert.is(wrong, undefined, JSON.stringify(wrong));
  await session.halt();
});

test.run();
