// CoreMark-like integer work: list find, reverse and merge sort; 16-bit matrices; a state machine; CRC-16.
#include "bench.h"

#define LIST_LENGTH 96
#define MATRIX_SIZE 18

typedef struct node {
  struct node *next;
  i16 key;
  i16 index;
} node;

static node nodes[LIST_LENGTH];
static i16 matrix_a[MATRIX_SIZE * MATRIX_SIZE], matrix_b[MATRIX_SIZE * MATRIX_SIZE];
static i32 matrix_c[MATRIX_SIZE * MATRIX_SIZE];
static const char text[] = "5012,1234,-874,+122,35.54400,.1234500,-110.700,+0.64400,5.500e+3,-.123e-2,"
                           "-87e+832,+0.6e-12,T0.3e-1F,-T.T++Tq,1T3.4e4z,34.0e-T^,12x,+,";

static u16 crc8(u8 data, u16 crc) {
  for (u32 i = 0; i < 8; i++) {
    u8 bit = (data & 1) ^ (u8)(crc & 1);
    data >>= 1;
    if (bit == 1) {
      crc ^= 0x4002;
      crc >>= 1;
      crc |= 0x8000;
    } else {
      crc >>= 1;
    }
  }
  return crc;
}

static u16 crc16(u16 value, u16 crc) {
  return crc8((u8)(value >> 8), crc8((u8)value, crc));
}

static u16 crc32(u32 value, u16 crc) {
  return crc16((u16)(value >> 16), crc16((u16)value, crc));
}

static node *list_build(u32 seed) {
  node *head = 0;
  for (u32 i = 0; i < LIST_LENGTH; i++) {
    seed = seed * 1103515245 + 12345;
    nodes[i].key = (i16)((seed >> 16) & 0x7f);
    nodes[i].index = (i16)i;
    nodes[i].next = head;
    head = &nodes[i];
  }
  return head;
}

static node *list_find(node *list, i16 key) {
  while (list && list->key != key) list = list->next;
  return list;
}

static node *list_reverse(node *list) {
  node *reversed = 0;
  while (list) {
    node *next = list->next;
    list->next = reversed;
    reversed = list;
    list = next;
  }
  return reversed;
}

static i32 by_key(const node *a, const node *b) {
  return a->key - b->key;
}

static i32 by_index(const node *a, const node *b) {
  return a->index - b->index;
}

typedef i32 (*comparison)(const node *, const node *);

static node *list_sort(node *list, comparison compare) {
  for (u32 width = 1;; width *= 2) {
    node *left = list, *tail = 0;
    u32 merges = 0;
    list = 0;
    while (left) {
      node *right = left;
      u32 left_size = 0, right_size = width;
      merges++;
      while (left_size < width && right) {
        left_size++;
        right = right->next;
      }
      while (left_size > 0 || (right_size > 0 && right)) {
        node *taken;
        if (left_size > 0 && (right_size == 0 || !right || compare(left, right) <= 0)) {
          taken = left;
          left = left->next;
          left_size--;
        } else {
          taken = right;
          right = right->next;
          right_size--;
        }
        if (tail) tail->next = taken;
        else list = taken;
        tail = taken;
      }
      left = right;
    }
    tail->next = 0;
    if (merges <= 1) return list;
  }
}

static u16 list_work(u32 seed, u16 crc) {
  node *list = list_build(seed);
  for (i16 key = 0; key < 20; key++) {
    node *found = list_find(list, (i16)(key * 5));
    if (found) crc = crc16((u16)found->index, crc);
    list = list_reverse(list);
  }
  list = list_sort(list, by_key);
  for (node *at = list; at; at = at->next) crc = crc16((u16)at->key, crc);
  list = list_sort(list, by_index);
  for (node *at = list; at; at = at->next) crc = crc16((u16)at->key, crc);
  return crc;
}

