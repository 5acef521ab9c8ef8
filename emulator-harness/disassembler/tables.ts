/** Names of i386 registers, conditions and instructions, in encoding order. */
export const REGISTER_32 = ["eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi"];
export const REGISTER_16 = ["ax", "cx", "dx", "bx", "sp", "bp", "si", "di"];
export const REGISTER_8 = ["al", "cl", "dl", "bl", "ah", "ch", "dh", "bh"];
export const ALU = ["add", "or", "adc", "sbb", "and", "sub", "xor", "cmp"];
export const SHIFT = ["rol", "ror", "rcl", "rcr", "shl", "shr", "shl", "sar"];
export const CONDITION = [..."o no b ae e ne be a".split(" "), ..."s ns p np l ge le g".split(" ")];

/** Instructions that are one opcode and nothing else. */
export const ONE_BYTE: Record<number, string> = {
  144: "nop",
  152: "cwde",
  153: "cdq",
  156: "pushf",
  157: "popf",
  96: "pusha",
  97: "popa",
  195: "ret",
  201: "leave",
  204: "int3",
  207: "iret",
  244: "hlt",
  250: "cli",
  251: "sti",
  252: "cld",
  253: "std",
};

/** 0F xx instructions without operands. */
export const TWO_BYTE: Record<number, string> = {
  5: "syscall",
  6: "clts",
  8: "invd",
  9: "wbinvd",
  11: "ud2",
  48: "wrmsr",
  49: "rdtsc",
  50: "rdmsr",
  52: "sysenter",
  53: "sysexit",
  162: "cpuid",
};

/** SSE and SSE2 arithmetic by second opcode byte; the prefix adds ps, pd, ss or sd. */
export const VECTOR: Record<number, string> = {
  81: "sqrt",
  84: "and",
  85: "andn",
  86: "or",
  87: "xor",
  88: "add",
  89: "mul",
  92: "sub",
  93: "min",
  94: "div",
  95: "max",
};
