/** Names of i386 registers, conditions and instructions, in encoding order. */
export const REGISTER_32 = ["eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi"];
export const REGISTER_16 = ["ax", "cx", "dx", "bx", "sp", "bp", "si", "di"];
export const REGISTER_8 = ["al", "cl", "dl", "bl", "ah", "ch", "dh", "bh"];
export const ALU = ["add", "or", "adc", "sbb", "and", "sub", "xor", "cmp"];
export const SHIFT = ["rol", "ror", "rcl", "rcr", "shl", "shr", "shl", "sar"];
export const CONDITION = [..."o no b ae e ne be a".split(" "), ..."s ns p np l ge le g".split(" ")];

/** Instructions that are one opcode and nothing else. */
export const ONE_BYTE: Record<number, string> = {
  0x90: "nop",
  0x98: "cwde",
  0x99: "cdq",
  0x9c: "pushf",
  0x9d: "popf",
  0x60: "pusha",
  0x61: "popa",
  0xc3: "ret",
  0xc9: "leave",
  0xcc: "int3",
  0xcf: "iret",
  0xf4: "hlt",
  0xfa: "cli",
  0xfb: "sti",
  0xfc: "cld",
  0xfd: "std",
};

/** 0F xx instructions without operands. */
export const TWO_BYTE: Record<number, string> = {
  0x05: "syscall",
  0x06: "clts",
  0x08: "invd",
  0x09: "wbinvd",
  0x0b: "ud2",
  0x30: "wrmsr",
  0x31: "rdtsc",
  0x32: "rdmsr",
  0x34: "sysenter",
  0x35: "sysexit",
  0xa2: "cpuid",
};

/** SSE and SSE2 arithmetic by second opcode byte; the prefix adds ps, pd, ss or sd. */
export const VECTOR: Record<number, string> = {
  0x51: "sqrt",
  0x54: "and",
  0x55: "andn",
  0x56: "or",
  0x57: "xor",
  0x58: "add",
  0x59: "mul",
  0x5c: "sub",
  0x5d: "min",
  0x5e: "div",
  0x5f: "max",
};
