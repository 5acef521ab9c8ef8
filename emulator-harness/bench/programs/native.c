// The native side: the thunk that the bare rig enters, and what gcc expects of a C library.
#include "bench.h"

/** The compiler is given INVOKE_DONE, the number of the call with which a thunk ends. */
#define TEXT(name) TEXT_OF(name)
#define TEXT_OF(number) #number

/** Entered by a jump with the address of the slots in eax, as the thunks of generated code are. */
__asm__(".text\n"
        ".globl \"invoke:run\"\n"
        ".type \"invoke:run\", @function\n"
        "\"invoke:run\":\n"
        "  push %eax\n"
        "  push (%eax)\n"
        "  call run\n"
        "  mov 4(%esp), %ecx\n"
        "  mov %eax, (%ecx)\n"
        "  movl $0, 4(%ecx)\n"
        "  mov $" TEXT(INVOKE_DONE) ", %eax\n"
        "  mov %esp, %ecx\n"
        "  mov $0f, %edx\n"
        "  sysenter\n"
        "0: ud2\n"
        ".globl lendos_start\n"
        "lendos_start:\n"
        "  mov $" TEXT(INVOKE_DONE) ", %eax\n"
        "  mov %esp, %ecx\n"
        "  mov $0f, %edx\n"
        "  sysenter\n"
        "0: ud2\n");

void *memcpy(void *target, const void *source, unsigned long size) {
  void *start = target;
  unsigned long words = size >> 2;
  __asm__ volatile("rep movsl" : "+D"(target), "+S"(source), "+c"(words)::"memory");
  size &= 3;
  __asm__ volatile("rep movsb" : "+D"(target), "+S"(source), "+c"(size)::"memory");
  return start;
}

void *memmove(void *target, const void *source, unsigned long size) {
  if (target <= source || (u8 *)target >= (u8 *)source + size) return memcpy(target, source, size);
  u8 *to = target;
  const u8 *from = source;
  while (size-- > 0) to[size] = from[size];
  return target;
}

void *memset(void *target, int value, unsigned long size) {
  void *start = target;
  __asm__ volatile("rep stosb" : "+D"(target), "+c"(size) : "a"(value) : "memory");
  return start;
}
