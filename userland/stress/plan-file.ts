/**
 * Finds a scenario's plan among the files of the archives and reads it.
 *
 * "lending.json" and "lending" both mean plans/lending.plan.
 */
import { fileCount, fileName, fileRead, fileSize } from "../lib/kernel";
import { copyText, endsWith } from "../lib/text";
import { Plan } from "./plan";
import { plan } from "./scenario";

const wanted: usize = memory.data(128);
const found: usize = memory.data(128);
const NAME_MAX: u32 = 96;

/** Reads the plan of that name -> its size, or 0 when there is none. */
export function planRead(name: usize, size: u32): u32 {
  const file = planFind(name, size);
  if (file < 0) return 0;
  const bytes = <u32>fileSize(file);
  if (bytes > <u32>Plan.BYTES_MAX) return 0;
  return fileRead(file, 0, plan, bytes) === <i32>bytes ? bytes : 0;
}

function planFind(name: usize, size: u32): i32 {
  const stem = endsWith(name, size, ".json") ? size - 5 : size;
  if (stem > NAME_MAX) return -1;
  let length = copyText(wanted, "plans/");
  memory.copy(wanted + length, name, stem);
  length += stem;
  length += copyText(wanted + length, ".plan");
  const count = <u32>fileCount();
  // From the last one: the second archive's files hide the image's.
  for (let file = count; file > 0; file--) {
    const got = <u32>fileName(file - 1, found, 128);
    if (got === length && memory.compare(found, wanted, length) === 0) return <i32>(file - 1);
  }
  return -1;
}
