/**
 * Finds a scenario's plan among the files of the archives and reads it.
 *
 * "lending.json" and "lending" both mean plans/lending.plan.
 */
import { findFile, NO_FILE } from "../lib/files";
import { fileRead, fileSize } from "../lib/kernel";
import { copyText, endsWith } from "../lib/text";
import { Plan } from "./plan";
import { plan } from "./scenario";

const wanted: usize = memory.data(128);
const NAME_MAX: u32 = 96;

/** Reads the plan of that name -> its size, or 0 when there is none. */
export function planRead(name: usize, size: u32): u32 {
  const file = planFind(name, size);
  if (file === NO_FILE) return 0;
  const bytes = <u32>fileSize(file);
  if (bytes > <u32>Plan.BYTES_MAX) return 0;
  return fileRead(file, 0, plan, bytes) === <i32>bytes ? bytes : 0;
}

function planFind(name: usize, size: u32): u32 {
  const stem = endsWith(name, size, ".json") ? size - 5 : size;
  if (stem > NAME_MAX) return NO_FILE;
  let length = copyText(wanted, "plans/");
  memory.copy(wanted + length, name, stem);
  length += stem;
  length += copyText(wanted + length, ".plan");
  return findFile(wanted, length);
}