static i32 matrix_sum(i32 limit) {
  i32 sum = 0, result = 0, previous = 0;
  for (u32 i = 0; i < MATRIX_SIZE * MATRIX_SIZE; i++) {
    i32 current = matrix_c[i];
    sum += current;
    if (sum > limit) {
      result += 10;
      sum = 0;
    } else {
      result += current > previous ? 1 : 0;
    }
    previous = current;
  }
  return result;
}

static u16 matrix_work(i32 seed, u16 crc) {
  for (i32 i = 0; i < MATRIX_SIZE * MATRIX_SIZE; i++) {
    seed = (seed * (i + 1)) % 65536;
    matrix_a[i] = (i16)(seed + i);
    matrix_b[i] = (i16)((seed + 2 * i) & 0xff);
  }
  for (u32 i = 0; i < MATRIX_SIZE * MATRIX_SIZE; i++) matrix_c[i] = matrix_a[i] * (i16)seed;
  crc = crc32((u32)matrix_sum(1000), crc);
  for (u32 i = 0; i < MATRIX_SIZE; i++) {
    for (u32 j = 0; j < MATRIX_SIZE; j++) {
      i32 sum = 0;
      for (u32 k = 0; k < MATRIX_SIZE; k++) {
        sum += matrix_a[i * MATRIX_SIZE + k] * matrix_b[k * MATRIX_SIZE + j];
      }
      matrix_c[i * MATRIX_SIZE + j] = sum;
    }
  }
  crc = crc32((u32)matrix_sum(5000), crc);
  for (u32 i = 0; i < MATRIX_SIZE; i++) {
    for (u32 j = 0; j < MATRIX_SIZE; j++) {
      i32 sum = 0;
      for (u32 k = 0; k < MATRIX_SIZE; k++) {
        i32 product = matrix_a[i * MATRIX_SIZE + k] * matrix_b[k * MATRIX_SIZE + j];
        sum += ((product >> 2) & 15) * ((product >> 5) & 127);
      }
      matrix_c[i * MATRIX_SIZE + j] = sum;
    }
  }
  return crc32((u32)matrix_sum(9000), crc);
}

enum state { START, INVALID, SIGN, INTEGER, FLOAT, EXPONENT, EXPONENT_SIGN, SCIENTIFIC, STATES };

static u32 digit(char c) {
  return (u8)(c - '0') <= 9;
}

static enum state state_next(enum state state, char c) {
  switch (state) {
    case START:
      if (digit(c)) return INTEGER;
      if (c == '+' || c == '-') return SIGN;
      return c == '.' ? FLOAT : INVALID;
    case SIGN:
      if (digit(c)) return INTEGER;
      return c == '.' ? FLOAT : INVALID;
    case INTEGER:
      if (c == '.') return FLOAT;
      return digit(c) ? INTEGER : INVALID;
    case FLOAT:
      if (c == 'e' || c == 'E') return EXPONENT;
      return digit(c) ? FLOAT : INVALID;
    case EXPONENT:
      return c == '+' || c == '-' ? EXPONENT_SIGN : INVALID;
    case EXPONENT_SIGN:
    case SCIENTIFIC:
      return digit(c) ? SCIENTIFIC : INVALID;
    default:
      return INVALID;
  }
}

static u16 state_work(u32 seed, u16 crc) {
  u32 finals[STATES] = {0}, visits[STATES] = {0};
  enum state state = START;
  for (u32 i = 0; i < sizeof text - 1; i++) {
    char c = text[i];
    if (c == ',') {
      finals[state]++;
      state = START;
      continue;
    }
    if ((i + seed) % 23 == 0) c ^= 1;
    state = state_next(state, c);
    visits[state]++;
  }
  for (u32 i = 0; i < STATES; i++) crc = crc32(visits[i], crc32(finals[i], crc));
  return crc;
}

u32 run(u32 rounds) {
  u16 crc = 0;
  for (u32 i = 0; i < rounds; i++) {
    crc = list_work(i, crc);
    crc = matrix_work((i32)i, crc);
    crc = state_work(i, crc);
    crc = state_work(i + 7, crc);
  }
  return crc;
}
