/**
 * The compact script: commands of a specification script as little-endian words in one archive file.
 *
 * Written by emulator-harness/wast/stream.ts. Read through a window, because a script may be larger
 * than what this program wants to hold; module bytes go straight to the generator's input.
 */
import { fileRead, fileSize } from "../lib/kernel";

const WINDOW_BYTES: u32 = 16384;
const window: usize = memory.data(16384);

export class Stream {
  static file: u32 = 0;
  static size: u32 = 0;
  /** Offset in the file of the next byte, and of the window's first one. */
  static position: u32 = 0;
  private static start: u32 = 0;
  private static filled: u32 = 0;

  static open(file: u32): void {
    Stream.file = file;
    Stream.size = <u32>fileSize(file);
    Stream.position = 0;
    Stream.start = 0;
    Stream.filled = 0;
  }

  static word(): u32 {
    const address = Stream.at(Stream.position, 4);
    Stream.position += 4;
    return load<u32>(address);
  }

  /** Address of `size` bytes of the file, at most a window full, good until the next read. */
  static bytes(size: u32): usize {
    const address = Stream.at(Stream.position, size);
    Stream.position += (size + 3) & ~3;
    return address;
  }

  /** Copies `size` bytes to `target`. */
  static copy(target: usize, size: u32): void {
    fileRead(Stream.file, Stream.position, target, size);
    Stream.position += (size + 3) & ~3;
  }

  private static at(position: u32, size: u32): usize {
    assert(size <= WINDOW_BYTES && position + size <= Stream.size);
    if (position < Stream.start || position + size > Stream.start + Stream.filled) {
      Stream.start = position;
      Stream.filled = <u32>fileRead(Stream.file, position, window, WINDOW_BYTES);
    }
    return window + (position - Stream.start);
  }
}
