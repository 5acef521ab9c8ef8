// The tiny kernel of the bare rig: enters ring 3, and stops the processor whenever the program needs something.
//
// Everything that decides is in TypeScript (bare.ts); the machine code below only moves registers between
// the processor and the mailbox. Physical memory from 0x100000: stubs, vectors, descriptor tables, mailbox.
//
//   mailbox, growing down from STACK_TOP, as exceptions and stubs push it:
//   ss  esp  eflags  cs  eip  error  vector  eax ecx edx ebx esp' ebp esi edi   (FRAME points at edi)
import { guestOf } from "./guest.ts";

/** Supervisor addresses are physical ones plus this. */
export const HIGH = 0xc0000000;
const BASE = 0x100000;
const STUBS = 0x101000;
const VECTORS = 0x102000;
const TABLES = 0x104000;
const MAILBOX = 0x105000;
export const DIRECTORY = 0x106000;
/** Page tables and program pages from here on. */
export const FREE = 0x400000;

const IDT = TABLES;
const GDT = TABLES + 0x800;
const TSS = TABLES + 0x900;
const GDT_POINTER = TABLES + 0xa00;
const IDT_POINTER = TABLES + 0xa08;
const STACK_TOP = MAILBOX + 0x800;
const FRAME_WORDS = 15;

/** Physical addresses of the words that TypeScript reads and writes. */
export const FRAME = STACK_TOP - 4 * FRAME_WORDS;
export const FAULT_ADDRESS = MAILBOX + 0x900;
export const Slot = {
  EDI: 0,
  ESI: 1,
  EBP: 2,
  EBX: 4,
  EDX: 5,
  ECX: 6,
  EAX: 7,
  VECTOR: 8,
  ERROR: 9,
  EIP: 10,
  CS: 11,
  EFLAGS: 12,
  ESP: 13,
  SS: 14,
} as const;

/** The vector number that a SYSENTER leaves in the frame. */
export const VECTOR_CALL = 0x100;
export const USER_CODE = 0x1b;
export const USER_DATA = 0x23;

const VECTOR_BYTES = 16;
const WITH_ERROR = [8, 10, 11, 12, 13, 14, 17];
const word = (value: number) => [value, value >> 8, value >> 16, value >> 24].map((b) => b & 255);

/** What the machine boots: one jump to the stubs, which `writeBareKernel` has put into memory. */
export const BARE_IMAGE = guestOf([[0xb8, ...word(STUBS), 0xff, 0xe0]]);

/** Puts stubs and tables into physical memory. */
export function writeBareKernel(memory: DataView): void {
  const put = (at: number, bytes: number[]) => {
    for (let i = 0; i < bytes.length; i++) memory.setUint8(at + i, bytes[i]);
  };
  const { boot, idle, call } = stubs();
  put(STUBS, boot);
  for (let vector = 0; vector < 256; vector++) {
    const at = VECTORS + VECTOR_BYTES * vector;
    const error = WITH_ERROR.includes(vector) ? [] : [0x6a, 0]; // push 0
    const head = [...error, 0x68, ...word(vector)]; // push vector
    put(at, [...head, 0xe9, ...word(idle - (at + head.length + 5))]); // jmp common
    const gate = at + HIGH;
    memory.setUint32(IDT + 8 * vector, 0x080000 | (gate & 0xffff), true);
    memory.setUint32(IDT + 8 * vector + 4, (gate & 0xffff0000) | 0x8e00, true);
  }
  put(call, callStub(call, idle));
  writeSegments(memory);
  // Both halves of the address space see the first 4 MiB until the stubs run high.
  memory.setUint32(DIRECTORY, 0x83, true);
  memory.setUint32(DIRECTORY + 4 * (HIGH >>> 22), 0x83, true);
}

/** Takes the low half away again. */
export function leaveLowHalf(memory: DataView): void {
  memory.setUint32(DIRECTORY, 0, true);
}

