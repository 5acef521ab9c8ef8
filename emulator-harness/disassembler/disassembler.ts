/**
 * Reads i386 machine code back into text: the instructions that our generator and boot stubs emit, in
 * the Intel syntax of `objdump -d -M intel`, so that the two can be compared line by line.
 *
 * It is not a general disassembler: an instruction outside the subset is printed as `(bad)`, one byte long.
 */
import { ALU, CONDITION, ONE_BYTE, REGISTER_8, REGISTER_16, REGISTER_32, SHIFT } from "./tables.ts";
import { systemInstruction, vectorInstruction } from "./two-byte.ts";

/** One decoded instruction: `offset` and `size` in bytes from the start of the code, `text` as objdump prints it. */
export interface Instruction {
  offset: number;
  size: number;
  text: string;
}

/** The bytes under the cursor, with the prefixes seen so far. */
export class Cursor {
  position: number;
  operand16 = false;
  repeat = 0;
  segment = "";

  constructor(
    readonly code: Uint8Array,
    readonly start: number,
    readonly base: number,
  ) {
    this.position = start;
  }

  u8(): number {
    return this.code[this.position++] ?? 0;
  }
  i8(): number {
    return (this.u8() << 24) >> 24;
  }
  u16(): number {
    return this.u8() | (this.u8() << 8);
  }
  u32(): number {
    return (this.u16() | (this.u16() << 16)) >>> 0;
  }
  peek(): number {
    return this.code[this.position] ?? 0;
  }
  /** The address of the instruction's end plus `displacement`, as objdump prints a jump's target. */
  target(displacement: number): string {
    return ((this.base + this.position + displacement) >>> 0).toString(16);
  }
}

/** A decoded ModRM byte: the register field and the other operand, as text without a size. */
export interface Operands {
  register: number;
  rm: number;
  memory: string;
}

export const hex = (value: number): string => `0x${(value >>> 0).toString(16)}`;

const signed = (value: number): string => (value < 0 ? `-${hex(-value)}` : `+${hex(value)}`);

/** Decodes ModRM, SIB and displacement; `memory` is empty when the operand is a register. */
export function operands(cursor: Cursor): Operands {
  const byte = cursor.u8();
  const mode = byte >> 6;
  const register = (byte >> 3) & 7;
  const rm = byte & 7;
  if (mode === 3) return { register, rm, memory: "" };
  let text = "";
  let base = rm;
  if (rm === 4) {
    const sib = cursor.u8();
    base = sib & 7;
    const index = (sib >> 3) & 7;
    const scaled = index === 4 ? "" : `${REGISTER_32[index]}*${1 << (sib >> 6)}`;
    const plain = base === 5 && mode === 0 ? "" : (REGISTER_32[base] as string);
    text = plain && scaled ? `${plain}+${scaled}` : plain || scaled;
  } else if (!(rm === 5 && mode === 0)) text = REGISTER_32[rm] as string;
  if (mode === 0 && base === 5) {
    const address = cursor.u32();
    if (!text) return { register, rm, memory: `${cursor.segment || "ds:"}${hex(address)}` };
    return { register, rm, memory: `${cursor.segment}[${text}${signed(address | 0)}]` };
  }
  const displacement = mode === 1 ? cursor.i8() : mode === 2 ? cursor.u32() | 0 : null;
  const tail = displacement === null ? "" : signed(displacement);
  return { register, rm, memory: `${cursor.segment}[${text}${tail}]` };
}

const SIZE: Record<number, string> = {
  1: "BYTE PTR ",
  2: "WORD PTR ",
  4: "DWORD PTR ",
  8: "QWORD PTR ",
  16: "XMMWORD PTR ",
};

/** A general register's name at the given width in bytes. */
export function register(index: number, width: number): string {
  return (width === 1 ? REGISTER_8 : width === 2 ? REGISTER_16 : REGISTER_32)[index] as string;
}

/** The register or memory operand, with its size written before memory. */
export function place(decoded: Operands, width: number): string {
  return decoded.memory ? SIZE[width] + decoded.memory : register(decoded.rm, width);
}

/** A line as objdump prints it: the mnemonic padded to six columns. */
export const line = (mnemonic: string, arguments_ = ""): string =>
  arguments_ ? `${mnemonic.padEnd(6)} ${arguments_}` : mnemonic;

