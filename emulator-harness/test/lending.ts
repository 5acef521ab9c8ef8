// Runs the program `lending` in LendOS on the instruction clock.
import { writeArchive } from "../../boot/archive.ts";
import { buildImage, testProgram } from "../build/pipeline.ts";
import { Machine } from "../machine/machine.ts";

const BUDGET = 60e9;

/** `lending <words>` on a machine of so many MiB: its exit code and what it printed. */
export async function lending(words: string, mebibytes: number) {
  const machine = await Machine.start({
    image: await buildImage(),
    initrd: writeArchive([await testProgram("lending")]).bytes,
    commandLine: `-c run lending ${words}`,
    memoryBytes: mebibytes * 2 ** 20,
    budget: BUDGET,
    clock: "virtual",
  });
  const code = await machine.exit;
  return { code, output: `${machine.output}${code === 3 ? machine.end : ""}` };
}

/** The value of a line `name: value unit`. */
export function lineOf(output: string, name: string): number {
  const found = new RegExp(`^${name}: (\\d+) `, "m").exec(output);
  if (!found) throw new Error(`no line "${name}" in:\n${output}`);
  return Number(found[1]);
}
