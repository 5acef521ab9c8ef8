// Calls through tables of functions, as objects and handlers make them.
#include "bench.h"

#define OBJECTS 64

typedef struct object {
  u32 kind;
  u32 value;
} object;

static object objects[OBJECTS];

static u32 add(object *self, u32 input) {
  return self->value += input;
}
static u32 exclusive(object *self, u32 input) {
  return self->value ^= input;
}
static u32 multiply(object *self, u32 input) {
  return self->value = self->value * 31 + input;
}
static u32 turn(object *self, u32 input) {
  return self->value = (self->value << 5 | self->value >> 27) + input;
}
static u32 subtract(object *self, u32 input) {
  return self->value -= input >> 1;
}
static u32 choose(object *self, u32 input) {
  return self->value = input > self->value ? input - self->value : self->value - input;
}
static u32 count(object *self, u32 input) {
  return self->value += (input & 1) ? 3 : 1;
}
static u32 merge(object *self, u32 input) {
  return self->value = (self->value & 0xffff0000) | (input & 0xffff);
}

typedef u32 (*handler)(object *, u32);

static const handler handlers[8] = {add, exclusive, multiply, turn, subtract, choose, count, merge};

u32 run(u32 rounds) {
  u32 sum = 1;
  for (u32 i = 0; i < OBJECTS; i++) {
    objects[i].kind = (i * 5 + (i >> 3)) & 7;
    objects[i].value = i;
  }
  for (u32 round = 0; round < rounds; round++) {
    for (u32 i = 0; i < OBJECTS; i++) {
      object *at = &objects[i];
      sum += handlers[at->kind](at, sum + i);
    }
    objects[round & (OBJECTS - 1)].kind = (sum >> 7) & 7;
  }
  return sum;
}
