/**
 * ustar archives: how programs and data files travel inside the image and in the second module.
 */
export type ArchiveFile = { name: string; bytes: Uint8Array };

const BLOCK = 512;
/** The kernel asks capabilities, not modes. */
const MODE = 0o644;

/** The archive, and where each file's bytes begin in it. */
export function writeArchive(files: ArchiveFile[]): {
  bytes: Uint8Array;
  offsets: Map<string, number>;
} {
  const rounded = (size: number) => Math.ceil(size / BLOCK) * BLOCK;
  const total = files.reduce((sum, file) => sum + BLOCK + rounded(file.bytes.length), 2 * BLOCK);
  const bytes = new Uint8Array(total);
  const offsets = new Map<string, number>();
  let position = 0;
  for (const file of files) {
    bytes.set(fileHeader(file), position);
    position += BLOCK;
    offsets.set(file.name, position);
    bytes.set(file.bytes, position);
    position += rounded(file.bytes.length);
  }
  return { bytes, offsets };
}

/** Owner, group and time are zero: the same files give the same bytes. */
function fileHeader(file: ArchiveFile): Uint8Array {
  const header = new Uint8Array(BLOCK);
  const text = (offset: number, value: string) =>
    header.set(new TextEncoder().encode(value), offset);
  const octal = (offset: number, digits: number, value: number) =>
    text(offset, value.toString(8).padStart(digits, "0"));
  if (new TextEncoder().encode(file.name).length > 99) {
    throw new Error(`archive: the name ${file.name} is longer than 99 bytes`);
  }
  text(0, file.name);
  octal(100, 7, MODE);
  octal(108, 7, 0);
  octal(116, 7, 0);
  octal(124, 11, file.bytes.length);
  octal(136, 11, 0);
  text(156, "0");
  text(257, "ustar\x0000");
  text(148, "        ");
  const sum = header.reduce((total, byte) => total + byte, 0);
  octal(148, 6, sum);
  header[154] = 0;
  return header;
}
