/**
 * The boot image: one multiboot ELF of stubs, kernel, processor tables and the ustar archive.
 *
 *   file:    ELF header | stubs | tables | archive (kernel.elf, programs, data) | section headers
 *   memory:  each part at its place in kernel/machine/memory-map.ts
 *
 * The kernel is in the file once: its segments point into the archive, where the kernel itself finds its
 * own symbols when it must print a backtrace. v86 and `qemu-system-i386 -kernel` both take the result.
 */
import { Physical, Virtual } from "../kernel/machine/memory-map";
import { type ArchiveFile, writeArchive } from "./archive";
import {
  FLAG_EXECUTE,
  FLAG_READ,
  FLAG_WRITE,
  type Section,
  type Segment,
  sectionsOf,
  segmentsOf,
  symbolsOf,
  writeElf,
} from "./elf";
import { assembleStubs } from "./stubs";
import { bootTables } from "./tables";

const PAGE = 4096;
const KERNEL_FILE = "boot/kernel.elf";

export function writeImage(input: { kernel: Uint8Array; files: ArchiveFile[] }): Uint8Array {
  const kernelSegments = checkedSegments(input.kernel);
  const kernelFile = { name: KERNEL_FILE, bytes: input.kernel };
  const archive = writeArchive([kernelFile, ...input.files]);
  const stubs = assembleStubs(symbolsOf(input.kernel));
  if (stubs.code.length > Physical.KERNEL - Physical.STUBS) {
    throw new Error(`boot: the stubs take ${stubs.code.length} bytes, more than two pages`);
  }
  const readOnly = [
    { start: Physical.STUBS, end: Physical.KERNEL },
    ...kernelSegments
      .filter((segment) => !(segment.flags & FLAG_WRITE))
      .map(({ physical, memorySize }) => ({
        start: physical,
        end: Math.ceil((physical + memorySize) / PAGE) * PAGE,
      })),
  ];
  const tables = bootTables(stubs.labels, readOnly, archive.bytes.length);

  const stubsAt = 512;
  const tablesAt = stubsAt + align(stubs.code.length, 16);
  const archiveAt = tablesAt + tables.length;
  const kernelAt = archiveAt + archive.offsets.get(KERNEL_FILE)!;
  const segments = [
    segment(stubsAt, Physical.STUBS, stubs.code.length, FLAG_READ | FLAG_EXECUTE),
    ...kernelSegments.map((part) => ({ ...part, offset: part.offset + kernelAt })),
    segment(tablesAt, Physical.PAGE_DIRECTORY, tables.length, FLAG_READ | FLAG_WRITE),
    emptySegment(Physical.STACK, Physical.ARCHIVE),
    segment(archiveAt, Physical.ARCHIVE, archive.bytes.length, FLAG_READ),
  ];
  return writeElf(
    stubs.labels.get("entry")! - Virtual.KERNEL,
    segments,
    debugSections(input.kernel, kernelAt),
    [
      { offset: stubsAt, bytes: stubs.code },
      { offset: tablesAt, bytes: tables },
      { offset: archiveAt, bytes: archive.bytes },
    ],
  );
}

const align = (value: number, boundary: number) => Math.ceil(value / boundary) * boundary;

/** The kernel's segments, once each of them is known to lie where the memory map wants it. */
function checkedSegments(kernel: Uint8Array): Segment[] {
  const segments = segmentsOf(kernel);
  for (const { virtual, physical, memorySize, fileSize } of segments) {
    const end = physical + memorySize;
    const place = `${physical.toString(16)}..${end.toString(16)}`;
    if (virtual - Virtual.KERNEL !== physical)
      throw new Error(`boot: kernel segment ${place} moved`);
    if (fileSize > memorySize)
      throw new Error(`boot: kernel segment ${place} is larger in the file`);
    if (physical < Physical.KERNEL || end > Physical.KERNEL_END) {
      throw new Error(`boot: kernel segment ${place} is outside its place in the memory map`);
    }
  }
  return segments;
}

function segment(offset: number, physical: number, size: number, flags: number): Segment {
  const virtual = physical + Virtual.KERNEL;
  return { offset, virtual, physical, fileSize: size, memorySize: size, flags };
}

/** Memory that the boot loader must hand over zeroed: the kernel stack and the static tables. */
function emptySegment(start: number, end: number): Segment {
  const flags = FLAG_READ | FLAG_WRITE;
  const virtual = start + Virtual.KERNEL;
  return { offset: 0, virtual, physical: start, fileSize: 0, memorySize: end - start, flags };
}

/** What gdb and objdump want to see: the kernel's loaded sections and its symbols. */
function debugSections(kernel: Uint8Array, kernelAt: number): Section[] {
  const all = sectionsOf(kernel);
  const kept = all.filter((s) => s.address !== 0 || s.name === ".symtab" || s.name === ".strtab");
  return kept.map((section) => {
    const linked = kept.indexOf(all[section.link]) + 1;
    const link = section.name === ".symtab" ? linked : 0;
    return { ...section, offset: section.offset + kernelAt, link };
  });
}
