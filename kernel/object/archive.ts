/**
 * The files of the two ustar archives: a table of names and places, made once at boot.
 */

import { KernelError } from "../abi/errors";
import { Limit } from "../abi/limits";

const BLOCK: u32 = 512;
const SIZE_OFFSET: usize = 124;
const TYPE_OFFSET: usize = 156;
const MAGIC_OFFSET: usize = 257;
const NAME_BYTES: u32 = 100;
const USTAR: u32 = 0x61747375; // "usta"
const REGULAR: u32 = 48; // '0'

/** One file: its header in the archive, and the size that the header spells. */
@unmanaged
@final
export class File {
  header: u32;
  size: u32;
  nameSize: u32;

  @inline
  static at(index: u32): File {
    assert(index < filesCount);
    return changetype<File>(table + <usize>index * FILE_SIZE);
  }

  @inline
  get address(): usize {
    return this.header + BLOCK;
  }
}

const FILE_SIZE: usize = 12;
if (offsetof<File>() !== 12) ERROR("FILE_SIZE is out of date");
const table: usize = memory.data(12288);
if (FILE_SIZE * Limit.FILES !== 12288) ERROR("the file table has another size");
export let filesCount: u32 = 0;
export const NO_FILE: u32 = 0xffffffff;

/** Takes the files of one archive into the table; what does not look like ustar ends it. */
export function archiveRead(start: usize, size: u32): void {
  let at = start;
  const end = start + size;
  while (at + BLOCK <= end && filesCount < <u32>Limit.FILES) {
    if (load<u32>(at + MAGIC_OFFSET) !== USTAR) return;
    const bytes = octal(at + SIZE_OFFSET, 11);
    if (bytes > <u32>(end - at) - BLOCK) return;
    if (load<u8>(at + TYPE_OFFSET) === REGULAR) addFile(at, bytes);
    at += <usize>BLOCK + ((bytes + BLOCK - 1) & ~(BLOCK - 1));
  }
}

function addFile(header: usize, size: u32): void {
  filesCount++;
  const file = File.at(filesCount - 1);
  file.header = <u32>header;
  file.size = size;
  let length: u32 = 0;
  while (length < NAME_BYTES && load<u8>(header + length) !== 0) length++;
  file.nameSize = length;
}

function octal(at: usize, digits: u32): u32 {
  let value: u32 = 0;
  for (let i: u32 = 0; i < digits; i++) {
    const digit = <u32>load<u8>(at + i) - 48;
    if (digit > 7) break;
    value = (value << 3) | digit;
  }
  return value;
}

/** The file with this name, or NO_FILE; the second archive's files hide the first one's. */
export function fileFind(name: usize, size: u32): u32 {
  for (let index = filesCount; index > 0; index--) {
    const file = File.at(index - 1);
    if (file.nameSize === size && memory.compare(file.header, name, size) === 0) return index - 1;
  }
  return NO_FILE;
}

const programName: usize = memory.data(64);

/** The file of a program: `bin/<name>.elf`. */
export function fileFindProgram(name: usize, size: u32): u32 {
  if (size === 0 || size > <u32>Limit.NAME_BYTES) return NO_FILE;
  store<u32>(programName, 0x2f6e6962); // "bin/"
  memory.copy(programName + 4, name, size);
  store<u32>(programName + 4 + size, 0x666c652e); // ".elf"
  return fileFind(programName, size + 8);
}

/** Copies as much of a file as there is from `offset` on; a count. */
export function fileCopy(index: u32, offset: u32, target: usize, size: u32): i32 {
  const file = File.at(index);
  if (offset >= file.size) return 0;
  const count = min<u32>(size, file.size - offset);
  memory.copy(target, file.address + offset, count);
  return <i32>count;
}

/** OK, or NOT_FOUND for a number that is no file's. */
export function decodeFile(index: u32): KernelError {
  return index < filesCount ? KernelError.OK : KernelError.NOT_FOUND;
}
