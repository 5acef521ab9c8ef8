// One boot that runs contract tests one after another: records out, and what is wrong with each.
import { readFileSync } from "node:fs";
import { type ArchiveFile, writeArchive } from "../../../boot/archive.ts";
import { ExitReason, type TrapKind, trapText } from "../../../kernel/abi/traps.ts";
import { CODE_UNKNOWN } from "../../../userland/contract/kit.ts";
import { errorName } from "../../attacks/attack.ts";
import { buildImage, testProgram } from "../../build/pipeline.ts";
import { Machine } from "../../machine/machine.ts";
import { rootPath } from "../../paths.ts";
import { type ContractTest, linesOf } from "./list.ts";

/** The runner's line of JSON, see userland/contract/record.ts. */
export interface ContractRecord {
  contract: string;
  /** Process number (0: it had not ended), ExitReason, code, Wasm offset. */
  exit: number[];
  /** 1: a check failed; expected, actual. */
  failed: number[];
  text: string;
  notes: string;
  ns: number;
  /** Frames and processes of the test's own group when its process was gone. */
  left: number[];
  /** Free frames, capabilities, processes, threads, groups. */
  before: number[];
  after: number[];
}

export interface ContractRun {
  records: Map<string, ContractRecord>;
  exitCode: number;
  /** The test that had begun when the machine ended. */
  unfinished: string | null;
  tail: string;
}

const POLICY = `
program contract
  slots 1024
  console write
  group create observe
  files read
  machine observe
  audit read
  root create observe
  ports 0x70-0x71 read write
  interrupt 8
`;
const BUDGET_NS = 20e9;
const BOOKS = ["free frames", "capabilities", "processes", "threads", "groups"];

/** What the second archive must have for these tests. */
export async function contractFiles(tests: ContractTest[]): Promise<ArchiveFile[]> {
  const text = (value: string) => new TextEncoder().encode(value);
  const policy = readFileSync(rootPath("boot", "policy.txt"), "utf8");
  return [
    { name: "etc/policy", bytes: text(policy + POLICY) },
    { name: "etc/contract", bytes: text(linesOf(tests)) },
    await testProgram("contract"),
  ];
}

export async function runContract(tests: ContractTest[]): Promise<ContractRun> {
  const machine = await Machine.start({
    image: await buildImage(),
    initrd: writeArchive(await contractFiles(tests)).bytes,
    commandLine: "-c run contract",
    budget: BUDGET_NS,
  });
  const run: ContractRun = { records: new Map(), exitCode: 0, unfinished: null, tail: "" };
  machine.console.onRecord = (record) => {
    if (typeof record.begin === "string") run.unfinished = record.begin;
    if (typeof record.contract !== "string") return;
    run.records.set(record.contract, record as unknown as ContractRecord);
    run.unfinished = null;
  };
  run.exitCode = await machine.exit;
  run.tail = machine.console.tail();
  return run;
}

/** What is wrong with a test, in words; nothing if all is as it must be. */
export function faultsOf({ name }: ContractTest, run: ContractRun): string[] {
  const record = run.records.get(name);
  if (record) return [...endFaults(record), ...leakFaults(record)];
  if (run.unfinished !== name) return [`it did not run: the machine ended in ${run.unfinished}`];
  return [`the machine ended with ${run.exitCode}:\n${run.tail}`];
}

function endFaults({ exit, failed, text }: ContractRecord): string[] {
  const [process, reason, code, offset] = exit;
  if (failed[0] !== 0)
    return [`${text}: ${numberText(failed[2])} instead of ${numberText(failed[1])}`];
  if (process === 0) return ["it did not end"];
  if (reason === ExitReason.TRAPPED) {
    return [
      `trap: ${trapText(code as TrapKind)}, offset 0x${offset.toString(16)} of contract.wasm`,
    ];
  }
  if (reason === ExitReason.KILLED) return ["it was killed"];
  if (code === CODE_UNKNOWN) return ["userland/contract has no test of that name"];
  return code === 0 ? [] : [`it ended with code ${code}`];
}

function leakFaults({ before, after, left }: ContractRecord): string[] {
  const faults = BOOKS.flatMap((book, index) =>
    before[index] === after[index]
      ? []
      : [`leak: ${book} ${before[index]} before, ${after[index]} after`],
  );
  if (left[0] !== 0) faults.push(`leak: ${left[0]} frames of its group when its process was gone`);
  if (left[1] !== 0) faults.push(`leak: ${left[1]} processes of its group`);
  return faults;
}

/** A refusal by its name. */
function numberText(value: number): string {
  return value < 0 && value > -22 ? errorName(-value) : `${value}`;
}