function stubs(): { boot: number[]; idle: number; call: number } {
  const idleAt = STUBS + 0x100;
  const call = STUBS + 0x180;
  const boot = [
    ...[0x0f, 0x01, 0x15, ...word(GDT_POINTER)], // lgdt
    ...[0xb8, ...word(0x690), 0x0f, 0x22, 0xe0], // cr4: PSE PGE OSFXSR OSXMMEXCPT
    ...[0xb8, ...word(DIRECTORY), 0x0f, 0x22, 0xd8], // cr3
    ...[0xb8, ...word(0x80010033), 0x0f, 0x22, 0xc0], // cr0: PG WP NE ET MP PE
  ];
  const high = STUBS + boot.length + 7 + HIGH;
  boot.push(
    ...[0xea, ...word(high), 0x08, 0x00], // jmp 8:high
    ...[0x66, 0xb8, 0x10, 0x00, 0x8e, 0xd0], // mov ss, 0x10
    ...[0x66, 0xb8, 0x23, 0x00, 0x8e, 0xd8, 0x8e, 0xc0, 0x8e, 0xe0, 0x8e, 0xe8], // ds es fs gs
    ...[0xbc, ...word(STACK_TOP + HIGH)], // mov esp
    ...[0x0f, 0x01, 0x1d, ...word(IDT_POINTER + HIGH)], // lidt
    ...[0x66, 0xb8, 0x28, 0x00, 0x0f, 0x00, 0xd8], // ltr
    ...writeMsr(0x174, 0x08),
    ...writeMsr(0x175, STACK_TOP + HIGH),
    ...writeMsr(0x176, call + HIGH),
  );
  const here = STUBS + boot.length;
  boot.push(0xe9, ...word(idleAt + 1 + 5 + 5 - (here + 5))); // jmp to the cli
  while (STUBS + boot.length < idleAt) boot.push(0xcc);
  boot.push(
    ...[0x60], // pushad
    ...[0x0f, 0x20, 0xd0, 0x90, 0x90], // mov eax, cr2
    ...[0xa3, ...word(FAULT_ADDRESS + HIGH)], // mov [fault address], eax
    ...[0xfa, 0xf4], // cli; hlt: TypeScript takes over, and lets us run on with a new frame
    ...[0xbc, ...word(FRAME + HIGH)], // mov esp, frame
    ...[0x61, 0x8d, 0x64, 0x24, 0x08, 0xcf], // popad; lea esp, [esp + 8]; iretd
  );
  return { boot, idle: idleAt, call };
}

/** SYSENTER: ecx is the caller's stack, edx where it continues. */
function callStub(at: number, idle: number): number[] {
  const push = [
    ...[0x6a, USER_DATA, 0x51, 0x6a, 0x02, 0x6a, USER_CODE, 0x52], // ss, ecx, eflags, cs, edx
    ...[0x6a, 0, 0x68, ...word(VECTOR_CALL)],
  ];
  return [...push, 0xe9, ...word(idle - (at + push.length + 5))];
}

function writeMsr(index: number, value: number): number[] {
  return [0xb9, ...word(index), 0xb8, ...word(value), 0x31, 0xd2, 0x0f, 0x30];
}

function writeSegments(memory: DataView): void {
  const flat = (access: number) => [0xffff, (0xcf0000 | (access << 8)) >>> 0];
  const tss = TSS + HIGH;
  const descriptors = [
    [0, 0],
    flat(0x9a),
    flat(0x92),
    flat(0xfa),
    flat(0xf2),
    [((tss & 0xffff) << 16) | 103, (tss & 0xff000000) | 0x8900 | ((tss >> 16) & 0xff)],
  ];
  descriptors.forEach(([low, high], i) => {
    memory.setUint32(GDT + 8 * i, low >>> 0, true);
    memory.setUint32(GDT + 8 * i + 4, high >>> 0, true);
  });
  memory.setUint32(TSS + 4, STACK_TOP + HIGH, true);
  memory.setUint32(TSS + 8, 0x10, true);
  memory.setUint16(GDT_POINTER, 8 * descriptors.length - 1, true);
  memory.setUint32(GDT_POINTER + 2, GDT + HIGH, true);
  memory.setUint16(IDT_POINTER, 8 * 256 - 1, true);
  memory.setUint32(IDT_POINTER + 2, IDT + HIGH, true);
}

if (BASE !== STUBS - 0x1000) throw new Error("the boot jump and the stubs share no page");
