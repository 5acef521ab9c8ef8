// Planted bugs: a kernel built from sources of which one place was changed.
import { readFileSync } from "node:fs";
import { BuildError } from "../build/build-error.ts";
import { kernelWasm } from "../build/pipeline.ts";
import { rootPath } from "../paths.ts";

export interface Mutant {
  name: string;
  /** Path from the root. */
  file: string;
  /** Text that is there exactly once, and what stands there instead. */
  find: string;
  replace: string;
}

/** The kernel with one mutant's change. */
export function mutantWasm(mutant: Mutant): Promise<Uint8Array> {
  return kernelWasm(`mutants/${mutant.name}`, new Map([[mutant.file, changedText(mutant)]]));
}

export function changedText({ name, file, find, replace }: Mutant): string {
  const text = readFileSync(rootPath(file), "utf8");
  const count = text.split(find).length - 1;
  if (count !== 1) {
    throw new BuildError(`planted bug ${name}: its text is ${count} times in ${file}, not once`);
  }
  return text.replace(find, () => replace);
}
