/**
 * What the image contains beyond the programs of userland/, and what programs are allowed to be.
 */

/** Programs beside userland/<name>/main.ts, or that need other compiler flags than the default ones. */
export const PROGRAMS: { name: string; entry: string; flags?: string[] }[] = [
  { name: "stress-worker", entry: "userland/stress/worker.ts" },
];

/** Programs that may turn bytes into executable images: they contain our generator. */
export const LOADERS: string[] = ["bin/loader.elf", "bin/wast.elf"];

/** Programs for tests: built, but given to the system in a second archive and not part of the image. */
export const TEST_PROGRAMS: string[] = ["wast"];
