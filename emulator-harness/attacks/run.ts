// Running attacks: one boot with the arena and its list in the second archive, records out.
import { readFileSync } from "node:fs";
import { type ArchiveFile, writeArchive } from "../../boot/archive.ts";
import { buildImage, testProgram } from "../build/pipeline.ts";
import { Machine } from "../machine/machine.ts";
import { rootPath } from "../paths.ts";
import { type Attack, lineOf, REFERENCE } from "./attack.ts";

/** The arena's line of JSON, see userland/attacker/arena-report.ts. */
export interface AttackRecord {
  attack: string;
  /** Process number (0: it had not ended), ExitReason, code, Wasm offset. */
  victim: number[];
  attacker: number[];
  /** Nanoseconds that the victim was owed, got, was behind at worst, and that passed. */
  share: number[];
  /** Step, expected, actual: of an attacker that was answered otherwise than expected. */
  failed: number[];
  count: number;
  /** By KernelError: how often it was answered. */
  answers: number[];
  /** System calls of the whole machine meanwhile. */
  calls: number;
  revokeNs: number;
  revokeRefusal: number;
  changedWords: number;
  /** What a service of another group answered afterwards, if its clients were the attackers. */
  service: number;
  victimAudited: number;
  attackNs: number;
  endNs: number;
  lost: number;
  /** Event, call, result, times. */
  audit: number[][];
  /** Free frames, capabilities, processes, threads, groups. */
  before: number[];
  after: number[];
}

export interface Fought {
  record: AttackRecord;
  /** What the victim printed meanwhile. */
  victimLines: string[];
}

export interface ArenaRun {
  exitCode: number;
  /** The reference, then each attack in the order of the list; shorter if the machine ended. */
  reference: Fought | null;
  fought: Fought[];
  /** The attack that had begun when the machine ended, if it did not come to its end. */
  unfinished: string | null;
  tail: string;
}

const POLICY = `
program attack-arena
  slots 1024
  console write
  group create observe
  files read
  machine observe
  loader create
  audit read
  manager send
  root create observe
  pass-on console write
  ports 0x2e8-0x2ef read write
  interrupt 5
  may-start attack-client

program attack-client
  console write
  group create observe
  files read
  manager send
  may-start hello
`;
/** Virtual time of a boot, and of an attack at most: what takes longer hangs. */
const BOOT_NS = 10e9;
const ATTACK_NS = 5e9;

/** Boots, fights the attacks one after another behind the reference, and reads the books. */
export async function runArena(
  attacks: Attack[],
  files: ArchiveFile[] = [],
  begun: (name: string) => void = () => {},
): Promise<ArenaRun> {
  const initrd = writeArchive([...(await programFiles(attacks)), ...files]).bytes;
  const machine = await Machine.start({
    image: await buildImage(),
    initrd,
    commandLine: "-c run attack-arena",
    budget: BOOT_NS + attacks.reduce((sum, one) => sum + ATTACK_NS + one.deadlineMs * 1e6, 0),
  });
  const run: ArenaRun = { exitCode: 0, reference: null, fought: [], unfinished: null, tail: "" };
  let victimLines: string[] = [];
  machine.console.onLine = (line) => {
    if (line.startsWith("victim: ")) victimLines.push(line);
  };
  machine.console.onRecord = (record) => {
    if (typeof record.begin === "string") {
      victimLines = [];
      run.unfinished = record.begin;
      begun(record.begin);
    }
    if (typeof record.attack !== "string") return;
    const fought = { record: record as unknown as AttackRecord, victimLines };
    if (record.attack === REFERENCE.name) run.reference = fought;
    else run.fought.push(fought);
    run.unfinished = null;
  };
  run.exitCode = await machine.exit;
  run.tail = machine.console.tail();
  return run;
}

async function programFiles(attacks: Attack[]): Promise<ArchiveFile[]> {
  const text = (value: string) => new TextEncoder().encode(value);
  const policy = readFileSync(rootPath("boot", "policy.txt"), "utf8");
  const attacker = await testProgram("attacker");
  return [
    { name: "etc/policy", bytes: text(policy + POLICY) },
    // The reference runs twice: the first time warms up what is touched but once.
    { name: "etc/attacks", bytes: text([REFERENCE, REFERENCE, ...attacks].map(lineOf).join("")) },
    attacker,
    { name: "bin/attack-client.elf", bytes: attacker.bytes },
    await testProgram("attack-arena"),
    await testProgram("attack-victim"),
  ];
}
