// The judge sees each thing that can go wrong with an attack.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { AuditEvent } from "../../kernel/abi/capability.ts";
import { KernelError } from "../../kernel/abi/errors.ts";
import { ExitReason } from "../../kernel/abi/traps.ts";
import { attack } from "./attack.ts";
import { faultsOf } from "./judge.ts";
import { CLASSES } from "./list/all.ts";
import type { AttackRecord, Fought } from "./run.ts";

const ANSWERS = Array.from({ length: 32 }, () => 0);
const ONE = attack("one", {
  rounds: 2,
  answers: [KernelError.BAD_ADDRESS],
  audit: [{ event: AuditEvent.REFUSE as AuditEvent, call: 24, result: 12 }],
});
const LINES = ["victim: 0", "victim: 1", "victim: 2"];
const REFERENCE: Fought = { record: record({}), victimLines: LINES };

function record(changes: Partial<AttackRecord>): AttackRecord {
  return {
    attack: "one",
    victim: [7, ExitReason.EXITED, 0, 0],
    attacker: [8, ExitReason.EXITED, 0, 0],
    share: [30e6, 30e6, 0, 100e6],
    failed: [0, 0, 0],
    count: 0,
    answers: ANSWERS.with(KernelError.BAD_ADDRESS, 1),
    calls: 1,
    revokeNs: 0,
    revokeRefusal: 0,
    changedWords: 0,
    service: 0,
    victimAudited: 10,
    attackNs: 1,
    endNs: 1,
    lost: 0,
    audit: [[AuditEvent.REFUSE, 24, 12, 3]],
    before: [100, 50, 5, 6, 2],
    after: [100, 50, 5, 6, 2],
    ...changes,
  };
}

function faults(changes: Partial<AttackRecord>, victimLines = LINES.slice(0, 2)): string[] {
  return faultsOf(ONE, { record: record(changes), victimLines }, REFERENCE);
}

test("nothing is wrong with a good record", () => {
  assert.equal(faults({}), []);
});

const WRONG: [string, RegExp, Partial<AttackRecord>][] = [
  ["a victim that died", /victim ended so: trap/, { victim: [7, ExitReason.TRAPPED, 1, 0] }],
  ["a victim that never ended", /victim ended so: not at all/, { victim: [0, 0, 0, 0] }],
  ["a share lost by more than a quantum", /less than its share/, { share: [30e6, 25e6, 0, 1] }],
  ["memory written through a right to read", /changed/, { changedWords: 1 }],
  ["a record in the victim's audit", /audit has 11 events/, { victimAudited: 11 }],
  ["an attacker that was answered otherwise", /ended so/, { attacker: [8, 0, 0x40030c0d, 0] }],
  ["an attacker that never ended", /not at all/, { attacker: [0, 0, 0, 0] }],
  ["a refusal that was not given", /nothing was answered BAD_ADDRESS/, { answers: ANSWERS }],
  ["a record that the audit lacks", /audit lacks/, { audit: [[AuditEvent.REFUSE, 24, 13, 3]] }],
  ["a frame that is gone", /free frames/, { after: [99, 50, 5, 6, 2] }],
  ["a capability too many", /capabilities/, { after: [100, 51, 5, 6, 2] }],
  ["a revocation that took long", /revoke took/, { revokeNs: 1e9 }],
  ["a revocation that was refused", /arena's revoke: BUSY/, { revokeRefusal: KernelError.BUSY }],
];

for (const [what, says, changes] of WRONG) {
  test(`${what} is a fault`, () => {
    const found = faults(changes);
    assert.is(found.length, 1, found.join("\n"));
    assert.match(found[0], says);
  });
}

test("a victim that says something else is a fault", () => {
  assert.match(faults({}, ["victim: 0", "victim: 7"]).join(), /the victim says/);
  assert.match(faults({}, LINES).join(), /the victim says/);
});

test("at least sixty attacks, each under a name of its own", () => {
  const names = CLASSES.flatMap(({ attacks }) => attacks.map(({ name }) => name));
  assert.ok(names.length >= 60, `${names.length}`);
  assert.is(new Set(names).size, names.length);
});

test.run();
