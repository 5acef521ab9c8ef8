// The program `measure` in LendOS: what it prints, and the CPU time between its marks.
import { writeArchive } from "../../boot/archive.ts";
import { buildImage, testProgram } from "../build/pipeline.ts";
import { Machine } from "../machine/machine.ts";

const BUDGET = 60e9;
/** With a thousand processes and 64 MiB touched. */
const MEMORY_BYTES = 256 * 2 ** 20;

export interface Marked {
  /** What happened between two marks, and how often. */
  what: string;
  count: number;
  /** By the machine's clock: on the instruction clock, instructions. */
  nanoseconds: number;
  /** CPU time of this process. */
  cpuNanoseconds: number;
}

/** Runs `measure <words>`; its output, and what it marked. */
export async function measure(
  words: string,
  clock: "virtual" | "real" = "virtual",
): Promise<{ output: string; marked: Marked[] }> {
  const programs = await Promise.all(["measure", "nothing"].map(testProgram));
  const machine = await Machine.start({
    image: await buildImage(),
    initrd: writeArchive(programs).bytes,
    commandLine: `-c run measure ${words}`,
    memoryBytes: MEMORY_BYTES,
    budget: BUDGET,
    clock,
  });
  const marked: Marked[] = [];
  let before = process.cpuUsage();
  machine.console.onRecord = (record) => {
    if (typeof record.begin === "string") before = process.cpuUsage();
    if (typeof record.end !== "string") return;
    const { user, system } = process.cpuUsage(before);
    marked.push({
      what: record.end,
      count: Number(record.count),
      nanoseconds: Number(record.ns),
      cpuNanoseconds: (user + system) * 1000,
    });
  };
  const code = await machine.exit;
  if (code !== 0) {
    throw new Error(`"measure ${words}" ended with ${code} (${machine.end}):\n${machine.output}`);
  }
  return { output: machine.output, marked };
}

/** The value of the line `text: value ns`, or null. */
export function lineValue(output: string, text: string): number | null {
  const found = output
    .split("\n")
    .map((line) => /^(.*): ([0-9.]+) ns$/.exec(line))
    .find((match) => match?.[1] === text);
  return found ? Number(found[2]) : null;
}