function arithmetic(cursor: Cursor, opcode: number, wide: number): string {
  const name = ALU[opcode >> 3] as string;
  const width = opcode & 1 ? wide : 1;
  switch (opcode & 7) {
    case 0:
    case 1: {
      const decoded = operands(cursor);
      return line(name, `${place(decoded, width)},${register(decoded.register, width)}`);
    }
    case 2:
    case 3: {
      const decoded = operands(cursor);
      return line(name, `${register(decoded.register, width)},${place(decoded, width)}`);
    }
    case 4:
      return line(name, `al,${hex(cursor.u8())}`);
    default:
      return line(name, `${register(0, wide)},${hex(immediate(cursor, wide))}`);
  }
}

function immediate(cursor: Cursor, width: number): number {
  return width === 1 ? cursor.u8() : width === 2 ? cursor.u16() : cursor.u32();
}

function signExtended(cursor: Cursor, width: number): number {
  const value = cursor.i8();
  return width === 2 ? value & 0xffff : value >>> 0;
}

function arithmeticImmediate(cursor: Cursor, opcode: number, wide: number): string {
  const width = opcode === 0x80 ? 1 : wide;
  const decoded = operands(cursor);
  const target = place(decoded, width);
  const value = opcode === 0x83 ? signExtended(cursor, wide) : immediate(cursor, width);
  return line(ALU[decoded.register] as string, `${target},${hex(value)}`);
}

function shift(cursor: Cursor, opcode: number, wide: number): string {
  const decoded = operands(cursor);
  const target = place(decoded, opcode & 1 ? wide : 1);
  const name = SHIFT[decoded.register] as string;
  if (opcode < 0xd0) return line(name, `${target},${hex(cursor.u8())}`);
  return line(name, opcode < 0xd2 ? `${target},1` : `${target},cl`);
}

function unary(cursor: Cursor, opcode: number, wide: number): string {
  const width = opcode & 1 ? wide : 1;
  const decoded = operands(cursor);
  const target = place(decoded, width);
  const name = ["test", "test", "not", "neg", "mul", "imul", "div", "idiv"][decoded.register];
  if (decoded.register > 1) return line(name as string, target);
  return line("test", `${target},${hex(immediate(cursor, width))}`);
}

function indirect(cursor: Cursor, opcode: number, wide: number): string {
  const decoded = operands(cursor);
  const name = ["inc", "dec", "call", "(bad)", "jmp", "(bad)", "push", "(bad)"][decoded.register];
  return line(name as string, place(decoded, opcode & 1 ? wide : 1));
}

function move(cursor: Cursor, opcode: number, wide: number): string {
  const width = opcode & 1 ? wide : 1;
  const decoded = operands(cursor);
  const target = place(decoded, width);
  if (opcode === 0xc6 || opcode === 0xc7)
    return line("mov", `${target},${hex(immediate(cursor, width))}`);
  const other = register(decoded.register, width);
  if (opcode === 0x84 || opcode === 0x85) return line("test", `${target},${other}`);
  if (opcode === 0x86 || opcode === 0x87) return line("xchg", `${target},${other}`);
  return line("mov", opcode < 0x8a ? `${target},${other}` : `${other},${target}`);
}

function absoluteMove(cursor: Cursor, opcode: number, wide: number): string {
  const place_ = `ds:${hex(cursor.u32())}`;
  const value = register(0, opcode & 1 ? wide : 1);
  return line("mov", opcode < 0xa2 ? `${value},${place_}` : `${place_},${value}`);
}

function multiply(cursor: Cursor, opcode: number, wide: number): string {
  const decoded = operands(cursor);
  const target = `${register(decoded.register, wide)},${place(decoded, wide)}`;
  const value = opcode === 0x6b ? signExtended(cursor, wide) : immediate(cursor, wide);
  return line("imul", `${target},${hex(value)}`);
}

function stringInstruction(cursor: Cursor, opcode: number): string {
  const size = opcode & 1 ? "DWORD PTR " : "BYTE PTR ";
  const prefix = cursor.repeat === 0xf3 ? "rep " : "";
  if (opcode < 0xa6) return `${prefix}movs ${size}es:[edi],${size}ds:[esi]`;
  return `${prefix}stos ${size}es:[edi],${opcode & 1 ? "eax" : "al"}`;
}

