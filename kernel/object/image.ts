/**
 * Images: the text and constants of a program, in memory once for all processes that run it.
 *
 * An image owns page tables, not only pages: `directory` is a page directory of which the entries from
 * 0x80000000 up to 0xB0000000 are in use, and a process maps the image by copying those entries. The same
 * physical code page in every process is what keeps v86's compiled code. The root account pays.
 *
 * An image of the archive is known by its file; one that a loader made is known by its bytes, and its whole
 * file stays readable for the kernel at Virtual.IMAGE_FILE, for the sake of its symbols.
 */
import { Limit } from "../abi/limits";
import { Account as AccountIndex } from "../abi/scheduler";
import { Virtual } from "../machine/memory-map";
import { File, NO_FILE } from "./archive";
import { decodeElf, LAYOUT_BYTES, Layout, Part } from "./elf";
import { FRAME_BYTES, frameReturn, frameTakeZeroed, NO_FRAME } from "../memory/frames";
import { framesReserve, framesUnreserve } from "../memory/hold";
import {
  directoryEmpty,
  emptied,
  Entry,
  KERNEL_FIRST,
  pageMap,
  pagesOf,
  physicalOf,
  tableCreate,
  tablePresent,
  tablesOf,
} from "../memory/tables";

@unmanaged
@final
export class Image {
  directory: u32;
  /** Processes that run it; 0, and no frames: the record is free. */
  references: u32;
  frames: u32;
  /** The archive's file, or NO_FILE. */
  file: u32;
  hash: u32;
  reserved: u32;

  @inline
  get layout(): Layout {
    return changetype<Layout>(changetype<usize>(this) + <usize>offsetof<Image>());
  }
  @inline
  static at(index: u32): Image {
    assert(index < <u32>Limit.IMAGES);
    return changetype<Image>(table + <usize>index * IMAGE_SIZE);
  }
}

const IMAGE_SIZE: usize = 24 + 188;
if (offsetof<Image>() + LAYOUT_BYTES !== 24 + 188) ERROR("IMAGE_SIZE is out of date");
const table: usize = memory.data(54272);
if (IMAGE_SIZE * Limit.IMAGES !== 54272) ERROR("the image table has another size");
export const NO_IMAGE: u32 = 0xffffffff;
/** The words of a directory that belong to an image. */
const IMAGE_FIRST: usize = Virtual.MEMORY_END >>> 20;
const IMAGE_BYTES: usize = (Virtual.INSTANCE - Virtual.MEMORY_END) >>> 20;

/** Why the latest image was refused: a rule of ELF, or null when memory or records ran out. */
export let imageRule: string | null = null;
export let imageWithoutMemory: bool = false;

/** The image of an archive's program, with one more reference; NO_IMAGE and `imageRule` otherwise. */
export function imageOfFile(file: u32): u32 {
  for (let index: u32 = 0; index < <u32>Limit.IMAGES; index++) {
    const image = Image.at(index);
    if (image.references === 0 || image.file !== file) continue;
    image.references++;
    return index;
  }
  const source = File.at(file);
  return imageCreate(source.address, source.size, file, 0);
}

/** The image of an ELF file that lies in the caller's memory; all of it is present and readable. */
export function imageOfMemory(address: usize, size: u32): u32 {
  const hash = hashOf(address, size);
  for (let index: u32 = 0; index < <u32>Limit.IMAGES; index++) {
    const image = Image.at(index);
    if (image.references === 0 || image.file !== NO_FILE) continue;
    if (image.hash !== hash || !sameBytes(image, address, size)) continue;
    image.references++;
    return index;
  }
  return imageCreate(address, size, NO_FILE, hash);
}

/** One process fewer runs it; true: it was the last one, and `imageFree` has to give the frames back. */
export function imageRelease(index: u32): bool {
  const image = Image.at(index);
  assert(image.references !== 0);
  image.references--;
  if (image.references !== 0) return false;
  unshare(image);
  return true;
}

/** Frees one table of an image that nobody runs, from an entry of its directory on; where to go on. */
export function imageFree(index: u32, from: u32): u32 {
  const image = Image.at(index);
  const next = directoryEmpty(image.directory, from, 0);
  image.frames -= emptied;
  framesUnreserve(AccountIndex.ROOT, emptied);
  if (next !== <u32>KERNEL_FIRST) return next;
  assert(image.frames === 1);
  frameReturn(image.directory);
  framesUnreserve(AccountIndex.ROOT, 1);
  image.frames = 0;
  return next;
}

/** Both, for an image that no process came to run. */
export function imageDrop(index: u32): void {
  if (!imageRelease(index)) return;
  let at: u32 = 0;
  while (at !== <u32>KERNEL_FIRST) at = imageFree(index, at);
}

/** Copies bytes of the image's ELF file, whichever address space is the current one. */
export function imageRead(image: Image, offset: u32, target: usize, size: u32): void {
  if (image.file !== NO_FILE) {
    memory.copy(target, <usize>(image.layout.file + offset), size);
    return;
  }
  let done: u32 = 0;
  while (done < size) {
    const virtual = Virtual.IMAGE_FILE + offset + done;
    const frame = physicalOf(image.directory, virtual);
    assert(frame !== NO_FRAME);
    const count = min<u32>(size - done, FRAME_BYTES - (virtual & (FRAME_BYTES - 1)));
    memory.copy(target + done, frame, count);
    done += count;
  }
}

