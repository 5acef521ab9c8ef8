// Tiny multiboot guests written by hand, to test the machine without the system.

const BASE = 0x100000;
const HEADER_BYTES = 52 + 32;
const MULTIBOOT_MAGIC = 0x1badb002;
const MULTIBOOT_BYTES = 12;

/** Prints "ready", echoes what arrives on COM1 until "q", then exits with code 7. */
export const ECHO_GUEST = guestOf([
  ...print("ready\n"),
  // again: wait for a byte on COM1
  [0x66, 0xba, 0xfd, 0x03], // mov dx, 0x3fd
  [0xec], // in al, dx
  [0xa8, 0x01], // test al, 1
  [0x74, 0xf7], // jz again
  [0x66, 0xba, 0xf8, 0x03], // mov dx, 0x3f8
  [0xec], // in al, dx
  [0xee], // out dx, al
  [0x3c, 0x71], // cmp al, 'q'
  [0x75, 0xed], // jne again
  [0xb0, 0x07, 0xe6, 0xf4], // mov al, 7; out 0xf4, al
  [0xf4], // hlt
]);

/** Prints "spin" and never ends. */
export const SPIN_GUEST = guestOf([...print("spin\n"), [0xeb, 0xfe]]);

/** Prints "dead" and halts with interrupts off. */
export const HALT_GUEST = guestOf([...print("dead\n"), [0xfa, 0xf4]]);

/** Prints eight digits of the time stamp counter after a loop, then exits with 0. */
export const TIME_GUEST = guestOf([
  [0xb9, 0x40, 0x42, 0x0f, 0x00, 0xe2, 0xfe], // mov ecx, 1000000; loop $
  [0x0f, 0x31, 0x89, 0xc3], // rdtsc; mov ebx, eax
  [0xb9, 0x08, 0x00, 0x00, 0x00], // mov ecx, 8
  [0x66, 0xba, 0xf8, 0x03], // mov dx, 0x3f8
  // again: the next four bits as a letter from 'A'
  [0xc1, 0xc3, 0x04, 0x88, 0xd8], // rol ebx, 4; mov al, bl
  [0x24, 0x0f, 0x04, 0x41, 0xee], // and al, 15; add al, 'A'; out dx, al
  [0xe2, 0xf4], // loop again
  [0xb0, 0x00, 0xe6, 0xf4, 0xf4], // mov al, 0; out 0xf4, al; hlt
]);

function print(text: string): number[][] {
  const bytes = [...text].map((letter) => [0xb0, letter.charCodeAt(0), 0xee]);
  return [[0x66, 0xba, 0xf8, 0x03], ...bytes];
}

/** An ELF file with one loaded segment: the multiboot header, then the code. */
export function guestOf(code: number[][]): Uint8Array {
  const text = code.flat();
  const file = new Uint8Array(HEADER_BYTES + MULTIBOOT_BYTES + text.length);
  const view = new DataView(file.buffer);
  file.set([0x7f, 0x45, 0x4c, 0x46, 1, 1, 1]);
  const size = file.length;
  const half = (offset: number, value: number) => view.setUint16(offset, value, true);
  const word = (offset: number, value: number) => view.setUint32(offset, value >>> 0, true);
  half(16, 2); // executable
  half(18, 3); // i386
  word(20, 1);
  word(24, BASE + HEADER_BYTES + MULTIBOOT_BYTES);
  word(28, 52);
  half(40, 52);
  half(42, 32);
  half(44, 1);
  half(46, 40);
  // one PT_LOAD: offset, virtual, physical, size in file, size in memory, rwx, alignment
  [1, 0, BASE, BASE, size, size, 7, 4096].forEach((value, index) => {
    word(52 + 4 * index, value);
  });
  word(HEADER_BYTES, MULTIBOOT_MAGIC);
  word(HEADER_BYTES + 8, -MULTIBOOT_MAGIC);
  file.set(text, HEADER_BYTES + MULTIBOOT_BYTES);
  return file;
}