/** Decodes the instruction after its prefixes. */
function decode(cursor: Cursor): string {
  const wide = cursor.operand16 ? 2 : 4;
  const opcode = cursor.u8();
  if (opcode === 0x0f) {
    const second = cursor.u8();
    return systemInstruction(cursor, second) ?? vectorInstruction(cursor, second);
  }
  if (opcode < 0x40 && (opcode & 7) < 6) return arithmetic(cursor, opcode, wide);
  if (opcode >= 0x40 && opcode < 0x60)
    return line(
      ["inc", "dec", "push", "pop"][(opcode - 0x40) >> 3] as string,
      register(opcode & 7, 4),
    );
  if (opcode === 0x68) return line("push", hex(cursor.u32()));
  if (opcode === 0x6a) return line("push", hex(cursor.i8()));
  if (opcode === 0x69 || opcode === 0x6b) return multiply(cursor, opcode, wide);
  if (opcode >= 0x70 && opcode < 0x80) {
    const displacement = cursor.i8();
    return line(`j${CONDITION[opcode & 15]}`, cursor.target(displacement));
  }
  if (opcode >= 0x80 && opcode < 0x84) return arithmeticImmediate(cursor, opcode, wide);
  if (opcode >= 0x84 && opcode < 0x8c) return move(cursor, opcode, wide);
  if (opcode === 0x8d) {
    const decoded = operands(cursor);
    return line("lea", `${register(decoded.register, wide)},${decoded.memory}`);
  }
  if (opcode > 0x90 && opcode < 0x98) return line("xchg", `${register(opcode & 7, 4)},eax`);
  if (opcode >= 0xa0 && opcode < 0xa4) return absoluteMove(cursor, opcode, wide);
  if ((opcode & 0xfe) === 0xa4 || (opcode & 0xfe) === 0xaa)
    return stringInstruction(cursor, opcode);
  if (opcode === 0xa8) return line("test", `al,${hex(cursor.u8())}`);
  if (opcode === 0xa9) return line("test", `${register(0, wide)},${hex(immediate(cursor, wide))}`);
  if (opcode >= 0xb0 && opcode < 0xb8)
    return line("mov", `${register(opcode & 7, 1)},${hex(cursor.u8())}`);
  if (opcode >= 0xb8 && opcode < 0xc0)
    return line("mov", `${register(opcode & 7, wide)},${hex(immediate(cursor, wide))}`);
  if ((opcode & 0xfe) === 0xc0 || (opcode & 0xfc) === 0xd0) return shift(cursor, opcode, wide);
  if (opcode === 0xc2) return line("ret", hex(cursor.u16()));
  if ((opcode & 0xfe) === 0xc6) return move(cursor, opcode, wide);
  if (opcode === 0xcd) return line("int", hex(cursor.u8()));
  if (opcode === 0xe8 || opcode === 0xe9) {
    const displacement = cursor.u32() | 0;
    return line(opcode === 0xe8 ? "call" : "jmp", cursor.target(displacement));
  }
  if (opcode === 0xeb) return line("jmp", cursor.target(cursor.i8()));
  if ((opcode & 0xfe) === 0xf6) return unary(cursor, opcode, wide);
  if ((opcode & 0xfe) === 0xfe) return indirect(cursor, opcode, wide);
  return portInstruction(opcode, wide) ?? ONE_BYTE[opcode] ?? "(bad)";
}

function portInstruction(opcode: number, wide: number): string | null {
  if (opcode < 0xec || opcode > 0xef) return null;
  const value = register(0, opcode & 1 ? wide : 1);
  return opcode < 0xee ? line("in", `${value},dx`) : line("out", `dx,${value}`);
}

/** Decodes one instruction at `offset` of `code`, which is loaded at address `base`. */
export function disassembleOne(code: Uint8Array, offset: number, base: number): Instruction {
  const cursor = new Cursor(code, offset, base);
  for (;;) {
    const byte = cursor.peek();
    if (byte === 0x66) cursor.operand16 = true;
    else if (byte === 0xf2 || byte === 0xf3) cursor.repeat = byte;
    else if (byte === 0x64) cursor.segment = "fs:";
    else if (byte === 0x65) cursor.segment = "gs:";
    else break;
    cursor.position++;
    if (cursor.position - offset > 4) break;
  }
  const text = decode(cursor).trimEnd();
  if (text === "(bad)" || cursor.position > code.length) return { offset, size: 1, text: "(bad)" };
  return { offset, size: cursor.position - offset, text };
}

/** Decodes all of `code[start..end)`, loaded at address `base`. */
export function* disassemble(
  code: Uint8Array,
  base: number,
  start = 0,
  end = code.length,
): Generator<Instruction> {
  for (let offset = start; offset < end; ) {
    const instruction = disassembleOne(code, offset, base);
    yield instruction;
    offset += instruction.size;
  }
}
