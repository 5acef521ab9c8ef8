/**
 * Files of the archives by name. A file's number carries the slot of the archives' capability.
 */
import { Slot } from "../../kernel/abi/capability";
import { fileCount, fileName } from "./kernel";
import { copyText } from "./text";

export const NO_FILE: u32 = 0xffffffff;
const FILES: u32 = Slot.FILES << 16;
const NAME_BYTES: u32 = 100;
const name: usize = memory.data(100);
const path: usize = memory.data(100);

/** The file with exactly this name; the latest one, as the kernel prefers the second archive. */
export function findFile(address: usize, size: u32): u32 {
  const count = fileCount(Slot.FILES);
  if (count < 0) return NO_FILE;
  for (let index = <u32>count; index > 0; index--) {
    const file = FILES | (index - 1);
    const length = fileName(file, name, NAME_BYTES);
    if (length === <i32>size && memory.compare(name, address, size) === 0) return file;
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
