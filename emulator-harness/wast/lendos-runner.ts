// Scripts inside LendOS: compact scripts in the second archive, run by the program wast, totals by its records.
import { type ArchiveFile, writeArchive } from "../../boot/archive.ts";
import { buildImage, testProgram } from "../build/pipeline.ts";
import { Machine } from "../machine/machine.ts";
import type { Script, Tally } from "./script.ts";
import { type Compact, compactScript } from "./stream.ts";

/** Scripts of one boot: the shell takes a line of so many words. */
const SCRIPTS_PER_BOOT = 24;
const MEMORY_BYTES = 256 * 2 ** 20;

export async function runInLendOS(scripts: Script[]): Promise<Tally[]> {
  const image = await buildImage();
  const program = await testProgram("wast");
  const tallies: Tally[] = [];
  for (let i = 0; i < scripts.length; i += SCRIPTS_PER_BOOT) {
    const batch = scripts.slice(i, i + SCRIPTS_PER_BOOT).map(compactScript);
    await boot(image, program, batch);
    tallies.push(...batch.map(({ tally }) => tally));
  }
  return tallies;
}

/** Runs some scripts and fills their tallies. */
async function boot(image: Uint8Array, program: ArchiveFile, batch: Compact[]): Promise<void> {
  const names = batch.map((_, i) => `s${i}`);
  const files = batch.map(({ bytes }, i) => ({ name: names[i], bytes }));
  const machine = await Machine.start({
    image,
    initrd: writeArchive([program, ...files]).bytes,
    commandLine: `-c run wast ${names.join(" ")}`,
    memoryBytes: MEMORY_BYTES,
  });
  const totals = new Map<string, number>();
  const others: string[] = [];
  machine.console.onRecord = (record) => {
    if (typeof record.wast !== "string") return;
    totals.set(record.wast, record.failed as number);
    batch[names.indexOf(record.wast)].tally.passed = record.passed as number;
  };
  machine.console.onLine = (line) => {
    const [, name, rest] = /^(s\d+):(.*)$/.exec(line) ?? [];
    const tally = name ? batch[names.indexOf(name)]?.tally : undefined;
    if (tally) tally.failures.push(`${tally.name}:${rest}`);
    else others.push(line);
  };
  const code = await machine.exit;
  for (const [i, { tally }] of batch.entries()) {
    const failed = totals.get(names[i]);
    if (failed === undefined) {
      tally.failures.push(
        `${tally.name}: not finished; the machine ended with ${code}: ${others.join(" | ")}`,
      );
    } else if (failed !== tally.failures.length) {
      tally.failures.push(
        `${tally.name}: ${failed} failures counted, ${tally.failures.length} told`,
      );
    }
  }
}
