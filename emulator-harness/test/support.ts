// What a uvu test of the harness may ask of the run it is part of.

/** Thrown by `skip`; the recorder turns it into a skipped test. */
export class Skip extends Error {}

/** Ends the current test as skipped: something that the machine lacks, said by name. */
export function skip(reason: string): never {
  throw new Skip(reason);
}

let noted: string[] = [];

/** Text that is printed below the current test when it passes: what it measured, for people. */
export function note(text: string): void {
  noted.push(text);
}

/** What was noted since the last time; undefined for nothing. */
export function takeNotes(): string | undefined {
  const text = noted.join("\n");
  noted = [];
  return text === "" ? undefined : text;
}

/** The seed of this run: tests that choose at random start from it. */
export function testSeed(): number {
  return Number(process.env.LENDOS_SEED ?? "1");
}

/** True for `npx lendos test --bless`: expectations are rewritten to what was found. */
export function bless(): boolean {
  return process.env.LENDOS_BLESS === "1";
}
