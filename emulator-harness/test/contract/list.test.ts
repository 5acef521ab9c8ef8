// The list and the program know the same tests, each under one name, and every fault is seen.
import { readdirSync, readFileSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { KernelError } from "../../../kernel/abi/errors.ts";
import { rootPath } from "../../paths.ts";
import { TESTS } from "./list.ts";
import { type ContractRecord, type ContractRun, faultsOf } from "./run.ts";

const PROGRAM = ["userland", "contract"];
const [ONE] = TESTS.capability;
const listed = Object.values(TESTS).flatMap((tests) => tests.map(({ name }) => name));

/** Names that userland/contract asks for. */
function namesInProgram(): string[] {
  return readdirSync(rootPath(...PROGRAM))
    .filter((name) => name.endsWith(".ts"))
    .map((name) => readFileSync(rootPath(...PROGRAM, name), "utf8"))
    .flatMap((text) => [...text.matchAll(/\bis\("([^"]+)"\)/g)].map((match) => match[1]))
    .filter((name) => name !== "nothing" && !name.startsWith("role-"));
}

test("each test of the program is in the list, and the other way round", () => {
  assert.equal(namesInProgram().sort(), [...listed].sort());
  assert.is(new Set(listed).size, listed.length);
});

function faults(changes: Partial<ContractRecord>): string {
  const record: ContractRecord = {
    contract: ONE.name,
    exit: [7, 0, 0, 0],
    failed: [0, 0, 0],
    text: "",
    notes: "",
    ns: 1,
    left: [0, 0],
    before: [100, 50, 5, 6, 2],
    after: [100, 50, 5, 6, 2],
    ...changes,
  };
  const records = new Map([[ONE.name, record]]);
  const run: ContractRun = { records, exitCode: 0, unfinished: null, tail: "" };
  return faultsOf(ONE, run).join("; ");
}

test("a good record has no fault", () => assert.is(faults({}), ""));

const WRONG: [string, Partial<ContractRecord>, RegExp][] = [
  [
    "a check",
    { failed: [1, 0, -KernelError.BUSY], text: "it moves" },
    /it moves: BUSY instead of 0/,
  ],
  ["a trap", { exit: [7, 1, 1, 0x10] }, /trap: unreachable, offset 0x10/],
  ["a test that hung", { exit: [0, 0, 0, 0] }, /did not end/],
  ["a test that was killed", { exit: [7, 2, 0, 0] }, /killed/],
  ["a name that nobody knows", { exit: [7, 0, 2, 0] }, /no test of that name/],
  ["a frame that is gone", { after: [99, 50, 5, 6, 2] }, /leak: free frames 100 before, 99 after/],
  ["a thread too many", { after: [100, 50, 5, 7, 2] }, /leak: threads/],
  ["what the group still pays for", { left: [2, 0] }, /2 frames of its group/],
];

for (const [what, changes, says] of WRONG) {
  test(`${what} is a fault`, () => assert.match(faults(changes), says));
}

test("a machine that ended fails the test that it was in, and those behind it", () => {
  const run: ContractRun = {
    records: new Map(),
    exitCode: 3,
    unfinished: ONE.name,
    tail: "panic",
  };
  assert.match(faultsOf(ONE, run).join(), /ended with 3:\npanic/);
  assert.match(faultsOf(TESTS.audit[0], run).join(), /did not run/);
});

test.run();
