/**
 * Files of the archives by name.
 */
import { fileCount, fileName } from "./kernel";
import { copyText } from "./text";

export const NO_FILE: u32 = 0xffffffff;
const NAME_BYTES: u32 = 100;
const name: usize = memory.data(100);
const path: usize = memory.data(100);

/** The file with exactly this name; the latest one, as the kernel prefers the second archive. */
export function findFile(address: usize, size: u32): u32 {
  for (let file = <u32>fileCount(); file > 0; file--) {
    const length = <u32>fileName(file - 1, name, NAME_BYTES);
    if (length === size && memory.compare(name, address, size) === 0) return file - 1;
  }
  return NO_FILE;
}

/** A Wasm file by its name, or by its name in the folder `wasm/`. */
export function findWasm(address: usize, size: u32): u32 {
  const file = findFile(address, size);
  if (file !== NO_FILE || size + 5 > NAME_BYTES) return file;
  const prefix = copyText(path, "wasm/");
  memory.copy(path + prefix, address, size);
  return findFile(path, prefix + size);
}
