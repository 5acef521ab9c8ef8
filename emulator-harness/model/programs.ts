// The programs that the model's processes are: they are started, and never executed.
import { type ArchiveFile, writeArchive } from "../../boot/archive.ts";
import { Virtual } from "../../kernel/machine/memory-map.ts";
import { handElf } from "../machine/hand-elf.ts";

const MAGIC = 0x444e454c;
const READ_EXECUTE = 5;
const READ_WRITE = 6;
/** Pages of 64 KiB, at first and at most: growth and windows may come behind the one that calls are made from. */
const MEMORY_PAGES = 1;
export const MEMORY_PAGES_MAX = 4;
const NO_SYMBOL = 0;

/** An image of one instruction, one page of instance data and 64 KiB of linear memory. */
function idleProgram(): Uint8Array {
  const instance = Virtual.INSTANCE;
  const information = [
    MAGIC,
    1,
    MEMORY_PAGES,
    MEMORY_PAGES_MAX,
    1,
    NO_SYMBOL,
    Virtual.TEXT,
    NO_SYMBOL,
    instance,
    instance + 4,
    NO_SYMBOL,
  ];
  return handElf(
    Virtual.TEXT,
    [
      { address: Virtual.TEXT, bytes: [0xeb, 0xfe, 0, 0], flags: READ_EXECUTE },
      { address: instance, bytes: [1, 0, 0, 0, 0, 0, 0, 0], flags: READ_WRITE },
    ],
    {},
    { ".lendos.info": information },
  );
}

/** The name of the program that init starts more of. */
export const WORKER = "worker";

/** The archive at Physical.ARCHIVE: init and the workers. */
export function modelArchive(): Uint8Array {
  const bytes = idleProgram();
  const files: ArchiveFile[] = ["init", WORKER].map((name) => ({ name: `bin/${name}.elf`, bytes }));
  return writeArchive(files).bytes;
}