/** Shows the image in a process's address space. */
export function imageMap(image: Image, directory: usize): void {
  memory.copy(directory + IMAGE_FIRST, <usize>image.directory + IMAGE_FIRST, IMAGE_BYTES);
}

function imageCreate(address: usize, size: u32, file: u32, hash: u32): u32 {
  imageRule = null;
  imageWithoutMemory = false;
  const index = freeRecord();
  if (index === NO_IMAGE) return NO_IMAGE;
  const image = Image.at(index);
  const layout = image.layout;
  imageRule = decodeElf(layout, address, size);
  if (imageRule !== null) return NO_IMAGE;
  const frames = framesNeeded(layout, file === NO_FILE);
  if (!framesReserve(AccountIndex.ROOT, frames)) {
    imageWithoutMemory = true;
    return NO_IMAGE;
  }
  image.references = 1;
  image.file = file;
  image.hash = hash;
  fill(image, frames);
  return index;
}

function freeRecord(): u32 {
  for (let index: u32 = 0; index < <u32>Limit.IMAGES; index++) {
    const image = Image.at(index);
    if (image.references === 0 && image.frames === 0) return index;
  }
  return NO_IMAGE;
}

/** The directory, the pages and an upper bound of the tables. */
function framesNeeded(layout: Layout, keepFile: bool): u32 {
  let count: u32 = 1;
  count += pagesOf(layout.text.fileSize) + tablesOf(layout.text.virtual, layout.text.fileSize);
  const constants = layout.constants;
  count += pagesOf(constants.fileSize) + tablesOf(constants.virtual, constants.fileSize);
  if (keepFile) count += pagesOf(layout.fileSize) + tablesOf(Virtual.IMAGE_FILE, layout.fileSize);
  return count;
}

let taken: u32 = 0;

/** Copies the pages in. What the bound promised too much goes back. */
function fill(image: Image, promised: u32): void {
  const layout = image.layout;
  taken = 1;
  image.directory = <u32>frameTakeZeroed();
  fillPart(image.directory, layout.text, layout.file, Entry.USER);
  fillPart(image.directory, layout.constants, layout.file, Entry.USER);
  if (image.file === NO_FILE) {
    const whole = changetype<Part>(wholeFile);
    whole.virtual = Virtual.IMAGE_FILE;
    whole.offset = 0;
    whole.fileSize = layout.fileSize;
    fillPart(image.directory, whole, layout.file, 0);
    layout.file = Virtual.IMAGE_FILE + Virtual.USER_WINDOW;
  }
  share(image);
  image.frames = taken;
  assert(taken <= promised);
  framesUnreserve(AccountIndex.ROOT, promised - taken);
}

const wholeFile: usize = memory.data(16, 4);

function fillPart(directory: usize, part: Part, file: u32, flags: u32): void {
  for (let offset: u32 = 0; offset < part.fileSize; offset += FRAME_BYTES) {
    const virtual = part.virtual + offset;
    if (!tablePresent(directory, virtual)) {
      tableCreate(directory, virtual, 0);
      taken++;
    }
    const frame = frameTakeZeroed();
    taken++;
    const count = min<u32>(FRAME_BYTES, part.fileSize - offset);
    memory.copy(frame, <usize>(file + part.offset + offset), count);
    pageMap(directory, virtual, frame, flags);
  }
}

/** Marks the tables so that the end of a process leaves them alone. */
function share(image: Image): void {
  for (let at: usize = IMAGE_FIRST; at < IMAGE_FIRST + IMAGE_BYTES; at += 4) {
    const entry = load<u32>(<usize>image.directory + at);
    if (entry !== 0) store<u32>(<usize>image.directory + at, entry | Entry.SHARED);
  }
}

function unshare(image: Image): void {
  for (let at: usize = IMAGE_FIRST; at < IMAGE_FIRST + IMAGE_BYTES; at += 4) {
    const entry = load<u32>(<usize>image.directory + at);
    store<u32>(<usize>image.directory + at, entry & ~Entry.SHARED);
  }
}

/** FNV-1a over words; the tail by bytes. */
function hashOf(address: usize, size: u32): u32 {
  let hash: u32 = 0x811c9dc5;
  const words = size & ~(<u32>3);
  for (let i: u32 = 0; i < words; i += 4) hash = (hash ^ load<u32>(address + i)) * 0x01000193;
  for (let i = words; i < size; i++) hash = (hash ^ <u32>load<u8>(address + i)) * 0x01000193;
  return hash;
}

/** Compares the kept file of an image, page by page through its own tables. */
function sameBytes(image: Image, address: usize, size: u32): bool {
  if (image.layout.fileSize !== size) return false;
  for (let offset: u32 = 0; offset < size; offset += FRAME_BYTES) {
    const frame = physicalOf(image.directory, Virtual.IMAGE_FILE + offset);
    const count = min<u32>(FRAME_BYTES, size - offset);
    if (frame === NO_FRAME || memory.compare(frame, address + offset, count) !== 0) return false;
  }
  return true;
}
