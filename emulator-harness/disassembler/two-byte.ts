/** The 0F xx half of the disassembler: conditions, bit scans, system instructions, SSE2. */
import { type Cursor, hex, line, operands, place, register } from "./disassembler.ts";
import { CONDITION, REGISTER_32, TWO_BYTE, VECTOR } from "./tables.ts";

const GROUP_7 = ["sgdtd", "sidtd", "lgdtd", "lidtd", "smsw", "(bad)", "lmsw", "invlpg"];
const GROUP_AE = ["fxsave", "fxrstor", "ldmxcsr", "stmxcsr"];
const BIT_TEST: Record<number, string> = { 163: "bt", 171: "bts", 179: "btr", 187: "btc" };

/** Instructions on general registers and the machine; null when `opcode` is not one of them. */
export function systemInstruction(cursor: Cursor, opcode: number): string | null {
  const wide = cursor.operand16 ? 2 : 4;
  if (TWO_BYTE[opcode]) return TWO_BYTE[opcode] as string;
  if (opcode >= 0x80 && opcode < 0x90) {
    const displacement = cursor.u32() | 0;
    return line(`j${CONDITION[opcode & 15]}`, cursor.target(displacement));
  }
  if (opcode >= 0x90 && opcode < 0xa0)
    return line(`set${CONDITION[opcode & 15]}`, place(operands(cursor), 1));
  if (opcode >= 0xc8 && opcode < 0xd0) return line("bswap", REGISTER_32[opcode & 7]);
  if (opcode === 0x20 || opcode === 0x22) return controlRegister(cursor, opcode);
  const twoOperands = opcode >= 0x40 && opcode < 0x50 ? `cmov${CONDITION[opcode & 15]}` : "";
  const name = twoOperands || { 175: "imul", 188: "bsf", 189: "bsr" }[opcode];
  if (name && !(cursor.repeat && opcode !== 0xaf)) {
    const decoded = operands(cursor);
    return line(name, `${register(decoded.register, wide)},${place(decoded, wide)}`);
  }
  if ((opcode & 0xf6) === 0xb6) {
    const decoded = operands(cursor);
    const source = place(decoded, opcode & 1 ? 2 : 1);
    return line(opcode < 0xb8 ? "movzx" : "movsx", `${register(decoded.register, wide)},${source}`);
  }
  return doubleShift(cursor, opcode, wide) ?? machineInstruction(cursor, opcode, wide);
}

function controlRegister(cursor: Cursor, opcode: number): string {
  const decoded = operands(cursor);
  const control = `cr${decoded.register}`;
  const general = REGISTER_32[decoded.rm];
  return line("mov", opcode === 0x20 ? `${general},${control}` : `${control},${general}`);
}

function doubleShift(cursor: Cursor, opcode: number, wide: number): string | null {
  const left = opcode === 0xa4 || opcode === 0xa5;
  if (!left && opcode !== 0xac && opcode !== 0xad) return null;
  const decoded = operands(cursor);
  const pair = `${place(decoded, wide)},${register(decoded.register, wide)}`;
  const count = opcode & 1 ? "cl" : hex(cursor.u8());
  return line(left ? "shld" : "shrd", `${pair},${count}`);
}

function machineInstruction(cursor: Cursor, opcode: number, wide: number): string | null {
  if (BIT_TEST[opcode]) {
    const decoded = operands(cursor);
    return line(
      BIT_TEST[opcode] as string,
      `${place(decoded, wide)},${register(decoded.register, wide)}`,
    );
  }
  if (opcode === 0xba) {
    const decoded = operands(cursor);
    const name = ["bt", "bts", "btr", "btc"][decoded.register & 3] as string;
    return line(name, `${place(decoded, wide)},${hex(cursor.u8())}`);
  }
  if (opcode === 0x00) {
    const decoded = operands(cursor);
    const name = ["sldt", "str", "lldt", "ltr"][decoded.register & 3] as string;
    return line(name, place(decoded, 2).replace("PTR ", "PTR "));
  }
  if (opcode === 0x01) {
    const decoded = operands(cursor);
    const name = GROUP_7[decoded.register] as string;
    return line(name, decoded.register === 7 ? place(decoded, 1) : decoded.memory);
  }
  if (opcode === 0xae) {
    const decoded = operands(cursor);
    const name = GROUP_AE[decoded.register] ?? "(bad)";
    return line(name, decoded.register < 2 ? decoded.memory : place(decoded, 4));
  }
  if (opcode === 0xb0 || opcode === 0xb1) {
    const decoded = operands(cursor);
    const width = opcode & 1 ? wide : 1;
    return line("cmpxchg", `${place(decoded, width)},${register(decoded.register, width)}`);
  }
  return null;
}

const xmm = (index: number): string => `xmm${index}`;

