// An interpreter of bytecode by one switch: registers, memory, loops.
#include "bench.h"

enum operation {
  LOAD, ADD, SUB, MUL, AND, OR, XOR, SHIFT_LEFT, SHIFT_RIGHT, READ, WRITE, MOVE,
  JUMP, JUMP_ZERO, JUMP_LESS, ADD_CONSTANT, SWAP, NEGATE, STOP
};

#define MEMORY 256

static u32 registers[16];
static u32 memory[MEMORY];

// A program: fills memory with a recurrence, then sums it, `registers[15]` times.
static const u8 program[][4] = {
    {LOAD, 0, 0, 0},         // 0: i = 0
    {LOAD, 1, 1, 0},         // 1: a = 1
    {LOAD, 2, 255, 0},       // 2: last
    {MUL, 1, 1, 14},         // 3: a = a * k
    {ADD_CONSTANT, 1, 1, 7}, // 4
    {SHIFT_RIGHT, 3, 1, 3},  // 5
    {XOR, 1, 1, 3},          // 6
    {WRITE, 0, 1, 0},        // 7: memory[i] = a
    {ADD_CONSTANT, 0, 0, 1}, // 8
    {JUMP_LESS, 0, 2, 3},    // 9
    {LOAD, 0, 0, 0},         // 10
    {READ, 4, 0, 0},         // 11: b = memory[i]
    {AND, 5, 4, 2},          // 12
    {SUB, 6, 4, 5},          // 13
    {OR, 7, 6, 0},           // 14
    {ADD, 8, 8, 7},          // 15
    {SHIFT_LEFT, 9, 8, 1},   // 16
    {SWAP, 8, 9, 0},         // 17
    {NEGATE, 9, 9, 0},       // 18
    {ADD, 8, 8, 9},          // 19
    {MOVE, 10, 8, 0},        // 20
    {ADD_CONSTANT, 0, 0, 1}, // 21
    {JUMP_LESS, 0, 2, 11},   // 22
    {ADD_CONSTANT, 15, 15, 255}, // 23: subtract one, see ADD_CONSTANT
    {JUMP_ZERO, 15, 0, 26},  // 24
    {JUMP, 0, 0, 0},         // 25
    {STOP, 0, 0, 0},         // 26
};

static u32 execute(void) {
  u32 at = 0;
  for (;;) {
    const u8 *code = program[at++];
    u32 a = code[1], b = code[2], c = code[3];
    switch (code[0]) {
      case LOAD: registers[a] = b | c << 8; break;
      case ADD: registers[a] = registers[b] + registers[c]; break;
      case SUB: registers[a] = registers[b] - registers[c]; break;
      case MUL: registers[a] = registers[b] * registers[c]; break;
      case AND: registers[a] = registers[b] & registers[c]; break;
      case OR: registers[a] = registers[b] | registers[c]; break;
      case XOR: registers[a] = registers[b] ^ registers[c]; break;
      case SHIFT_LEFT: registers[a] = registers[b] << c; break;
      case SHIFT_RIGHT: registers[a] = registers[b] >> c; break;
      case READ: registers[a] = memory[registers[b] & (MEMORY - 1)]; break;
      case WRITE: memory[registers[a] & (MEMORY - 1)] = registers[b]; break;
      case MOVE: registers[a] = registers[b]; break;
      case JUMP: at = c; break;
      case JUMP_ZERO: if (registers[a] == 0) at = c; break;
      case JUMP_LESS: if (registers[a] < registers[b]) at = c; break;
      case ADD_CONSTANT: registers[a] = registers[b] + (u32)(i32)(signed char)c; break;
      case SWAP: { u32 kept = registers[a]; registers[a] = registers[b]; registers[b] = kept; break; }
      case NEGATE: registers[a] = 0 - registers[b]; break;
      default: return registers[10];
    }
  }
}

u32 run(u32 rounds) {
  for (u32 i = 0; i < 16; i++) registers[i] = 0;
  registers[14] = 48271;
  registers[15] = rounds;
  u32 result = execute();
  return mix(result, registers[8]);
}
