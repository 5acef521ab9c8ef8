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

const CARD_PORTS = 0x300;
/** To everybody, from 02:00:00:00:00:aa, with the number for experiments. */
const CARD_FRAME = [
  ...[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02, 0, 0, 0, 0, 0xaa, 0x88, 0xb5],
  ...[..."hello"].map((letter) => letter.charCodeAt(0)),
];

/** Turns the NE2000 on, sends one frame to everybody, and prints "r" for every frame that comes. */
export const CARD_GUEST = guestOf([
  ...print("card\n"),
  card(0x0c, 0x14), // receive everything
  card(0x00, 0x22), // on
  // Sixty bytes go to page 0x40 of the card's memory, of which the rest is zero.
  ...[card(0x08, 0x00), card(0x09, 0x40), card(0x0a, 60), card(0x0b, 0), card(0x00, 0x12)],
  ...CARD_FRAME.map((byte) => card(0x10, byte)),
  ...[card(0x04, 0x40), card(0x05, 60), card(0x06, 0), card(0x00, 0x26)],
  [0xb3, 0x4c], // mov bl, 0x4c: the page that the next frame goes to
  // again: has the page of the next frame changed?
  card(0x00, 0x62),
  [0x66, 0xba, 0x07, 0x03, 0xec], // mov dx, 0x307; in al, dx
  [0x38, 0xd8, 0x74, 0xf0], // cmp al, bl; je again
  // Short frames take a page each; the ring's end is 52 of them away.
  [0xfe, 0xc3, 0x66, 0xba, 0xf8, 0x03], // inc bl; mov dx, 0x3f8
  [0xb0, 0x72, 0xee, 0xb0, 0x0a, 0xee], // mov al, 'r'; out dx, al; mov al, '\n'; out dx, al
  [0xeb, 0xe2], // jmp again
]);

/** mov dx, port; mov al, value; out dx, al */
function card(register: number, value: number): number[] {
  const port = CARD_PORTS + register;
  return [0x66, 0xba, port & 255, port >> 8, 0xb0, value, 0xee];
}

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