/** SSE and SSE2: scalar moves, arithmetic, conversions, and the few packed forms in use. */
export function vectorInstruction(cursor: Cursor, opcode: number): string {
  const suffix =
    cursor.repeat === 0xf2 ? "sd" : cursor.repeat === 0xf3 ? "ss" : cursor.operand16 ? "pd" : "ps";
  const scalar = suffix === "sd" ? 8 : suffix === "ss" ? 4 : 16;
  const wide = (decoded: ReturnType<typeof operands>, width: number): string =>
    decoded.memory ? place(decoded, width) : xmm(decoded.rm);
  if (VECTOR[opcode]) {
    const decoded = operands(cursor);
    return line(`${VECTOR[opcode]}${suffix}`, `${xmm(decoded.register)},${wide(decoded, scalar)}`);
  }
  switch (opcode) {
    case 0x10:
    case 0x11:
    case 0x28:
    case 0x29: {
      const decoded = operands(cursor);
      const base = opcode > 0x20 ? "mova" : scalar === 16 ? "movu" : "mov";
      const other = wide(decoded, scalar);
      const own = xmm(decoded.register);
      return line(`${base}${suffix}`, opcode & 1 ? `${other},${own}` : `${own},${other}`);
    }
    case 0x2a: {
      const decoded = operands(cursor);
      return line(`cvtsi2${suffix}`, `${xmm(decoded.register)},${place(decoded, 4)}`);
    }
    case 0x2c:
    case 0x2d: {
      const decoded = operands(cursor);
      const name = `cvt${opcode === 0x2c ? "t" : ""}${suffix}2si`;
      return line(name, `${REGISTER_32[decoded.register]},${wide(decoded, scalar)}`);
    }
    case 0x2e:
    case 0x2f: {
      const decoded = operands(cursor);
      const name = `${opcode === 0x2e ? "u" : ""}comis${cursor.operand16 ? "d" : "s"}`;
      return line(name, `${xmm(decoded.register)},${wide(decoded, cursor.operand16 ? 8 : 4)}`);
    }
    case 0x5a: {
      const decoded = operands(cursor);
      const name = { sd: "cvtsd2ss", ss: "cvtss2sd", pd: "cvtpd2ps", ps: "cvtps2pd" }[suffix];
      return line(name, `${xmm(decoded.register)},${wide(decoded, suffix === "ps" ? 8 : scalar)}`);
    }
    default:
      return integerVector(cursor, opcode, wide);
  }
}

const PACKED: Record<number, string> = {
  96: "punpcklbw",
  98: "punpckldq",
  108: "punpcklqdq",
  211: "psrlq",
  212: "paddq",
  219: "pand",
  223: "pandn",
  235: "por",
  239: "pxor",
  243: "psllq",
  250: "psubd",
  251: "psubq",
  254: "paddd",
};

function integerVector(
  cursor: Cursor,
  opcode: number,
  wide: (decoded: ReturnType<typeof operands>, width: number) => string,
): string {
  if (opcode === 0xc2) {
    const decoded = operands(cursor);
    const suffix = cursor.repeat === 0xf2 ? "sd" : cursor.repeat === 0xf3 ? "ss" : "pd";
    const source = wide(decoded, suffix === "sd" ? 8 : suffix === "ss" ? 4 : 16);
    const kind = ["eq", "lt", "le", "unord", "neq", "nlt", "nle", "ord"][cursor.u8() & 7];
    return line(`cmp${kind}${suffix}`, `${xmm(decoded.register)},${source}`);
  }
  if (opcode === 0x6e || (opcode === 0x7e && cursor.operand16)) {
    const decoded = operands(cursor);
    const general = place(decoded, 4);
    const own = xmm(decoded.register);
    return line("movd", opcode === 0x6e ? `${own},${general}` : `${general},${own}`);
  }
  if ((opcode === 0x7e && cursor.repeat === 0xf3) || opcode === 0xd6) {
    const decoded = operands(cursor);
    const other = wide(decoded, 8);
    const own = xmm(decoded.register);
    return line("movq", opcode === 0x7e ? `${own},${other}` : `${other},${own}`);
  }
  if (opcode === 0x6f || opcode === 0x7f) {
    const decoded = operands(cursor);
    const name = cursor.repeat === 0xf3 ? "movdqu" : "movdqa";
    const other = wide(decoded, 16);
    const own = xmm(decoded.register);
    return line(name, opcode === 0x6f ? `${own},${other}` : `${other},${own}`);
  }
  if (opcode === 0x70 && cursor.operand16) {
    const decoded = operands(cursor);
    const source = wide(decoded, 16);
    return line("pshufd", `${xmm(decoded.register)},${source},${hex(cursor.u8())}`);
  }
  if (opcode === 0x72 || opcode === 0x73) {
    const decoded = operands(cursor);
    const kind = ["", "", "psrl", "psrldq", "psra", "", "psll", "pslldq"][decoded.register] ?? "";
    const name = kind.endsWith("dq") ? kind : kind + (opcode === 0x72 ? "d" : "q");
    return line(name, `${xmm(decoded.rm)},${hex(cursor.u8())}`);
  }
  if (PACKED[opcode]) {
    const decoded = operands(cursor);
    return line(PACKED[opcode] as string, `${xmm(decoded.register)},${wide(decoded, 16)}`);
  }
  return "(bad)";
}
